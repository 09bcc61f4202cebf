import type { Bucket } from './bucket.ts'
import type { World } from './call.ts'
import { isPublic, judge, type Who } from './policy.ts'
import { type Policy, parsePolicy } from './policy-document.ts'
import type { BucketRecord } from './records.ts'
import type { Caller, S3Request } from './service.ts'

/** A policy is read once for each version of the bucket's configuration. */
const policies = new WeakMap<BucketRecord, Policy>()

function policyOf({ record }: Bucket): Policy {
  const known = policies.get(record)
  if (known !== undefined) return known
  const policy = record.policy === undefined ? { statements: [] } : parsePolicy(record.policy, record.name)
  policies.set(record, policy)
  return policy
}

/** What an account's root may always do, so that a policy cannot lock its owner out (S3 user guide, "Bucket policies"). */
const rootActions = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])

/**
 * Whether the caller may do `action` to a bucket, or to `key` in it. The account may do what no Deny
 * forbids; anonymous callers and CloudFront what the policy allows, the former only while the bucket
 * does not restrict public policies.
 */
export function permits(
  world: World,
  request: S3Request,
  caller: Caller,
  action: string,
  bucket: Bucket,
  key: string | undefined,
): boolean {
  if (caller.kind === 'account' && rootActions.has(action)) return true
  const policy = policyOf(bucket)
  const verdict = judge(policy, {
    who: whoIs(world, caller),
    action,
    resource: `arn:aws:s3:::${bucket.record.name}${key === undefined ? '' : `/${key}`}`,
    context: contextOf(world, request, caller, action),
  })
  switch (caller.kind) {
    case 'account':
      return verdict !== 'deny'
    case 'service':
      return verdict === 'allow'
    case 'anonymous':
      return (
        verdict === 'allow' && !(bucket.record.publicAccessBlock?.RestrictPublicBuckets && isPublic(policy))
      )
  }
}

function whoIs(world: World, caller: Caller): Who {
  return caller.kind === 'account' ? { kind: 'account', accountId: world.accountId } : caller
}

/** The condition keys of a request (IAM user guide, "Global condition keys"; service authorization reference for S3). */
function contextOf(world: World, request: S3Request, caller: Caller, action: string): Record<string, string> {
  const now = world.now()
  const context: Record<string, string> = {
    'aws:securetransport': String(request.secure ?? true),
    'aws:currenttime': new Date(now).toISOString(),
    'aws:epochtime': String(Math.floor(now / 1000)),
    'aws:principalisawsservice': String(caller.kind === 'service'),
    'aws:resourceaccount': world.accountId,
  }
  const agent = request.headers['user-agent']
  if (agent !== undefined) context['aws:useragent'] = agent
  if (caller.kind !== 'service') context['aws:sourceip'] = '127.0.0.1'
  if (caller.kind === 'account') {
    context['aws:principalaccount'] = world.accountId
    context['aws:principalarn'] = `arn:aws:iam::${world.accountId}:root`
  }
  if (caller.kind === 'service') {
    context['aws:sourcearn'] = caller.sourceArn
    context['aws:sourceaccount'] = caller.sourceArn.split(':')[4] ?? ''
    context['aws:principalservicename'] = caller.service
  }
  if (action === 's3:ListBucket' && request.key === undefined) {
    for (const name of ['prefix', 'delimiter', 'max-keys']) {
      const value = request.query.get(name)
      if (value !== null) context[`s3:${name}`] = value
    }
  }
  for (const name of conditionHeaders) {
    const value = request.headers[name]
    if (typeof value === 'string') context[`s3:${name}`] = value
  }
  return context
}

const conditionHeaders = [
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
]
