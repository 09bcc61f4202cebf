import { CopyObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3'
import { type Bucket, call, driverName } from './s3-client.ts'
import {
  abortOrphans,
  abortUpload,
  completeUpload,
  createUpload,
  mostParts,
  type Part,
  type Upload,
} from './s3-upload.ts'

/** The object to be copied, as HEAD told it. */
export interface Source {
  readonly path: string
  readonly size: number
  readonly etag: string | undefined
}

/**
 * Copies an object within the bucket: in one call up to the threshold, above it part by part. A source that
 * changes meanwhile is refused. When a part fails, the others are waited for and the upload is aborted.
 */
export async function copyObject(bucket: Bucket, source: Source, dest: string): Promise<void> {
  const from = {
    Bucket: bucket.Bucket,
    CopySource: `${bucket.Bucket}/${bucket.key(source.path).split('/').map(encodeURIComponent).join('/')}`,
    ...(source.etag !== undefined && { CopySourceIfMatch: source.etag }),
  }
  if (source.size <= bucket.parameters.copyThreshold) {
    const copy = new CopyObjectCommand({
      ...from,
      Key: bucket.key(dest),
      ...bucket.writeHeaders,
    } as CopyInput)
    await call(bucket, 's3:PutObject', dest, bucket.client.send(copy))
    return
  }
  const upload = await createUpload(bucket, dest)
  let parts: Part[]
  try {
    parts = await copyParts(bucket, from, source.size, upload)
    await abortOrphans(bucket, upload)
  } catch (error) {
    await abortUpload(bucket, upload)
    throw error
  }
  await completeUpload(bucket, upload, parts)
}

type CopyInput = ConstructorParameters<typeof CopyObjectCommand>[0]

async function copyParts(
  bucket: Bucket,
  from: { readonly Bucket: string; readonly CopySource: string },
  size: number,
  upload: Upload,
): Promise<Part[]> {
  const { copyConcurrency } = bucket.parameters
  const copyChunkSize = Math.max(bucket.parameters.copyChunkSize, Math.ceil(size / mostParts))
  const count = Math.ceil(size / copyChunkSize)
  const parts: Part[] = []
  let next = 1
  let failure: { readonly error: unknown } | undefined

  async function work(): Promise<void> {
    while (next <= count && failure === undefined) {
      const number = next++
      const first = (number - 1) * copyChunkSize
      const last = Math.min(first + copyChunkSize, size) - 1
      try {
        parts[number - 1] = {
          number,
          etag: await copyPart(number, `bytes=${first}-${last}`),
          size: last - first + 1,
        }
      } catch (error) {
        failure ??= { error }
      }
    }
  }

  async function copyPart(number: number, range: string): Promise<string> {
    const { CopyPartResult } = await call(
      bucket,
      's3:PutObject',
      upload.path,
      bucket.client.send(
        new UploadPartCopyCommand({
          ...from,
          Key: upload.key,
          UploadId: upload.id,
          PartNumber: number,
          CopySourceRange: range,
        }),
      ),
    )
    if (CopyPartResult?.ETag === undefined)
      throw new Error(`${driverName}: the store copied part ${number} of ${upload.path} without an ETag`)
    return CopyPartResult.ETag
  }

  await Promise.all(Array.from({ length: Math.min(count, copyConcurrency) }, work))
  if (failure !== undefined) throw failure.error
  return parts
}
