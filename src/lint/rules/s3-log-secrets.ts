import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3LogSecrets: Rule = {
  id: 's3-log-secrets',
  summary: 'the log gets signatures and bodies',
  severity: 'warning',
  releases: { since: '3.0.0' },
  why: 'At debugwithsigning the SDK logs what it signs, at debugwithhttpbody whole requests.',
  examples: [{ bad: withS3('loglevel: debugwithsigning'), good: withS3('loglevel: debug') }],
  *check(input) {
    const s3 = s3In(input)
    const level = s3?.values.logLevel ?? ''
    if (
      s3 === undefined ||
      !['debugwithsigning', 'debugwithhttpbody', 'debugwitheventstreambody'].includes(level)
    )
      return
    yield {
      at: s3.at('loglevel'),
      message: `loglevel: ${level} writes signatures and contents to the log`,
      remedy: { text: 'Use debug, and off in production.' },
    }
  },
}
