import { createHash, randomBytes } from 'node:crypto'
import { childrenOf, textOf, type XmlElement } from '../xml.ts'
import { isoTime, noContent, xmlAnswer, xmlBody } from './answers.ts'
import { attributesOf, encryptionHeaders } from './attributes.ts'
import { readBody } from './body.ts'
import type { OpenUpload } from './bucket.ts'
import { type Call, header, type Operation, owner } from './call.ts'
import {
  canBeFullObject,
  checksumAlgorithm,
  checksumHeader,
  checksumMembers,
  compositeChecksum,
  fullObjectChecksum,
} from './checksums.ts'
import { checkWrite } from './conditions.ts'
import { copyBytes, copySource } from './copy.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { integerParameter } from './listing.ts'
import { etagOf, maxObjectSize } from './objects.ts'
import { parseCopyRange } from './ranges.ts'
import type {
  Checksum,
  ChecksumAlgorithm,
  ChecksumType,
  ObjectRecord,
  PartRecord,
  UploadRecord,
} from './records.ts'
import type { S3Answer } from './service.ts'

const maxParts = 10_000
/** The least size of every part but the last, in bytes. */
const minPartSize = 5 * 1024 ** 2

function createUpload(call: Call): S3Answer {
  const algorithm = checksumAlgorithm(header(call, 'x-amz-checksum-algorithm'))
  const type = checksumType(header(call, 'x-amz-checksum-type'), algorithm)
  const record: UploadRecord = {
    ...attributesOf(call),
    key: call.key,
    uploadId: newUploadId(call.world.now()),
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

let lastUpload = 0

/** Ids sort by the time they were given, because S3 lists the uploads of one key oldest first and pages by id. */
function newUploadId(now: number): string {
  lastUpload = Math.max(lastUpload + 1, now * 1000)
  return `${lastUpload.toString(16).padStart(14, '0')}${randomBytes(24).toString('hex')}`
}

function openUpload(call: Call): OpenUpload {
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

async function completeUpload(call: Call): Promise<S3Answer> {
  openUpload(call)
  const document = await xmlBody(call.request, 'CompleteMultipartUpload', 8 * 1024 * 1024)
  const upload = openUpload(call)
  const { record } = upload
  const parts = chosenParts(upload, document)
  const checksum = await objectChecksum(call, record, parts)
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  const announced = header(call, 'x-amz-mp-object-size')
  if (announced !== undefined && Number(announced) !== size) {
    throw s3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${announced} does not match what was computed: ${size}`,
    )
  }
  const digest = createHash('md5')
  for (const part of parts) digest.update(Buffer.from(part.etag, 'hex'))
  const { uploadId, initiated: _, checksum: __, ...attributes } = record
  const object: ObjectRecord = {
    ...attributes,
    etag: `${digest.digest('hex')}-${parts.length}`,
    size,
    lastModified: call.world.now(),
    pieces: parts.map((part) => part.piece),
    multipart: true,
    ...(checksum && { checksum }),
  }
  openUpload(call)
  checkWrite(call)
  call.bucket().putObject(object)
  call.bucket().uploads.remove(uploadId, new Set(object.pieces.map((piece) => piece.file)))
  return xmlAnswer(
    'CompleteMultipartUploadResult',
    {
      Location: `http://${header(call, 'host') ?? 'localhost'}/${call.bucketName}/${encodeURIComponent(call.key)}`,
      Bucket: call.bucketName,
      Key: call.key,
      ETag: `"${object.etag}"`,
      ...checksumMembers(checksum),
    },
    encryptionHeaders(object.encryption),
  )
}

/** The parts the request lists. Throws MalformedXML, InvalidPartOrder, InvalidPart, EntityTooSmall. */
function chosenParts({ record, parts }: OpenUpload, document: XmlElement): PartRecord[] {
  const listed = childrenOf(document, 'Part')
  if (listed.length === 0 || listed.length > maxParts) throw s3Error('MalformedXML')
  let previous = 0
  const chosen = listed.map((element) => {
    const [number, etag] = [Number(textOf(element, 'PartNumber')), textOf(element, 'ETag')]
    if (!Number.isInteger(number) || number < 1 || etag === undefined) throw s3Error('MalformedXML')
    if (number <= previous) throw s3Error('InvalidPartOrder', undefined, { UploadId: record.uploadId })
    previous = number
    const part = parts.get(number)
    const claimed = part?.checksum && textOf(element, `Checksum${part.checksum.algorithm}`)
    if (
      part === undefined ||
      etag.trim().replaceAll('"', '') !== part.etag ||
      (claimed !== undefined && claimed !== part.checksum?.value)
    ) {
      throw s3Error('InvalidPart', undefined, {
        UploadId: record.uploadId,
        PartNumber: String(number),
        ETag: etag,
      })
    }
    if (record.checksum?.type === 'COMPOSITE' && claimed === undefined) {
      const name = record.checksum.algorithm.toLowerCase()
      throw s3Error(
        'InvalidRequest',
        `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      )
    }
    return part
  })
  const small = chosen.slice(0, -1).find((part) => part.size < minPartSize)
  if (small !== undefined) {
    throw s3Error('EntityTooSmall', undefined, {
      ProposedSize: String(small.size),
      MinSizeAllowed: String(minPartSize),
      PartNumber: String(small.number),
      ETag: small.etag,
    })
  }
  return chosen
}

async function objectChecksum(
  call: Call,
  record: UploadRecord,
  parts: readonly PartRecord[],
): Promise<Checksum | undefined> {
  if (record.checksum === undefined) return undefined
  const { algorithm, type } = record.checksum
  const wantedType = header(call, 'x-amz-checksum-type')
  if (wantedType !== undefined && wantedType !== type) {
    throw s3Error(
      'InvalidRequest',
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    )
  }
  const values = parts.map((part) => ({ value: part.checksum?.value ?? '', size: part.size }))
  const value =
    type === 'FULL_OBJECT'
      ? fullObjectChecksum(algorithm, values)
      : await compositeChecksum(
          algorithm,
          values.map((part) => part.value),
        )
  const wanted = header(call, checksumHeader(algorithm))
  if (wanted !== undefined && wanted !== value && wanted !== value.split('-')[0]) {
    throw s3Error(
      'BadDigest',
      `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    )
  }
  return { algorithm, value, type }
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
    name: 'CompleteMultipartUpload',
    at: 'object',
    method: 'POST',
    query: 'uploadId',
    action: 's3:PutObject',
    run: completeUpload,
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
