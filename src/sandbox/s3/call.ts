import type { Bucket } from './bucket.ts'
import { s3Error } from './errors.ts'
import type { ObjectRecord } from './records.ts'
import type { Caller, S3Answer, S3Request } from './service.ts'
import type { Store } from './store.ts'

/** What all operations share. */
export interface World {
  readonly store: Store
  readonly region: string
  readonly accountId: string
  readonly strictAcl: boolean
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** One request, as an operation sees it. */
export interface Call {
  readonly world: World
  readonly request: S3Request
  readonly caller: Caller
  /** As asked for; '' for the service itself. */
  readonly bucketName: string
  /** '' for an operation on a bucket. */
  readonly key: string
  /** Throws NoSuchBucket. */
  bucket(): Bucket
  /** Whether the caller may do `action` (`s3:GetObject`) to this key of a bucket, or to the bucket itself. */
  permits(action: string, bucket: Bucket, key?: string): boolean
}

/** One of S3's API operations. The router finds it, the authorisation of `action` comes first, then `run`. */
export interface Operation {
  /** As in the API reference. */
  readonly name: string
  readonly at: 'service' | 'bucket' | 'object'
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** The query parameter that tells it from others of its method. */
  readonly query?: string
  /** The header that does. */
  readonly header?: string
  /** What a policy must allow. Undefined when the operation asks by itself, key by key, or is for the account alone. */
  readonly action?: string
  /** Whether it is about no bucket that there is yet, so that no policy has a say. */
  readonly accountOnly?: boolean
  run(call: Call): Promise<S3Answer> | S3Answer
}

/** A request header that came once; undefined when it did not come. */
export function header(call: { readonly request: S3Request }, name: string): string | undefined {
  const value = call.request.headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Who owns every bucket and object: the sandbox's account, by a canonical id of the usual form. */
export function owner(world: World): { readonly ID: string } {
  return { ID: world.accountId.padEnd(64, '0') }
}

/** Throws NoSuchVersion for a `versionId` but `null`: buckets here keep no versions. */
export function checkVersion(call: Call): void {
  const version = call.request.query.get('versionId')
  if (version === null || version === 'null') return
  throw s3Error('NoSuchVersion', undefined, { Key: call.key, VersionId: version })
}

/**
 * The object a read is about. Throws NoSuchKey, or AccessDenied to a caller who may not know what is in
 * the bucket; NoSuchVersion.
 */
export function existing(call: Call): ObjectRecord {
  checkVersion(call)
  const record = call.bucket().object(call.key)
  if (record !== undefined) return record
  throw call.permits('s3:ListBucket', call.bucket())
    ? s3Error('NoSuchKey', undefined, { Key: call.key })
    : s3Error('AccessDenied')
}
