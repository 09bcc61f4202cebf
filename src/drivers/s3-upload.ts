import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
} from '@aws-sdk/client-s3'
import { type Bucket, call, driverName, hasName } from './s3-client.ts'
import { prefixOf } from './s3-list.ts'
import { tailSize } from './s3-tail.ts'

/** One multipart upload of S3, open or being finished. */
export interface Upload {
  readonly path: string
  readonly key: string
  readonly id: string
  readonly initiated: Date
}

export interface Part {
  readonly number: number
  readonly etag: string
  readonly size: number
}

/** What S3 allows in one upload. */
export const mostParts = 10_000

/**
 * Opens an upload. When an answer was lost on the way, S3 may hold a second one that nobody knows; it is aborted,
 * since a resume could take it for ours.
 */
export async function createUpload(bucket: Bucket, path: string): Promise<Upload> {
  const key = bucket.key(path)
  const started = performance.now()
  const answer = await call(
    bucket,
    's3:PutObject',
    path,
    bucket.client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket.Bucket,
        Key: key,
        ...bucket.writeHeaders,
        ChecksumAlgorithm: 'CRC32',
        ChecksumType: 'FULL_OBJECT',
      } as CreateInput),
    ),
  )
  if (answer.UploadId === undefined)
    throw new Error(`${driverName}: the store opened an upload of ${path} without an id`)
  const upload = { path, key, id: answer.UploadId, initiated: new Date() }
  const retried = (answer.$metadata.attempts ?? 1) > 1
  known.set(upload.id, retried ? performance.now() - started : undefined)
  await abortOrphans(bucket, upload)
  return upload
}

type CreateInput = ConstructorParameters<typeof CreateMultipartUploadCommand>[0]

/**
 * The open uploads whose id this process was told: however empty, they are nobody's orphans. For those that took more
 * than one try, how many milliseconds before them another one may have come about.
 */
const known = new Map<string, number | undefined>()

/**
 * Aborts what lost answers on the way to `upload` may have left: uploads of its key that hold nothing, are unknown here
 * and not older than the first try. A request that was given up may arrive late, so this is called again when a writer
 * ends. A writer of another process on the same path may lose an upload without a part; its next call fails.
 */
export async function abortOrphans(bucket: Bucket, upload: Upload): Promise<void> {
  const since = known.get(upload.id)
  if (since === undefined) return
  const all = await uploadsOf(bucket, upload.path)
  const own = all.find(({ id }) => id === upload.id)
  if (own === undefined) return
  // Many stores date uploads to the second.
  const precision = all.every(({ initiated }) => initiated.getMilliseconds() === 0) ? 1000 : 20
  const from = own.initiated.getTime() - since - precision
  for (const rival of all) {
    if (known.has(rival.id) || rival.initiated.getTime() < from) continue
    if ((await heldBytes(bucket, rival)) === 0) await abortUpload(bucket, rival)
  }
}

/**
 * The upload to resume: the newest of this path, and among equally new ones the one that holds most. What holds nothing
 * and is unknown here counts for an orphan beside one that is known.
 */
export async function findUpload(bucket: Bucket, path: string): Promise<Upload | undefined> {
  const all = await uploadsOf(bucket, path)
  if (all.length < 2) return all[0]
  const held = await Promise.all(
    all.map(async (upload) => ({
      upload,
      told: known.has(upload.id),
      bytes: await heldBytes(bucket, upload),
    })),
  )
  const candidates = held.some(({ told }) => told)
    ? held.filter(({ told, bytes }) => told || bytes > 0)
    : held
  const age = (upload: Upload) => upload.initiated.getTime()
  return candidates.sort((a, b) => age(b.upload) - age(a.upload) || b.bytes - a.bytes)[0]?.upload
}

async function heldBytes(bucket: Bucket, upload: Upload): Promise<number> {
  const parts = (await listParts(bucket, upload)) ?? []
  const inParts = parts.reduce((sum, { size }) => sum + size, 0)
  return inParts + (await tailSize(bucket, upload, inParts))
}

/** The open uploads of exactly this path. */
async function uploadsOf(bucket: Bucket, path: string): Promise<Upload[]> {
  const key = bucket.key(path)
  return (await listUploads(bucket, path, key)).filter((upload) => upload.key === key)
}

/** The open uploads whose key starts with `prefix`, every page of them. */
export async function listUploads(bucket: Bucket, path: string, prefix: string): Promise<Upload[]> {
  const found: Upload[] = []
  const root = prefixOf(bucket, '/').length
  let marker: Marker | undefined = {}
  while (marker !== undefined) {
    const answer: Awaited<ReturnType<typeof ask>> = await ask(marker)
    for (const { Key, UploadId, Initiated } of answer.Uploads ?? []) {
      // What a store lists beyond the prefix is not ours to abort.
      if (Key?.startsWith(prefix) && UploadId !== undefined) {
        found.push({
          path: `/${Key.slice(root)}`,
          key: Key,
          id: UploadId,
          initiated: Initiated ?? new Date(0),
        })
      }
    }
    const next: Marker = {
      ...(answer.NextKeyMarker && { KeyMarker: answer.NextKeyMarker }),
      ...(answer.NextUploadIdMarker && { UploadIdMarker: answer.NextUploadIdMarker }),
    }
    const moved: boolean =
      next.KeyMarker !== marker.KeyMarker || next.UploadIdMarker !== marker.UploadIdMarker
    if (answer.IsTruncated === true && !moved) throw goesOn(`open uploads of ${path}`)
    marker = answer.IsTruncated === true ? next : undefined
  }
  return found

  function ask(from: Marker) {
    return call(
      bucket,
      's3:ListBucketMultipartUploads',
      path,
      bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.Bucket, Prefix: prefix, ...from })),
    )
  }
}

