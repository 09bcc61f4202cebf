import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Partition: Rule = {
  id: 's3-partition',
  summary: 'bucket and distribution belong to different parts of AWS',
  severity: 'warning',
  why: 'China is an AWS of its own, with its own accounts and its own CloudFront under cloudfront.cn; GovCloud has no CloudFront of its own.',
  examples: [{ bad: withCloudFront('').replace('eu-west-1', 'cn-north-1'), good: withCloudFront('') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined) return
    const china = s3.values.region.startsWith('cn-')
    for (const edge of cloudFronts(input)) {
      const host = edge.url?.host ?? ''
      if ((china && host.endsWith('.cloudfront.net')) || (!china && host.endsWith('.cloudfront.cn'))) {
        yield {
          at: edge.at('baseurl'),
          message: `${host} is not of the same part of AWS as the region ${s3.values.region}`,
          remedy: { text: `Use a distribution under ${china ? 'cloudfront.cn' : 'cloudfront.net'}.` },
        }
      }
    }
  },
}
