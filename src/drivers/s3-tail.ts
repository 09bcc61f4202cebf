import { createHash } from 'node:crypto'
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { PathNotFoundError } from '../storage/driver.ts'
import { type Bucket, call, isMissing } from './s3-client.ts'
import { deleteKeys, pages, prefixOf } from './s3-list.ts'
import { namesIn } from './s3-page.ts'
import { readWhole } from './s3-reader.ts'

/**
 * Where the last bytes of a closed upload wait. A part that is not the last needs 5 MiB, and S3 gives no part back,
 * so what does not fill a part is kept in an object of its own until the upload goes on. The registry's driver
 * completes the upload instead and copies it into a new one: content shows before its commit, the KMS key is lost,
 * parts differ in length (some stores refuse that), and every resume copies everything again.
 *
 * Its name holds the upload and the offset it continues from, so a tail that a killed writer left behind is never
 * taken for the current one. It stands in a folder at the root whose `~` no storage path has: in no listing of the
 * driver, and no directory seems to be there because of it.
 */
interface Owner {
  readonly path: string
  readonly key: string
  readonly id: string
}

const folder = '~uploads'

function tailPrefix(bucket: Bucket, { key, id }: Owner): string {
  const name = createHash('sha256').update(`${key}\n${id}`).digest('hex').slice(0, 40)
  return `${prefixOf(bucket, '/')}${folder}/${name}.`
}

/** Keeps `bytes` as what follows the first `offset` bytes. */
export async function putTail(
  bucket: Bucket,
  upload: Owner,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  await call(
    bucket,
    's3:PutObject',
    upload.path,
    bucket.client.send(
      new PutObjectCommand({
        Bucket: bucket.Bucket,
        Key: `${tailPrefix(bucket, upload)}${offset}`,
        Body: bytes,
        ...bucket.writeHeaders,
      } as PutInput),
    ),
  )
}

type PutInput = ConstructorParameters<typeof PutObjectCommand>[0]

/** What was kept for `offset`; empty when nothing was. */
export async function getTail(bucket: Bucket, upload: Owner, offset: number): Promise<Uint8Array> {
  try {
    return await readWhole(bucket, { path: upload.path, key: `${tailPrefix(bucket, upload)}${offset}` })
  } catch (error) {
    if (error instanceof PathNotFoundError) return new Uint8Array()
    throw error
  }
}

/** The size in bytes of what was kept for `offset`. */
export async function tailSize(bucket: Bucket, upload: Owner, offset: number): Promise<number> {
  const command = new HeadObjectCommand({
    Bucket: bucket.Bucket,
    Key: `${tailPrefix(bucket, upload)}${offset}`,
  })
  try {
    return (await call(bucket, 's3:GetObject', upload.path, bucket.client.send(command))).ContentLength ?? 0
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

/** Removes everything kept for this upload. */
export async function dropTails(bucket: Bucket, upload: Owner): Promise<void> {
  for await (const answer of pages(bucket, upload.path, { Prefix: tailPrefix(bucket, upload) })) {
    await deleteKeys(bucket, upload.path, namesIn(answer))
  }
}