interface Marker {
  readonly KeyMarker?: string
  readonly UploadIdMarker?: string
}

/** Every part in ascending order, however many pages S3 needs; undefined when there is no such upload any more. */
export async function listParts(bucket: Bucket, upload: Upload): Promise<Part[] | undefined> {
  const parts: Part[] = []
  let marker: string | undefined
  do {
    const answer = await call(
      bucket,
      's3:ListMultipartUploadParts',
      upload.path,
      bucket.client.send(
        new ListPartsCommand({
          Bucket: bucket.Bucket,
          Key: upload.key,
          UploadId: upload.id,
          ...(marker !== undefined && { PartNumberMarker: marker }),
        }),
      ),
    ).catch((error: unknown) => {
      if (hasName(error, 'NoSuchUpload')) return undefined
      throw error
    })
    if (answer === undefined) return undefined
    for (const { PartNumber = 0, ETag = '', Size = 0 } of answer.Parts ?? []) {
      parts.push({ number: PartNumber, etag: ETag, size: Size })
    }
    const next: string | undefined = answer.IsTruncated === true ? answer.NextPartNumberMarker : undefined
    if (answer.IsTruncated === true && (next === undefined || next === marker))
      throw goesOn(`parts of ${upload.path}`)
    marker = next
  } while (marker !== undefined)
  return parts.sort((a, b) => a.number - b.number)
}

function goesOn(what: string): Error {
  return new Error(`${driverName}: the store says that its listing of the ${what} goes on, but not where`)
}

/** Aborts an upload; one that is gone already is aborted too. */
export async function abortUpload(
  bucket: Bucket,
  upload: Pick<Upload, 'path' | 'key' | 'id'>,
): Promise<void> {
  known.delete(upload.id)
  await call(
    bucket,
    's3:AbortMultipartUpload',
    upload.path,
    bucket.client.send(
      new AbortMultipartUploadCommand({ Bucket: bucket.Bucket, Key: upload.key, UploadId: upload.id }),
    ),
  ).catch((error: unknown) => {
    // Radosgw says NoSuchKey.
    if (!hasName(error, 'NoSuchUpload', 'NoSuchKey')) throw error
  })
}

/**
 * Makes the parts an object. S3 forgets an upload that it completed, so a lost answer looks like NoSuchUpload: the
 * object itself then tells. On any other error the upload is aborted, and nothing of it stays.
 */
export async function completeUpload(bucket: Bucket, upload: Upload, parts: readonly Part[]): Promise<void> {
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  const started = performance.now()
  known.delete(upload.id)
  try {
    await call(
      bucket,
      's3:PutObject',
      upload.path,
      bucket.client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket.Bucket,
          Key: upload.key,
          UploadId: upload.id,
          ChecksumType: 'FULL_OBJECT',
          MpuObjectSize: size,
          MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
        }),
      ),
    )
  } catch (error) {
    if (
      await isCompleted(bucket, upload, parts, { error, elapsed: performance.now() - started }).catch(
        () => false,
      )
    )
      return
    const failed = await abortUpload(bucket, upload).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    throw failed === undefined ? error : new AggregateError([error, failed])
  }
}

/**
 * Whether the parts are the object now, or were until another writer replaced it. After a retry NoSuchUpload says
 * that an earlier try was heard; an object that is newer than the first try, by the store's clock, is its successor.
 */
async function isCompleted(
  bucket: Bucket,
  upload: Upload,
  parts: readonly Part[],
  { error, elapsed }: { readonly error: unknown; readonly elapsed: number },
): Promise<boolean> {
  const { ETag, ContentLength, LastModified } = await bucket.client.send(
    new HeadObjectCommand({ Bucket: bucket.Bucket, Key: upload.key }),
  )
  if (ContentLength === parts.reduce((sum, { size }) => sum + size, 0) && isTagOf(bucket, ETag, parts))
    return true
  const { $metadata, $response } = error as {
    readonly $metadata?: { readonly attempts?: number }
    readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
  }
  const told = Date.parse($response?.headers?.date ?? '')
  if (!hasName(error, 'NoSuchUpload') || ($metadata?.attempts ?? 1) < 2 || LastModified === undefined)
    return false
  // Both times are in whole seconds.
  return LastModified.getTime() >= told - elapsed - 2000
}

function isTagOf(bucket: Bucket, etag: string | undefined, parts: readonly Part[]): boolean {
  const digests = parts.map((part) => Buffer.from(part.etag.replaceAll('"', ''), 'hex'))
  // With KMS an ETag is no MD5; its form and the size are all there is to see.
  const plain =
    digests.every(({ length }) => length === 16) && bucket.writeHeaders.ServerSideEncryption !== 'aws:kms'
  if (!plain) return etag?.endsWith(`-${parts.length}"`) === true
  const whole = createHash('md5').update(Buffer.concat(digests)).digest('hex')
  return etag === `"${whole}-${parts.length}"`
}
