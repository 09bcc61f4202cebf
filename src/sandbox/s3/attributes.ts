import { checkAcl } from './acl.ts'
import { type Call, header, type World } from './call.ts'
import { invalidArgument, notImplemented, s3Error } from './errors.ts'
import type { Attributes, BucketRecord, Encryption, ObjectRecord } from './records.ts'
import { parseTagHeader } from './tagging.ts'

const keptHeaders = [
  ['cache-control', 'Cache-Control'],
  ['content-disposition', 'Content-Disposition'],
  ['content-encoding', 'Content-Encoding'],
  ['content-language', 'Content-Language'],
  ['content-type', 'Content-Type'],
  ['expires', 'Expires'],
  ['x-amz-website-redirect-location', 'x-amz-website-redirect-location'],
] as const

const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
])
const maxMetadata = 2 * 1024

/** What the headers of a PutObject, CopyObject or CreateMultipartUpload say about the object. Throws S3's refusals. */
export function attributesOf(call: Call): Attributes {
  checkAcl(call)
  if (Object.keys(call.request.headers).some((name) => name.startsWith('x-amz-object-lock-'))) {
    throw s3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration')
  }
  if (header(call, 'x-amz-write-offset-bytes') !== undefined) throw notImplemented('x-amz-write-offset-bytes')
  return {
    ...describedBy(call),
    storageClass: storageClassOf(call),
    encryption: encryptionOf(call),
    tags: parseTagHeader(header(call, 'x-amz-tagging')),
  }
}

function describedBy(call: Call): Pick<Attributes, 'headers' | 'metadata'> {
  const headers: Record<string, string> = { 'Content-Type': 'binary/octet-stream' }
  for (const [name, answered] of keptHeaders) {
    const value = name === 'content-encoding' ? contentEncoding(call) : header(call, name)
    if (value !== undefined && value !== '') headers[answered] = value
  }
  const metadata = Object.fromEntries(
    Object.entries(call.request.headers)
      .filter(([name]) => name.startsWith('x-amz-meta-'))
      .map(([name, value]) => [name.slice('x-amz-meta-'.length), String(value)]),
  )
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > maxMetadata) {
    throw s3Error('MetadataTooLarge', undefined, { Size: String(size), MaxSizeAllowed: String(maxMetadata) })
  }
  return { headers, metadata }
}

/** aws-chunked is how the body travelled, not what the object is. */
function contentEncoding(call: Call): string | undefined {
  return header(call, 'content-encoding')
    ?.split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked')
    .join(',')
}

function storageClassOf(call: Call): string {
  const storageClass = header(call, 'x-amz-storage-class') ?? 'STANDARD'
  if (!storageClasses.has(storageClass))
    throw s3Error('InvalidStorageClass', undefined, { StorageClassRequested: storageClass })
  return storageClass
}

const sse = 'x-amz-server-side-encryption'

/** What the headers ask for, else the bucket's default. */
function encryptionOf(call: Call): Encryption {
  if (Object.keys(call.request.headers).some((name) => name.startsWith(`${sse}-customer-`))) {
    throw s3Error(
      'InvalidRequest',
      'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
    )
  }
  const algorithm = header(call, sse)
  const keyId = header(call, `${sse}-aws-kms-key-id`)
  const bucketKey = header(call, `${sse}-bucket-key-enabled`)
  if (keyId !== undefined && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw invalidArgument(
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
      `${sse}-aws-kms-key-id`,
      keyId,
    )
  }
  switch (algorithm) {
    case undefined:
      return call.bucket().record.encryption
    case 'AES256':
      return { algorithm }
    case 'aws:kms':
    case 'aws:kms:dsse':
      return { algorithm, keyId: keyArn(call.world, keyId), ...(bucketKey === 'true' && { bucketKey: true }) }
    default:
      throw invalidArgument('The encryption method specified is not supported', sse, algorithm)
  }
}

/**
 * The ARN S3 answers with for a key id, an ARN, or no key, which means the account's key for S3.
 * Whether there is such a key is not asked. Throws KMS.NotFoundException for what cannot be one.
 */
export function keyArn(world: World, keyId = '00000000-0000-4000-8000-000000000000'): string {
  if (!/^[\w:/-]+$/.test(keyId)) throw s3Error('KMS.NotFoundException', `Invalid keyId '${keyId}'`)
  return keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${world.region}:${world.accountId}:key/${keyId}`
}

/** The encryption of what was stored, as every answer about it tells. */
export function encryptionHeaders(encryption: BucketRecord['encryption']): Record<string, string> {
  return {
    [sse]: encryption.algorithm,
    ...(encryption.keyId !== undefined && { [`${sse}-aws-kms-key-id`]: encryption.keyId }),
    ...(encryption.bucketKey && { [`${sse}-bucket-key-enabled`]: 'true' }),
  }
}

/** The headers of a GET or HEAD that describe the object, without length and range. */
export function objectHeaders(record: ObjectRecord): Record<string, string> {
  const metadata = Object.entries(record.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
  return {
    ...record.headers,
    ...Object.fromEntries(metadata),
    ...encryptionHeaders(record.encryption),
    'Accept-Ranges': 'bytes',
    ETag: `"${record.etag}"`,
    'Last-Modified': new Date(record.lastModified).toUTCString(),
    ...(record.storageClass !== 'STANDARD' && { 'x-amz-storage-class': record.storageClass }),
    ...(record.tags.length > 0 && { 'x-amz-tagging-count': String(record.tags.length) }),
  }
}
