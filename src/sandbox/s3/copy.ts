import { createHash } from 'node:crypto'
import { isoTime, xmlAnswer } from './answers.ts'
import { attributesOf, encryptionHeaders } from './attributes.ts'
import type { Bucket } from './bucket.ts'
import { type Call, header, type Operation } from './call.ts'
import { checksumAlgorithm, checksumMembers, runningChecksum } from './checksums.ts'
import { checkWrite, judgeRead } from './conditions.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { etagOf, maxObjectSize } from './objects.ts'
import type { Attributes, ChecksumAlgorithm, ObjectRecord, Piece } from './records.ts'
import type { S3Answer } from './service.ts'

/** The source of a copy: named by `x-amz-copy-source`, readable by the caller, and as its conditions want it. */
export function copySource(call: Call): { readonly bucket: Bucket; readonly record: ObjectRecord } {
  // Some clients send the name unencoded, as UTF-8, which Node gives one character a byte.
  const given = Buffer.from(header(call, 'x-amz-copy-source') ?? '', 'latin1').toString('utf8')
  const [path = '', search = ''] = given.replace(/^\//, '').split('?', 2)
  let decoded: string
  try {
    decoded = decodeURIComponent(path.replaceAll('+', '%20'))
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', given)
  }
  const cut = decoded.indexOf('/')
  const [name, key] = [decoded.slice(0, Math.max(cut, 0)), decoded.slice(cut + 1)]
  if (name === '' || key === '') {
    throw invalidArgument('Invalid copy source object key', 'x-amz-copy-source', given)
  }
  const bucket = call.world.store.bucket(name)
  if (bucket === undefined) throw s3Error('NoSuchBucket', undefined, { BucketName: name })
  const version = new URLSearchParams(search).get('versionId')
  if (version !== null && version !== 'null')
    throw s3Error('NoSuchVersion', undefined, { Key: key, VersionId: version })
  const owner = header(call, 'x-amz-source-expected-bucket-owner')
  if (owner !== undefined && owner !== call.world.accountId) throw s3Error('AccessDenied')
  if (!call.permits('s3:GetObject', bucket, key)) throw s3Error('AccessDenied')
  const record = bucket.object(key)
  if (record === undefined) {
    throw call.permits('s3:ListBucket', bucket)
      ? s3Error('NoSuchKey', undefined, { Key: key })
      : s3Error('AccessDenied')
  }
  if (judgeRead(call, record, 'x-amz-copy-source-') !== undefined) throw s3Error('PreconditionFailed')
  return { bucket, record }
}

/** Copies the bytes `start` to `end` of the source to a new piece of `target`. */
export async function copyBytes(
  source: { readonly bucket: Bucket; readonly record: ObjectRecord },
  target: Bucket,
  range: { readonly start: number; readonly end: number },
  algorithm: ChecksumAlgorithm | undefined,
): Promise<{ piece: Piece; md5: string; checksum?: { algorithm: ChecksumAlgorithm; value: string } }> {
  const md5 = createHash('md5')
  const checksum = algorithm === undefined ? undefined : runningChecksum(algorithm)
  const bytes = source.bucket.pieces.read(source.record.pieces, range.start, range.end)
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      md5.update(chunk)
      checksum?.update(chunk)
      yield chunk
    }
  }
  const piece = await target.pieces.write(hashed()).finally(() => bytes.destroy())
  const facts = { piece, md5: md5.digest('hex') }
  if (algorithm === undefined || checksum === undefined) return facts
  return { ...facts, checksum: { algorithm, value: await checksum.digest() } }
}

async function copyObject(call: Call): Promise<S3Answer> {
  const source = copySource(call)
  const attributes = copiedAttributes(call, source)
  if (source.record.size > maxObjectSize) {
    throw s3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxObjectSize}`,
    )
  }
  checkWrite(call)
  const bucket = call.bucket()
  const algorithm =
    checksumAlgorithm(header(call, 'x-amz-checksum-algorithm')) ?? source.record.checksum?.algorithm
  const copy = await copyBytes(source, bucket, { start: 0, end: source.record.size }, algorithm)
  const record: ObjectRecord = {
    ...attributes,
    key: call.key,
    etag: etagOf(copy.md5, attributes.encryption),
    size: source.record.size,
    lastModified: call.world.now(),
    pieces: [copy.piece],
    multipart: false,
    ...(copy.checksum && { checksum: { ...copy.checksum, type: 'FULL_OBJECT' } }),
  }
  try {
    checkWrite(call)
    bucket.putObject(record)
  } catch (error) {
    bucket.pieces.discard([copy.piece])
    throw error
  }
  return xmlAnswer(
    'CopyObjectResult',
    {
      LastModified: isoTime(record.lastModified),
      ETag: `"${record.etag}"`,
      ...checksumMembers(record.checksum),
    },
    encryptionHeaders(record.encryption),
  )
}

/** What the copy is described by: metadata and tags of the source unless told to replace them; the rest never is the source's. */
function copiedAttributes(
  call: Call,
  source: { readonly bucket: Bucket; readonly record: ObjectRecord },
): Attributes {
  const directive = (name: string) => {
    const value = header(call, name) ?? 'COPY'
    if (value !== 'COPY' && value !== 'REPLACE')
      throw invalidArgument('Unknown metadata directive.', name, value)
    return value
  }
  const metadata = directive('x-amz-metadata-directive')
  const tags = directive('x-amz-tagging-directive')
  const given = attributesOf(call)
  const { record } = source
  const changes = ['x-amz-storage-class', 'x-amz-server-side-encryption', 'x-amz-website-redirect-location']
  const toItself = source.bucket === call.bucket() && record.key === call.key
  if (toItself && metadata === 'COPY' && !changes.some((name) => header(call, name) !== undefined)) {
    throw s3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  }
  return {
    ...given,
    ...(metadata === 'COPY' && { headers: record.headers, metadata: record.metadata }),
    ...(tags === 'COPY' && { tags: record.tags }),
  }
}

export const copyOperations: readonly Operation[] = [
  {
    name: 'CopyObject',
    at: 'object',
    method: 'PUT',
    header: 'x-amz-copy-source',
    action: 's3:PutObject',
    run: copyObject,
  },
]
