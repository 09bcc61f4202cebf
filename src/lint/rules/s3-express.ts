import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Express: Rule = {
  id: 's3-express',
  summary: 'a directory bucket is not reached',
  severity: 'warning',
  releases: { since: '3.1.1' },
  why: 'The driver takes the storage class EXPRESS_ONEZONE and sends it, but it does not speak to the endpoints that directory buckets have.',
  examples: [{ bad: withS3('storageclass: EXPRESS_ONEZONE'), good: withS3('storageclass: STANDARD') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3?.values.storageClass !== 'EXPRESS_ONEZONE') return
    yield {
      at: s3.at('storageclass'),
      message: 'EXPRESS_ONEZONE is for directory buckets, whose endpoints the driver does not use',
      remedy: { text: 'Use another storage class.' },
    }
  },
}
