import { Failure } from '../core/errors.ts'
import type { AwsClients } from './clients.ts'
import { isService, orNone, otherRegion, settling } from './errors.ts'
import { type BucketState, differences, resource } from './resource.ts'

interface BucketSpec {
  readonly name: string
  readonly region: string
  readonly settings: Readonly<Record<string, string>>
}

const ruleId = 'regctl-abort-incomplete-uploads'
/** The registry's own purger forgets uploads after seven days, and never aborts them at S3 (facts: registry 8). */
const abortAfterDays = 8

const publicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

const settings = {
  'public access block': 'all four on',
  'object ownership': 'BucketOwnerEnforced',
  'abort of incomplete uploads': `after ${abortAfterDays} days`,
}

/** The registry's bucket. Its objects are never touched; lifecycle rules of others are kept. */
export const bucket = resource<'bucket', BucketSpec>({
  kind: 'bucket',
  title: 'S3 bucket',
  permissions: [
    's3:CreateBucket',
    's3:ListBucket',
    's3:GetBucketPublicAccessBlock',
    's3:PutBucketPublicAccessBlock',
    's3:GetBucketOwnershipControls',
    's3:PutBucketOwnershipControls',
    's3:GetLifecycleConfiguration',
    's3:PutLifecycleConfiguration',
  ],
  name: (spec) => spec.name,
  desired: (intent) => ({ name: intent.bucket, region: intent.region, settings }),
  find: findBucket,
  diff: (spec, state) =>
    state === undefined
      ? differences({}, { region: spec.region, ...spec.settings })
      : differences(state.settings, spec.settings),
  async apply({ s3 }, spec, state) {
    if (state === undefined) await createBucket(s3, spec)
    const changed = new Set(differences(state?.settings ?? {}, spec.settings).map((change) => change.field))
    for (const [field, put] of Object.entries(puts)) {
      if (changed.has(field))
        await settling(() => put(s3, spec.name, state), 'NoSuchBucket', 'OperationAborted')
    }
    return { name: spec.name, settings: spec.settings, lifecycle: state?.lifecycle }
  },
})

/** How each setting is made so. */
const puts: Readonly<
  Record<
    keyof typeof settings,
    (s3: AwsClients['s3'], name: string, state: BucketState | undefined) => Promise<unknown>
  >
> = {
  'public access block': (s3, Bucket) =>
    s3.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration: publicAccessBlock }),
  'object ownership': (s3, Bucket) =>
    s3.putBucketOwnershipControls({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    }),
  'abort of incomplete uploads'(s3, Bucket, state) {
    const { Rules = [], TransitionDefaultMinimumObjectSize } = state?.lifecycle ?? {}
    // S3 takes no old top-level Prefix beside a Filter.
    const others = Rules.filter(({ ID }) => ID !== ruleId).map(({ Prefix, ...rule }) =>
      rule.Filter === undefined ? { ...rule, Filter: { Prefix: Prefix ?? '' } } : rule,
    )
    const ours = {
      ID: ruleId,
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: abortAfterDays },
    }
    return s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: { Rules: [...others, ours] },
      ...(TransitionDefaultMinimumObjectSize && { TransitionDefaultMinimumObjectSize }),
    })
  },
}

async function findBucket({ s3, region }: AwsClients, spec: BucketSpec): Promise<BucketState | undefined> {
  const target = { Bucket: spec.name }
  try {
    // A list, not a head: only its refusal says why.
    await s3.listObjects({ ...target, MaxKeys: 1 })
  } catch (error) {
    if (isService(error, 'NoSuchBucket')) return undefined
    const other = otherRegion(error)
    if (other !== undefined) {
      const where = other === '' ? 'another region' : other
      throw new Failure('conflict', `the bucket ${spec.name} is in ${where}, not in ${region}`, {
        cause: error,
        remedy: {
          text: `Name the bucket's region${other === '' ? '' : `: --region ${other}`}, or choose another bucket.`,
        },
      })
    }
    if (!isService(error, 'AccessDenied', 'AllAccessDisabled')) throw error
    throw new Failure(
      'conflict',
      `the bucket ${spec.name} exists and is not ours to use: it belongs to another account, or s3:ListBucket is missing`,
      {
        cause: error,
        remedy: {
          text: 'Choose another name, or use an identity that may list the bucket.',
          commands: ['aws sts get-caller-identity'],
        },
      },
    )
  }
  const [block, ownership, lifecycle] = await Promise.all([
    orNone(s3.getPublicAccessBlock(target), 'NoSuchPublicAccessBlockConfiguration'),
    orNone(s3.getBucketOwnershipControls(target), 'OwnershipControlsNotFoundError'),
    orNone(s3.getBucketLifecycleConfiguration(target), 'NoSuchLifecycleConfiguration'),
  ])
  const blocks = block?.PublicAccessBlockConfiguration
  const missing = (Object.keys(publicAccessBlock) as (keyof typeof publicAccessBlock)[]).filter(
    (name) => blocks?.[name] !== true,
  )
  const abort = lifecycle?.Rules?.some(
    ({ Status, AbortIncompleteMultipartUpload, Filter, Prefix }) =>
      Status === 'Enabled' &&
      AbortIncompleteMultipartUpload !== undefined &&
      (Filter?.Prefix ?? Prefix ?? '') === '' &&
      Filter?.And === undefined &&
      Filter?.Tag === undefined,
  )
  return {
    name: spec.name,
    lifecycle,
    settings: {
      'public access block': missing.length === 0 ? 'all four on' : `off: ${missing.join(', ')}`,
      'object ownership': ownership?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'not set',
      // Any such rule serves; an adopted bucket keeps its own number of days.
      'abort of incomplete uploads': abort ? settings['abort of incomplete uploads'] : 'never',
    },
  }
}

async function createBucket(s3: AwsClients['s3'], spec: BucketSpec): Promise<void> {
  try {
    await s3.createBucket({
      Bucket: spec.name,
      // us-east-1 is the one region that must not be named.
      ...(spec.region !== 'us-east-1' && {
        CreateBucketConfiguration: { LocationConstraint: spec.region as 'eu-west-1' },
      }),
    })
  } catch (error) {
    if (isService(error, 'BucketAlreadyOwnedByYou')) return
    if (!isService(error, 'BucketAlreadyExists')) throw error
    throw new Failure('conflict', `the bucket name ${spec.name} is taken by another account`, {
      cause: error,
      remedy: {
        text: 'Bucket names are shared by all of AWS: choose another.',
        commands: ['regctl init --bucket my-registry'],
      },
    })
  }
}
