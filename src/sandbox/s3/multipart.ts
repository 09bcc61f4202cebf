import { isoTime, noContent, xmlAnswer } from './answers.ts'
import { attributesOf, encryptionHeaders } from './attributes.ts'
import { readBody } from './body.ts'
import type { OpenUpload } from './bucket.ts'
import { type Call, header, type Operation, owner } from './call.ts'
import { canBeFullObject, checksumAlgorithm, checksumHeader } from './checksums.ts'
import { copyBytes, copySource } from './copy.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { etagOf, maxObjectSize } from './objects.ts'
import { integerParameter } from './page.ts'
import { parseCopyRange } from './ranges.ts'
import type { ChecksumAlgorithm, ChecksumType, PartRecord, UploadRecord } from './records.ts'
import type { S3Answer } from './service.ts'

/** The most parts an upload can have, and the greatest part number. */
export const maxParts = 10_000

function createUpload(call: Call): S3Answer {
  const algorithm = checksumAlgorithm(header(call, 'x-amz-checksum-algorithm'))
  const type = checksumType(header(call, 'x-amz-checksum-type'), algorithm)
  const record: UploadRecord = {
    ...attributesOf(call),
    key: call.key,
    uploadId: call.bucket().uploads.newId(call.world.now()),
    initiated: call.world.now(),
    ...(algorithm !== undefined && type !== undefined && { checksum: { algorithm, type } }),
  }
  call.bucket().uploads.create(record)
  return xmlAnswer(
    'InitiateMultipartUploadResult',
    { Bucket: call.bucketName, Key: call.key, UploadId: record.uploadId },
    {
      ...encryptionHeaders(record.encryption),
      ...(record.checksum && {
        'x-amz-checksum-algorithm': record.checksum.algorithm,
        'x-amz-checksum-type': record.checksum.type,
      }),
    },
  )
}

