import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

const r2 = 'regionendpoint: https://account.r2.cloudflarestorage.com'

export const s3EqualParts: Rule = {
  id: 's3-equal-parts',
  summary: 'the store wants parts of equal size, which 2.x does not make',
  severity: 'error',
  releases: { since: '2.4.0', until: '3.0.0' },
  why: 'Before 3.0 the last part may be nearly twice as large as the others. Cloudflare R2 refuses that: “All non-trailing parts must have the same length”.',
  examples: [{ release: '2.8.3', bad: withS3(r2), good: withS3('') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !/\.r2\.cloudflarestorage\.com/.test(s3.values.regionEndpoint)) return
    yield {
      at: s3.at('regionendpoint'),
      message: 'Cloudflare R2 refuses the uploads of 2.x, whose parts differ in size',
      remedy: { text: 'Use 3.x.' },
    }
  },
}
