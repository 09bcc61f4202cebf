import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Useragent: Rule = {
  id: 's3-useragent',
  summary: 'the user agent is overwritten',
  severity: 'note',
  releases: { since: '2.4.0', until: '3.0.0' },
  why: 'Up to 2.8 the registry puts its own name and version there, whatever the config says.',
  examples: [{ release: '2.8.3', bad: withS3('useragent: mine'), good: withS3('') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3?.written('useragent') === undefined) return
    yield {
      at: s3.keyAt('useragent'),
      message: 'useragent has no effect before 3.0',
      remedy: { text: 'Remove it.' },
    }
  },
}
