import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3PartLimit: Rule = {
  id: 's3-part-limit',
  summary: 'parts are larger than S3 takes',
  severity: 'error',
  releases: { until: '2.6.0' },
  why: 'Up to 2.5 the driver takes any chunksize; S3 takes parts of 5 GiB at most.',
  examples: [
    {
      release: '2.5.2',
      bad: withS3('chunksize: 6442450944').replace(/ +objectacl.*\n/, ''),
      good: withS3('').replace(/ +objectacl.*\n/, ''),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || s3.values.chunkSize <= 5_368_709_120) return
    yield {
      at: s3.at('chunksize'),
      message: 'a part above 5 GiB is refused by S3',
      remedy: { text: 'Write at most 5368709120.' },
    }
  },
}
