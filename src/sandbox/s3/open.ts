import { messageOf } from '../../core/errors.ts'
import { permits } from './authorization.ts'
import type { Call, World } from './call.ts'
import { commonHeaders, errorAnswer, newIds, S3Error, s3Error } from './errors.ts'
import { type HttpFront, type HttpOptions, httpFront } from './http.ts'
import { route } from './router.ts'
import type { Caller, S3Answer, S3Request, S3Service } from './service.ts'
import { openStore } from './store.ts'

export interface S3Options extends HttpOptions {
  /** Where buckets and objects are kept. Made when it is not there. One process at a time. */
  readonly directory: string
  readonly region: string
  readonly accountId: string
  /** Refuse every canned ACL but bucket-owner-full-control on a bucket with ACLs disabled. */
  readonly strictAcl?: boolean
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: () => number
  /** Asked before each request is carried out; an answer is sent in its place. For faults. */
  readonly intercept?: (
    request: S3Request,
    caller: Caller,
  ) => S3Answer | undefined | Promise<S3Answer | undefined>
}

export interface S3 extends S3Service, HttpFront {}

/** S3 over what `directory` holds. Throws a usage Failure when that cannot be read. */
export async function openS3(options: S3Options): Promise<S3> {
  const world: World = {
    store: openStore(options.directory),
    region: options.region,
    accountId: options.accountId,
    strictAcl: options.strictAcl ?? false,
    now: options.now ?? Date.now,
  }
  const service = { handle: (request: S3Request, caller: Caller) => handle(world, options, request, caller) }
  return { ...service, ...httpFront(service, world, options) }
}

async function handle(
  world: World,
  options: S3Options,
  request: S3Request,
  caller: Caller,
): Promise<S3Answer> {
  const ids = newIds()
  const answer = await (async () => {
    try {
      return (await options.intercept?.(request, caller)) ?? (await carryOut(world, request, caller))
    } catch (error) {
      // What is not an S3Error is our own failure, such as a full disk. S3 would not tell its cause; we do.
      const known =
        error instanceof S3Error ? error : s3Error('InternalError', undefined, { Cause: messageOf(error) })
      return errorAnswer(known, resourceOf(request), ids)
    }
  })()
  const headers = { ...commonHeaders(ids), ...answer.headers }
  if (request.method !== 'HEAD') return { ...answer, headers }
  return { status: answer.status, headers }
}

async function carryOut(world: World, request: S3Request, caller: Caller): Promise<S3Answer> {
  const call = callOf(world, request, caller)
  if (Buffer.byteLength(call.key) > 1024) {
    throw s3Error('KeyTooLongError', undefined, {
      Size: String(Buffer.byteLength(call.key)),
      MaxSizeAllowed: '1024',
    })
  }
  const operation = route(request)
  const expectedOwner = request.headers['x-amz-expected-bucket-owner']
  if (expectedOwner !== undefined && expectedOwner !== world.accountId) throw s3Error('AccessDenied')
  const { accountOnly, action } = operation
  if (accountOnly && caller.kind !== 'account') throw s3Error('AccessDenied')
  if (action !== undefined && !call.permits(action, call.bucket(), request.key)) throw s3Error('AccessDenied')
  return operation.run(call)
}

function callOf(world: World, request: S3Request, caller: Caller): Call {
  const bucketName = request.bucket ?? ''
  return {
    world,
    request,
    caller,
    bucketName,
    key: request.key ?? '',
    bucket() {
      const bucket = world.store.bucket(bucketName)
      if (bucket === undefined) throw s3Error('NoSuchBucket', undefined, { BucketName: bucketName })
      return bucket
    },
    permits: (action, bucket, key) => permits(world, request, caller, action, bucket, key),
  }
}

function resourceOf({ bucket, key }: S3Request): string {
  return bucket === undefined ? '/' : key === undefined ? `/${bucket}` : `/${bucket}/${key}`
}
