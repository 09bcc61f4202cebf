import { HeadObjectCommand, type HeadObjectCommandOutput, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  AccessDeniedError,
  type FileInfo,
  PathNotFoundError,
  type S3BucketKeyer,
  type StorageDriver,
} from '../storage/driver.ts'
import { checked } from './checked.ts'
import { type Bucket, call, driverName, isMissing, openBucket, type S3Environment } from './s3-client.ts'
import { copyObject } from './s3-copy.ts'
import { children, deleteKeys, filesUnder, keysUnder, page, prefixOf } from './s3-list.ts'
import { keysIn, namesIn } from './s3-page.ts'
import { minimumPart, readS3Settings } from './s3-parameters.ts'
import { presign } from './s3-presign.ts'
import { openReader, readWhole } from './s3-reader.ts'
import { dropTails } from './s3-tail.ts'
import { abortUpload, listUploads } from './s3-upload.ts'
import { openWriter } from './s3-writer.ts'
import { walkFiles } from './walk.ts'

export type { S3Clients, S3Environment } from './s3-client.ts'

/**
 * A driver over a bucket, with the registry's parameters (facts: registry 1) read as `environment.release` reads
 * them. No request is made. Throws Failure('usage') with the registry's message where it would not start.
 * Its calls throw, besides the contract's errors, AccessDeniedError and Failure with the cure.
 */
export async function openS3Driver(
  parameters: Readonly<Record<string, unknown>>,
  environment: S3Environment = {},
): Promise<S3Driver> {
  const bucket = openBucket(readS3Settings(parameters, environment.release), environment)
  const driver = {
    name: driverName,
    capabilities: {
      redirect: true,
      resumable: true,
      parts: { minimum: minimumPart, chunk: bucket.parameters.chunkSize },
    },
    s3BucketKey: bucket.key,
    getContent: (path) => readWhole(bucket, { path, key: bucket.key(path) }),
    async putContent(path, content) {
      const put = { Bucket: bucket.Bucket, Key: bucket.key(path), Body: content, ...bucket.writeHeaders }
      await call(bucket, 's3:PutObject', path, bucket.client.send(new PutObjectCommand(put as PutInput)))
    },
    reader: (path, offset) => openReader(bucket, { path, key: bucket.key(path) }, offset),
    writer: (path, { append }) =>
      openWriter(bucket, path, append, async () => (await needFile(bucket, path)).size),
    stat: (path) => stat(bucket, path),
    async list(path) {
      const { paths, found } = await children(bucket, path)
      if (!found && path !== '/') throw new PathNotFoundError(driverName, path)
      return paths
    },
    async move(source, dest) {
      const file = await needFile(bucket, source)
      // Onto itself a copy changes nothing and the deletion everything.
      if (source === dest) return
      await copyObject(bucket, { path: source, size: file.size, etag: file.etag }, dest)
      await deleteKeys(bucket, source, [bucket.key(source)])
    },
    delete: (path) => deleteTree(bucket, path),
    redirectURL: ({ method }, path) => presign(bucket, method, path),
    async walk(path, visit, { startAfter } = {}) {
      if (!(await walkFiles(filesUnder(bucket, path, startAfter), path, visit))) await stat(bucket, path)
    },
  } satisfies StorageDriver & S3BucketKeyer
  return {
    ...checked<StorageDriver & S3BucketKeyer>(driver),
    inspector: {
      async openUploads() {
        const prefix = prefixOf(bucket, '/')
        const uploads = await listUploads(bucket, '/', prefix)
        return uploads.map(({ key, id }) => ({ path: `/${key.slice(prefix.length)}`, uploadId: id }))
      },
      async abortUpload({ path, uploadId }) {
        const upload = { path, key: bucket.key(path), id: uploadId }
        await abortUpload(bucket, upload)
        await dropTails(bucket, upload)
      },
      objects: objectsOf(bucket),
    },
  }
}

export interface S3Driver extends StorageDriver, S3BucketKeyer {
  /** Looks at, and ends, what the contract cannot see: open uploads under the root directory. */
  readonly inspector: {
    openUploads(): Promise<readonly { readonly path: string; readonly uploadId: string }[]>
    abortUpload(upload: { readonly path: string; readonly uploadId: string }): Promise<void>
    readonly objects: ReturnType<typeof objectsOf>
  }
}

/** Single objects under the root directory, by path or by what stands after its slash. */
function objectsOf(bucket: Bucket) {
  const named = (key: string) => ({ Bucket: bucket.Bucket, Key: `${prefixOf(bucket, '/')}${key}` })
  return {
    async head(path: string) {
      const head = await bucket.client.send(new HeadObjectCommand(named(path.slice(1))))
      return {
        storageClass: head.StorageClass,
        encryption: head.ServerSideEncryption,
        keyId: head.SSEKMSKeyId,
      }
    },
    async put(key: string, content: Uint8Array) {
      await bucket.client.send(new PutObjectCommand({ ...named(key), Body: content }))
    },
  }
}

type PutInput = ConstructorParameters<typeof PutObjectCommand>[0]

interface File extends FileInfo {
  readonly etag: string | undefined
}

/** The object at exactly this path. Throws PathNotFoundError, AccessDeniedError. */
async function needFile(bucket: Bucket, path: string): Promise<File> {
  let head: HeadObjectCommandOutput
  try {
    head = await call(
      bucket,
      's3:GetObject',
      path,
      bucket.client.send(new HeadObjectCommand({ Bucket: bucket.Bucket, Key: bucket.key(path) })),
    )
  } catch (error) {
    if (isMissing(error)) throw new PathNotFoundError(driverName, path)
    throw error
  }
  const { ContentLength: size, LastModified: modTime = new Date(0), ETag: etag } = head
  if (size === undefined) throw new Error(`${driverName}: the store tells no length of ${path}`)
  return { path, size, modTime, isDir: false, etag }
}

async function stat(bucket: Bucket, path: string): Promise<FileInfo> {
  const directory = { path, size: 0, modTime: new Date(0), isDir: true }
  let refused: unknown
  if (path !== '/') {
    try {
      const { etag: _, ...info } = await needFile(bucket, path)
      return info
    } catch (error) {
      // S3 answers 403 instead of 404 to those who may not list; the listing then names the permission that is missing.
      if (error instanceof AccessDeniedError) refused = error
      else if (!(error instanceof PathNotFoundError)) throw error
    }
  }
  const answer = await page(bucket, path, { Prefix: prefixOf(bucket, path), MaxKeys: 1 })
  if (keysIn(answer).length > 0 || path === '/') return directory
  throw refused ?? new PathNotFoundError(driverName, path)
}

/** The object and everything below its key and a slash; `latest-dev` beside `latest` is neither. */
async function deleteTree(bucket: Bucket, path: string): Promise<void> {
  const key = bucket.key(path)
  // What begins like the path is seldom more than a page, and then needs no second look.
  const alike = await page(bucket, path, { Prefix: key })
  if (alike.IsTruncated !== true) {
    const keys = namesIn(alike).filter((name) => name === key || name.startsWith(`${key}/`))
    if (keys.length === 0) throw new PathNotFoundError(driverName, path)
    return deleteKeys(bucket, path, keys)
  }
  let found = false
  for await (const listed of keysUnder(bucket, path)) {
    const keys = Array.from(listed, ({ key }) => key)
    found ||= keys.length > 0
    await deleteKeys(bucket, path, keys)
  }
  try {
    await needFile(bucket, path)
    await deleteKeys(bucket, path, [key])
  } catch (error) {
    if (!(error instanceof PathNotFoundError && found)) throw error
  }
}
