import { objectAcls } from '../../registry-config/s3-values.ts'
import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3ObjectAcl: Rule = {
  id: 's3-object-acl',
  summary: 'the object ACL is none of S3’s',
  severity: 'error',
  why: 'The driver compares it with the canned ACLs, letter by letter.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    objectacl: Private\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    objectacl: private\n',
    },
  ],
  check: (input) =>
    s3Refusals(input, ['objectacl'], () => ({
      remedy: { text: `Use one of ${objectAcls.join(', ')}, in lower case.` },
    })),
}
