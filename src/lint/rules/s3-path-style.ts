import { isIP } from 'node:net'
import { parseGoUrl } from '../../registry-config/go-url.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3PathStyle: Rule = {
  id: 's3-path-style',
  summary: 'the bucket becomes a part of the endpoint’s host name',
  severity: 'warning',
  releases: { since: '3.0.0' },
  why: '2.x used path style with every endpoint of one’s own; 3.x puts the bucket in front of the host unless forcepathstyle is true, and most stores other than Amazon’s have no such name.',
  examples: [
    {
      bad: withS3('regionendpoint: http://minio:9000'),
      good: withS3('regionendpoint: http://minio:9000\nforcepathstyle: true'),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (
      s3 === undefined ||
      s3.isAws ||
      s3.values.forcePathStyle ||
      s3.written('forcepathstyle') !== undefined
    )
      return
    const { regionEndpoint, bucket } = s3.values
    const url = parseGoUrl(regionEndpoint.includes('://') ? regionEndpoint : `https://${regionEndpoint}`)
    // An address can carry no bucket in front, so the SDK uses path style.
    if ('error' in url || isIP(url.host.replace(/:\d*$/, '').replace(/^\[|\]$/g, '')) !== 0) return
    yield {
      at: s3.at('regionendpoint'),
      message: `forcepathstyle is not set, so the registry asks the host ${bucket}.${url.host}`,
      remedy: {
        text: 'Set forcepathstyle: true, or forcepathstyle: false if the store has such host names.',
      },
    }
  },
}
