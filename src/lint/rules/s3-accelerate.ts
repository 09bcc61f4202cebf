import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Accelerate: Rule = {
  id: 's3-accelerate',
  summary: 'acceleration does not go with another setting',
  severity: 'warning',
  releases: { since: '3.0.0' },
  why: 'The SDK uses the acceleration endpoint and drops forcepathstyle and usefipsendpoint; a bucket with a dot in its name has no acceleration endpoint.',
  examples: [
    { bad: withS3('accelerate: true\nforcepathstyle: true'), good: withS3('accelerate: true') },
    {
      bad: withS3('accelerate: true').replace('my-registry', 'my.registry'),
      good: withS3('').replace('my-registry', 'my.registry'),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !s3.values.accelerate) return
    if (s3.values.bucket.includes('.'))
      yield {
        at: s3.at('accelerate'),
        severity: 'error',
        message: `the acceleration endpoint takes no bucket with a dot in its name, so every request for ${s3.values.bucket} fails`,
        remedy: { text: 'Remove accelerate, or use a bucket without dots.' },
      }
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
