import { before } from '../../registry-config/releases.ts'
import { withStorage } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3AclRefused: Rule = {
  id: 's3-acl-refused',
  summary: 'a bucket without ACLs may refuse pushes',
  severity: 'note',
  why: 'The driver sends an ACL with every object, private unless told otherwise. Buckets made since April 2023 have ACLs disabled and take for certain only bucket-owner-full-control.',
  examples: [
    {
      bad: withStorage('s3: {bucket: my-registry, region: eu-west-1}'),
      good: withStorage('s3: {bucket: my-registry, region: eu-west-1, objectacl: bucket-owner-full-control}'),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !s3.isAws || s3.values.objectAcl === 'bucket-owner-full-control') return
    const can = !before(input.release, '2.6.0')
    yield {
      at: s3.written('objectacl') === undefined ? s3.keyAt('bucket') : s3.at('objectacl'),
      message: `the driver sends the ACL ${s3.values.objectAcl}, which a bucket with ACLs disabled may refuse`,
      remedy: {
        text: can
          ? 'Set objectacl: bucket-owner-full-control.'
          : 'Enable ACLs on the bucket, or use 2.6 or newer.',
      },
    }
  },
}
