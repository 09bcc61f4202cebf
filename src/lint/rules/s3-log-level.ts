import { withS3 } from '../example.ts'
import { nodeOf, type Rule, replaced } from '../rule.ts'
import { s3In, s3Refusals } from '../s3.ts'

export const s3LogLevel: Rule = {
  id: 's3-log-level',
  summary: 'the S3 log level is not a text, and 3.0 panics',
  severity: 'error',
  releases: { since: '3.0.0', until: '3.1.0' },
  why: 'YAML reads off without quotes as false, and 3.0 takes a text only. 3.1 takes both.',
  examples: [{ release: '3.0.0', bad: withS3('loglevel: off'), good: withS3('loglevel: "off"') }],
  check: (input) =>
    s3Refusals(input, ['loglevel'], () => ({
      remedy: { text: 'Put it in quotes: loglevel: "off".' },
      ...replaced(nodeOf(s3In(input)?.written('loglevel')), '"off"'),
    })),
}
