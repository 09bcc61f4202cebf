import { createHash } from 'node:crypto'
import { childrenOf, textOf, type XmlElement } from '../xml.ts'
import { xmlAnswer, xmlBody } from './answers.ts'
import { encryptionHeaders } from './attributes.ts'
import type { OpenUpload } from './bucket.ts'
import { type Call, header, type Operation } from './call.ts'
import { checksumHeader, checksumMembers, compositeChecksum, fullObjectChecksum } from './checksums.ts'
import { checkWrite } from './conditions.ts'
import { s3Error } from './errors.ts'
import { maxParts, openUpload } from './multipart.ts'
import type { Checksum, ObjectRecord, PartRecord, UploadRecord } from './records.ts'
import type { S3Answer } from './service.ts'

/** The least size of every part but the last, in bytes. */
const minPartSize = 5 * 1024 ** 2

async function completeUpload(call: Call): Promise<S3Answer> {
  openUpload(call)
  const document = await xmlBody(call.request, 'CompleteMultipartUpload', {
    maxSize: 8 * 1024 * 1024,
    foreignChecksum: true,
  })
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
  const still = openUpload(call).parts
  const replaced = parts.find((part) => still.get(part.number) !== part)
  if (replaced !== undefined) throw s3Error('InvalidPart', undefined, { PartNumber: String(replaced.number) })
  checkWrite(call)
  call.bucket().uploads.complete(uploadId, object)
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

/** The end of a multipart upload: the parts it lists become an object. */
export const completeOperations: readonly Operation[] = [
  {
    name: 'CompleteMultipartUpload',
    at: 'object',
    method: 'POST',
    query: 'uploadId',
    action: 's3:PutObject',
    run: completeUpload,
  },
]
