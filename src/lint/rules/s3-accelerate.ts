import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Accelerate: Rule = {
  id: 's3-accelerate',
  summary: 'acceleration overrides path style and FIPS',
  severity: 'warning',
  releases: { since: '3.0.0' },
  why: 'The SDK uses the acceleration endpoint and drops forcepathstyle and usefipsendpoint; with an endpoint of one’s own there is nothing to accelerate.',
  examples: [{ bad: withS3('accelerate: true\nforcepathstyle: true'), good: withS3('accelerate: true') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !s3.values.accelerate) return
    if (s3.values.forcePathStyle)
      yield {
        at: s3.at('forcepathstyle'),
        message: 'forcepathstyle has no effect: accelerate wins',
        remedy: { text: 'Remove one of the two.' },
      }
    if (s3.values.useFipsEndpoint)
      yield {
        at: s3.at('usefipsendpoint'),
        message: 'usefipsendpoint has no effect: accelerate wins',
        remedy: { text: 'Remove one of the two.' },
      }
  },
}
