import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3AclPublic: Rule = {
  id: 's3-acl-public',
  summary: 'the ACL opens every layer to others',
  severity: 'error',
  releases: { since: '2.6.0' },
  why: 'With a public ACL anybody reads the layers at S3, past the registry’s authentication and past CloudFront’s signatures; authenticated-read lets in every AWS account.',
  examples: [{ bad: withS3('').replace('bucket-owner-full-control', 'public-read'), good: withS3('') }],
  *check(input) {
    const s3 = s3In(input)
    const acl = s3?.values.objectAcl ?? ''
    if (s3 === undefined || !['public-read', 'public-read-write', 'authenticated-read'].includes(acl)) return
    const who = acl === 'authenticated-read' ? 'every AWS account' : 'everybody'
    yield {
      at: s3.at('objectacl'),
      message: `objectacl: ${acl} lets ${who} read${acl === 'public-read-write' ? ' and replace' : ''} every layer`,
      remedy: { text: 'Use bucket-owner-full-control.' },
    }
  },
}
