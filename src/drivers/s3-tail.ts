import { createHash } from 'node:crypto'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { type Bucket, call, isMissing } from './s3-client.ts'
import { deleteKeys, pages } from './s3-list.ts'

/**
 * Where the last bytes of a closed upload wait. A part that is not the last needs 5 MiB, and S3 gives no part back,
 * so what does not fill a part is kept in an object of its own until the upload goes on. The registry's driver
 * completes the upload instead and copies it into a new one: content shows before its commit, the KMS key is lost,
 * parts differ in length (some stores refuse that), and every resume copies everything again.
 *
 * Its name holds the upload and the offset it continues from, so a tail that a killed writer left behind is never
 * taken for the current one; `~` is in no storage path, so it is in no listing of the driver.
 */
interface Owner {
  readonly path: string
  readonly key: string
  readonly id: string
}

const prefixOf = ({ key, id }: Owner) =>
  `${key}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}.`

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
        Key: `${prefixOf(upload)}${offset}`,
        Body: bytes,
        ...bucket.writeHeaders,
      } as PutInput),
    ),
  )
}

type PutInput = ConstructorParameters<typeof PutObjectCommand>[0]

/** What was kept for `offset`; empty when nothing was. */
export async function getTail(bucket: Bucket, upload: Owner, offset: number): Promise<Uint8Array> {
  const key = `${prefixOf(upload)}${offset}`
  return call(bucket, 's3:GetObject', upload.path, read()).catch(orNone(new Uint8Array()))

  async function read(): Promise<Uint8Array> {
    const { Body } = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: key }))
    return Body === undefined ? new Uint8Array() : Body.transformToByteArray()
  }
}

/** The size in bytes of what was kept for `offset`. */
export async function tailSize(bucket: Bucket, upload: Owner, offset: number): Promise<number> {
  const head = bucket.client.send(
    new HeadObjectCommand({ Bucket: bucket.Bucket, Key: `${prefixOf(upload)}${offset}` }),
  )
  return call(
    bucket,
    's3:GetObject',
    upload.path,
    head.then(({ ContentLength = 0 }) => ContentLength),
  ).catch(orNone(0))
}

/** Removes everything kept for this upload. */
export async function dropTails(bucket: Bucket, upload: Owner): Promise<void> {
  for await (const { Contents = [] } of pages(bucket, upload.path, { Prefix: prefixOf(upload) })) {
    await deleteKeys(
      bucket,
      upload.path,
      Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key])),
    )
  }
}

function orNone<T>(none: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return none
    throw error
  }
}
