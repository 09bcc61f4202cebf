import { withStorage } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3RegionNil: Rule = {
  id: 's3-region-nil',
  summary: 'there is an endpoint and no region, and requests are signed for "<nil>"',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'From 3.0 on a region may be missing where there is a regionendpoint; the driver then signs for a region that is called <nil>, which most stores refuse.',
  examples: [
    {
      bad: withStorage(
        's3: {bucket: my-registry, regionendpoint: https://minio.example.com, forcepathstyle: true}',
      ),
      good: withStorage(
        's3: {bucket: my-registry, regionendpoint: https://minio.example.com, forcepathstyle: true, region: us-east-1}',
      ),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3?.values.region !== '<nil>' || s3.values.regionEndpoint === '') return
    yield {
      at: s3.keyAt('regionendpoint'),
      message: 'there is no region, so the registry signs every request for the region "<nil>"',
      remedy: { text: 'Set region, to us-east-1 for a store that has none.' },
    }
  },
}
