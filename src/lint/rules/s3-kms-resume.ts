import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3KmsResume: Rule = {
  id: 's3-kms-resume',
  summary: 'some layers are encrypted with another key',
  severity: 'note',
  releases: { since: '2.4.0' },
  why: 'When an upload goes on after a part of less than 5 MiB, the driver starts it anew and leaves the key out: such a layer gets the account’s default KMS key.',
  examples: [{ bad: withS3('encrypt: true\nkeyid: alias/registry'), good: withS3('encrypt: true') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || s3.values.keyId === '' || !s3.values.encrypt) return
    yield {
      at: s3.at('keyid'),
      message: 'uploads that go on after a short part get the account’s default KMS key instead',
      remedy: { text: 'Set the key as the bucket’s default encryption too.' },
    }
  },
}
