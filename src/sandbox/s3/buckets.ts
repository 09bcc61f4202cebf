import { textOf } from '../xml.ts'
import { isoTime, noContent, xmlAnswer, xmlBody } from './answers.ts'
import { type Call, header, type Operation, owner } from './call.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { integerParameter } from './page.ts'
import type { BucketRecord } from './records.ts'
import type { S3Answer } from './service.ts'

function listBuckets(call: Call): S3Answer {
  const { query } = call.request
  const [prefix, token] = [query.get('prefix') ?? '', query.get('continuation-token') ?? '']
  const most = integerParameter(call, 'max-buckets', 10_000, 10_000)
  const after = call.world.store
    .buckets()
    .filter(({ record }) => record.name.startsWith(prefix) && record.name > token)
  const page = after.slice(0, most)
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: owner(call.world),
    Buckets: {
      Bucket: page.map(({ record }) => ({
        Name: record.name,
        CreationDate: isoTime(record.created),
        BucketRegion: query.has('max-buckets') ? call.world.region : undefined,
      })),
    },
    Prefix: prefix === '' ? undefined : prefix,
    ContinuationToken: page.length < after.length ? page.at(-1)?.record.name : undefined,
  })
}

async function createBucket(call: Call): Promise<S3Answer> {
  const name = call.bucketName
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', undefined, { BucketName: name })
  if (header(call, 'x-amz-bucket-object-lock-enabled') === 'true') throw s3Error('NotImplemented')
  await checkLocation(call)
  const ownership = header(call, 'x-amz-object-ownership') ?? 'BucketOwnerEnforced'
  if (!isOwnership(ownership))
    throw invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', ownership)
  const acl = header(call, 'x-amz-acl') ?? 'private'
  if (acl !== 'private' && ownership === 'BucketOwnerEnforced') {
    throw s3Error('InvalidBucketAclWithObjectOwnership')
  }
  if (acl !== 'private') throw s3Error('AccessDenied')
  const headers = { Location: `/${name}` }
  if (call.world.store.bucket(name) !== undefined) {
    // In us-east-1 alone, making one's own bucket again is no error.
    if (call.world.region !== 'us-east-1')
      throw s3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name })
    return { status: 200, headers }
  }
  call.world.store.createBucket(newBucket(name, ownership, call.world.now()))
  return { status: 200, headers }
}

/** A bucket as S3 makes them since April 2023: public access blocked, ACLs disabled, encrypted with S3's own keys. */
function newBucket(
  name: string,
  ownership: NonNullable<BucketRecord['ownership']>,
  created: number,
): BucketRecord {
  return {
    name,
    created,
    ownership,
    encryption: { algorithm: 'AES256' },
    publicAccessBlock: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  }
}

/** Whether it is one of S3's ownership settings. */
export function isOwnership(text: string): text is NonNullable<BucketRecord['ownership']> {
  return ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(text)
}

async function checkLocation(call: Call): Promise<void> {
  const { region } = call.world
  const hasBody =
    !['0', undefined].includes(header(call, 'content-length')) || 'transfer-encoding' in call.request.headers
  const document = hasBody ? await xmlBody(call.request, 'CreateBucketConfiguration') : undefined
  const constraint = document && textOf(document, 'LocationConstraint')
  // Directory buckets, local zones, tags at creation.
  if (document?.children.some(({ name }) => name !== 'LocationConstraint')) throw s3Error('NotImplemented')
  if (constraint === undefined || constraint === '') {
    if (region !== 'us-east-1') throw s3Error('IllegalLocationConstraintException')
    return
  }
  if (region === 'us-east-1')
    throw s3Error('InvalidLocationConstraint', undefined, { LocationConstraint: constraint })
  if (constraint !== region) {
    throw s3Error(
      'IllegalLocationConstraintException',
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    )
  }
}

/** S3's rules for names of general purpose buckets (user guide, "Bucket naming rules"). */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !/\.\./.test(name) &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  )
}

function deleteBucket(call: Call): S3Answer {
  const bucket = call.bucket()
  if (bucket.keys.size > 0) throw s3Error('BucketNotEmpty', undefined, { BucketName: call.bucketName })
  call.world.store.deleteBucket(bucket)
  return noContent
}

export const bucketOperations: readonly Operation[] = [
  { name: 'ListBuckets', at: 'service', method: 'GET', accountOnly: true, run: listBuckets },
  { name: 'CreateBucket', at: 'bucket', method: 'PUT', accountOnly: true, run: createBucket },
  {
    name: 'HeadBucket',
    at: 'bucket',
    method: 'HEAD',
    action: 's3:ListBucket',
    run(call) {
      call.bucket()
      return {
        status: 200,
        headers: {
          'x-amz-bucket-region': call.world.region,
          'x-amz-access-point-alias': 'false',
          'Content-Type': 'application/xml',
        },
      }
    },
  },
  { name: 'DeleteBucket', at: 'bucket', method: 'DELETE', action: 's3:DeleteBucket', run: deleteBucket },
]