function checksumType(
  given: string | undefined,
  algorithm: ChecksumAlgorithm | undefined,
): ChecksumType | undefined {
  if (algorithm === undefined) {
    if (given !== undefined)
      throw s3Error(
        'InvalidRequest',
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      )
    return undefined
  }
  const type = given ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  if (type !== 'FULL_OBJECT' && type !== 'COMPOSITE') {
    throw s3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.')
  }
  if (
    (type === 'FULL_OBJECT' && !canBeFullObject(algorithm)) ||
    (type === 'COMPOSITE' && algorithm === 'CRC64NVME')
  ) {
    throw s3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
  return type
}

/** The upload a request is about. Throws NoSuchUpload. */
export function openUpload(call: Call): OpenUpload {
  const uploadId = call.request.query.get('uploadId') ?? ''
  const upload = call.bucket().uploads.get(uploadId)
  if (upload === undefined || upload.record.key !== call.key)
    throw s3Error('NoSuchUpload', undefined, { UploadId: uploadId })
  return upload
}

function partNumber(call: Call): number {
  const given = call.request.query.get('partNumber') ?? ''
  const number = Number(given)
  if (!/^\d+$/.test(given) || number < 1 || number > maxParts) {
    throw invalidArgument(
      `Part number must be an integer between 1 and ${maxParts}, inclusive`,
      'partNumber',
      given,
    )
  }
  return number
}

/** Keeps a part, unless its upload ended while the bytes came in. */
function keepPart(call: Call, part: PartRecord): void {
  try {
    call.bucket().uploads.putPart(openUpload(call).record.uploadId, part)
  } catch (error) {
    call.bucket().pieces.discard([part.piece])
    throw error
  }
}

async function uploadPart(call: Call): Promise<S3Answer> {
  const number = partNumber(call)
  const { record } = openUpload(call)
  const { checksum } = record
  const options = {
    maxSize: maxObjectSize,
    ...(checksum?.type === 'FULL_OBJECT' && { checksum: checksum.algorithm }),
  }
  const { sunk: piece, ...body } = await readBody(call.request, options, call.bucket().pieces.write)
  const part: PartRecord = {
    number,
    etag: etagOf(body.md5, record.encryption),
    size: body.size,
    lastModified: call.world.now(),
    piece,
    ...(body.checksum && { checksum: body.checksum }),
  }
  if (checksum !== undefined && body.checksum?.algorithm !== checksum.algorithm) {
    call.bucket().pieces.discard([piece])
    const actual = body.checksum?.algorithm.toLowerCase() ?? 'null'
    throw s3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${actual}`,
    )
  }
  keepPart(call, part)
  return {
    status: 200,
    headers: {
      ETag: `"${part.etag}"`,
      ...encryptionHeaders(record.encryption),
      ...(part.checksum && { [checksumHeader(part.checksum.algorithm)]: part.checksum.value }),
    },
  }
}

async function uploadPartCopy(call: Call): Promise<S3Answer> {
  const number = partNumber(call)
  const { record } = openUpload(call)
  const source = copySource(call)
  const given = header(call, 'x-amz-copy-source-range')
  const range =
    given === undefined ? { start: 0, end: source.record.size } : parseCopyRange(given, source.record.size)
  if (range === undefined) {
    throw /^bytes=\d+-\d+$/.test(given ?? '')
      ? invalidArgument(
          `Range specified is not valid for source object of size: ${source.record.size}`,
          'x-amz-copy-source-range',
          given ?? '',
        )
      : invalidArgument(
          'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
          'x-amz-copy-source-range',
          given ?? '',
        )
  }
  if (range.end - range.start > maxObjectSize) {
    throw s3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${maxObjectSize}`,
    )
  }
  const copy = await copyBytes(source, call.bucket(), range, record.checksum?.algorithm)
  const part: PartRecord = {
    number,
    etag: etagOf(copy.md5, record.encryption),
    size: range.end - range.start,
    lastModified: call.world.now(),
    piece: copy.piece,
    ...(copy.checksum && { checksum: copy.checksum }),
  }
  keepPart(call, part)
  return xmlAnswer(
    'CopyPartResult',
    {
      LastModified: isoTime(part.lastModified),
      ETag: `"${part.etag}"`,
      ...(part.checksum && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
    },
    encryptionHeaders(record.encryption),
  )
}

function listParts(call: Call): S3Answer {
  const { record, parts } = openUpload(call)
  const most = integerParameter(call, 'max-parts', 1000)
  const marker = integerParameter(call, 'part-number-marker', 0, maxParts)
  const after = [...parts.values()].filter((part) => part.number > marker).sort((a, b) => a.number - b.number)
  const page = after.slice(0, most)
  const id = owner(call.world)
  return xmlAnswer('ListPartsResult', {
    Bucket: call.bucketName,
    Key: call.key,
    UploadId: record.uploadId,
    Initiator: id,
    Owner: id,
    StorageClass: record.storageClass,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: most,
    IsTruncated: page.length < after.length,
    ChecksumAlgorithm: record.checksum?.algorithm,
    ChecksumType: record.checksum?.type,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: isoTime(part.lastModified),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...(part.checksum && { [`Checksum${part.checksum.algorithm}`]: part.checksum.value }),
    })),
  })
}

function abortUpload(call: Call): S3Answer {
  call.bucket().uploads.remove(openUpload(call).record.uploadId)
  return noContent
}

export const multipartOperations: readonly Operation[] = [
  {
    name: 'CreateMultipartUpload',
    at: 'object',
    method: 'POST',
    query: 'uploads',
    action: 's3:PutObject',
    run: createUpload,
  },
  {
    name: 'UploadPartCopy',
    at: 'object',
    method: 'PUT',
    query: 'uploadId',
    header: 'x-amz-copy-source',
    action: 's3:PutObject',
    run: uploadPartCopy,
  },
  {
    name: 'UploadPart',
    at: 'object',
    method: 'PUT',
    query: 'uploadId',
    action: 's3:PutObject',
    run: uploadPart,
  },
  {
    name: 'AbortMultipartUpload',
    at: 'object',
    method: 'DELETE',
    query: 'uploadId',
    action: 's3:AbortMultipartUpload',
    run: abortUpload,
  },
  {
    name: 'ListParts',
    at: 'object',
    method: 'GET',
    query: 'uploadId',
    action: 's3:ListMultipartUploadParts',
    run: listParts,
  },
]
