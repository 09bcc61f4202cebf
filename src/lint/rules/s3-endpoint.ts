import { parseGoUrl } from '../../registry-config/go-url.ts'
import { regionsOf } from '../../registry-config/s3-values.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Endpoint: Rule = {
  id: 's3-endpoint',
  summary: 'the endpoint is no plain URL of a store',
  severity: 'warning',
  releases: { since: '2.4.0' },
  why: 'The driver adds the bucket to the endpoint itself, and needs none for Amazon’s own regions. Without a scheme, secure decides on one.',
  examples: [
    {
      bad: withS3('regionendpoint: https://minio.example.com/my-registry\nforcepathstyle: true'),
      good: withS3('regionendpoint: https://minio.example.com\nforcepathstyle: true'),
    },
    {
      bad: withS3('regionendpoint: minio:9000\nforcepathstyle: true'),
      good: withS3('regionendpoint: http://minio:9000\nforcepathstyle: true'),
    },
    { bad: withS3('regionendpoint: https://s3.eu-west-1.amazonaws.com'), good: withS3('') },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || s3.values.regionEndpoint === '') return
    const { regionEndpoint: endpoint, bucket, region } = s3.values
    const at = s3.at('regionendpoint')
    const hasScheme = endpoint.includes('://')
    const url = parseGoUrl(hasScheme ? endpoint : `https://${endpoint}`)
    if ('error' in url || url.host === '') {
      yield {
        at,
        severity: 'error',
        message: `regionendpoint ${endpoint} is no URL, so every request fails`,
        remedy: { text: 'Write it as https://host or https://host:port.' },
      }
      return
    }
    const [first] = url.host.split('.')
    if (url.path.replace(/\/$/, '') !== '' || first === bucket) {
      yield {
        at,
        severity: 'error',
        message: `the driver adds the bucket to ${endpoint}, so it stands there twice`,
        remedy: { text: 'Write the endpoint without the bucket and without a path.' },
      }
    }
    if (!hasScheme) {
      yield {
        at,
        message: `regionendpoint has no scheme, so ${s3.values.secure ? 'https' : 'http'} is used, as secure says`,
        remedy: { text: `Write ${s3.values.secure ? 'https' : 'http'}://${endpoint}.` },
      }
    }
    // A region that is newer than the release's list needs the endpoint.
    if (
      s3.isAws &&
      (endpoint.includes(`s3.${region}.`) || endpoint.includes('//s3.amazonaws.com')) &&
      isListed(region, input)
    ) {
      yield {
        at,
        message: 'Amazon’s own endpoint follows from the region',
        remedy: { text: 'Remove regionendpoint.' },
      }
    }
  },
}

function isListed(region: string, { release }: Parameters<Rule['check']>[0]): boolean {
  return regionsOf(release).includes(region)
}
