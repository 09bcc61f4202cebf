import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3KmsKey: Rule = {
  id: 's3-kms-key',
  summary: 'a KMS key is set and encryption is not',
  severity: 'error',
  releases: { since: '2.4.0' },
  why: 'The guide says that keyid is ignored without encrypt; the driver sends the key’s header all the same, without the one that says what it is for, and S3 refuses that.',
  examples: [{ bad: withS3('keyid: alias/registry'), good: withS3('keyid: alias/registry\nencrypt: true') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || s3.values.keyId === '' || s3.values.encrypt) return
    yield {
      at: s3.at('keyid'),
      message: 'keyid without encrypt: true makes S3 refuse every push',
      remedy: { text: 'Set encrypt: true.' },
    }
  },
}
