import { xmlAnswer } from './answers.ts'
import { type Call, existing, header, type Operation, owner } from './call.ts'
import { invalidArgument, s3Error } from './errors.ts'

const canned = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]
const publicAcls = ['public-read', 'public-read-write', 'authenticated-read']

/**
 * Judges `x-amz-acl` and `x-amz-grant-*` of a write. With ACLs disabled S3 documents that only
 * bucket-owner-full-control passes, while reports differ, so the rest is refused on request only
 * (`strictAcl`). Grants are not modelled: what is accepted grants nobody anything.
 */
export function checkAcl(call: Call): void {
  const acl = header(call, 'x-amz-acl')
  const grants = Object.keys(call.request.headers).filter((name) => name.startsWith('x-amz-grant-'))
  if (acl !== undefined && grants.length > 0) {
    throw s3Error('InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed')
  }
  if (acl !== undefined && !canned.includes(acl)) throw invalidArgument('', 'x-amz-acl', acl)
  const { ownership, publicAccessBlock } = call.bucket().record
  if (ownership === 'BucketOwnerEnforced') {
    const harmless = acl === undefined || acl === 'bucket-owner-full-control'
    if (grants.length > 0 || (!harmless && call.world.strictAcl))
      throw s3Error('AccessControlListNotSupported')
  }
  if (acl !== undefined && publicAcls.includes(acl) && publicAccessBlock?.BlockPublicAcls)
    throw s3Error('AccessDenied')
}

function getAcl(call: Call) {
  const id = owner(call.world)
  const grantee = {
    '@xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    '@xsi:type': 'CanonicalUser',
    ...id,
  }
  return xmlAnswer('AccessControlPolicy', {
    Owner: id,
    AccessControlList: { Grant: { Grantee: grantee, Permission: 'FULL_CONTROL' } },
  })
}

function putAcl(call: Call) {
  if (call.bucket().record.ownership === 'BucketOwnerEnforced') throw s3Error('AccessControlListNotSupported')
  if (header(call, 'x-amz-acl') === undefined) throw s3Error('NotImplemented')
  checkAcl(call)
  return { status: 200, headers: {} }
}

export const aclOperations: readonly Operation[] = [
  { name: 'GetBucketAcl', at: 'bucket', method: 'GET', query: 'acl', action: 's3:GetBucketAcl', run: getAcl },
  { name: 'PutBucketAcl', at: 'bucket', method: 'PUT', query: 'acl', action: 's3:PutBucketAcl', run: putAcl },
  {
    name: 'GetObjectAcl',
    at: 'object',
    method: 'GET',
    query: 'acl',
    action: 's3:GetObjectAcl',
    run(call) {
      existing(call)
      return getAcl(call)
    },
  },
  {
    name: 'PutObjectAcl',
    at: 'object',
    method: 'PUT',
    query: 'acl',
    action: 's3:PutObjectAcl',
    run(call) {
      existing(call)
      return putAcl(call)
    },
  },
]
