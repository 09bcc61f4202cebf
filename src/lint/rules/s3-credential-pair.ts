import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3CredentialPair: Rule = {
  id: 's3-credential-pair',
  summary: 'only one of the two keys is set, and neither counts',
  severity: 'error',
  why: 'Without both the driver asks its chain of credentials, silently: another identity, or none.',
  examples: [
    {
      bad: withS3('accesskey: AKIDEXAMPLE'),
      good: withS3('accesskey: AKIDEXAMPLE\nsecretkey: example-only'),
    },
    { bad: withS3('accesskey: ASIAEXAMPLEEXAMPLE\nsecretkey: example-only'), good: withS3('') },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined) return
    const { accessKey, secretKey } = s3.values
    if ((accessKey === '') !== (secretKey === '')) {
      const [given, missing] = accessKey === '' ? ['secretkey', 'accesskey'] : ['accesskey', 'secretkey']
      yield {
        at: s3.keyAt(given),
        message: `${given} counts only together with ${missing}, so the registry uses other credentials`,
        remedy: { text: `Set ${missing} too, or remove ${given}.` },
      }
    }
    if (accessKey.startsWith('ASIA')) {
      yield {
        at: s3.keyAt('accesskey'),
        message: 'this is a temporary key, and there is no parameter for its session token, so S3 refuses it',
        remedy: {
          text: 'Pass all three through AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or use a role.',
        },
      }
    }
  },
}
