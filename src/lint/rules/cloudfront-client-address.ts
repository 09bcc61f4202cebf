import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import type { Rule } from '../rule.ts'

export const cloudfrontClientAddress: Rule = {
  id: 'cloudfront-client-address',
  summary: 'clients choose for themselves whether they go through CloudFront',
  severity: 'note',
  releases: { since: '2.8.0' },
  why: 'The filter takes the client’s address from X-Forwarded-For or X-Real-Ip, whoever sent it, and sends clients in AWS to S3 itself. Behind a proxy that sets neither, everybody has the proxy’s address. The ranges are fetched from ip-ranges.amazonaws.com; where that fails the filter is off for twelve hours.',
  examples: [{ bad: withCloudFront('ipfilteredby: aws'), good: withCloudFront('ipfilteredby: none') }],
  *check(input) {
    for (const edge of cloudFronts(input)) {
      if (edge.values.ipFilteredBy === 'none') continue
      yield {
        at: edge.at('ipfilteredby'),
        message: 'the client’s address comes from X-Forwarded-For, and clients in AWS are sent to S3 itself',
        remedy: {
          text: 'Let a proxy in front set X-Forwarded-For, and let the registry reach ip-ranges.amazonaws.com.',
        },
      }
    }
  },
}
