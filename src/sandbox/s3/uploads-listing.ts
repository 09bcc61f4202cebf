import { isoTime, xmlAnswer } from './answers.ts'
import { type Call, type Operation, owner } from './call.ts'
import { integerParameter, lastOf, listParameters, maxPage, pageOf, type Start, startAfter } from './page.ts'
import type { S3Answer } from './service.ts'

function listUploads(call: Call): S3Answer {
  const { given, prefix, delimiter, encodingType, encode } = listParameters(call)
  const [keyMarker, idMarker] = [given('key-marker'), given('upload-id-marker')]
  const most = integerParameter(call, 'max-uploads', maxPage)
  const { uploads } = call.bucket()
  const page = pageOf(uploads.order, {
    prefix,
    delimiter,
    start: uploadStart(keyMarker, idMarker, prefix, delimiter),
    most,
    keyOf: (entry) => entry.slice(0, entry.lastIndexOf('\0')),
  })
  const listed = page.items.flatMap((item) => {
    const upload =
      'entry' in item ? uploads.get(item.entry.slice(item.entry.lastIndexOf('\0') + 1)) : undefined
    return upload === undefined ? [] : [upload.record]
  })
  const last = page.items.at(-1)
  const lastUpload = last !== undefined && 'entry' in last ? listed.at(-1) : undefined
  const id = owner(call.world)
  return xmlAnswer('ListMultipartUploadsResult', {
    Bucket: call.bucketName,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: page.truncated ? encode(lastUpload?.key ?? lastOf(page)) : undefined,
    NextUploadIdMarker: page.truncated ? (lastUpload?.uploadId ?? '') : undefined,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    MaxUploads: most,
    IsTruncated: page.truncated,
    Upload: listed.map((record) => ({
      Key: encode(record.key),
      UploadId: record.uploadId,
      Initiator: id,
      Owner: id,
      StorageClass: record.storageClass,
      Initiated: isoTime(record.initiated),
      ChecksumAlgorithm: record.checksum?.algorithm,
      ChecksumType: record.checksum?.type,
    })),
    CommonPrefixes: page.items.flatMap((item) =>
      'commonPrefix' in item ? [{ Prefix: encode(item.commonPrefix) }] : [],
    ),
  })
}

function uploadStart(
  keyMarker: string,
  idMarker: string,
  prefix: string,
  delimiter: string,
): Start | undefined {
  if (keyMarker === '') return undefined
  const start = startAfter(keyMarker, prefix, delimiter)
  if ('beyond' in start) return start
  // Without an id, every upload of the marker's key lies behind.
  return idMarker === '' ? { beyond: `${keyMarker}\0` } : { after: `${keyMarker}\0${idMarker}` }
}

/** The listing of open uploads. */
export const uploadsListingOperations: readonly Operation[] = [
  {
    name: 'ListMultipartUploads',
    at: 'bucket',
    method: 'GET',
    query: 'uploads',
    action: 's3:ListBucketMultipartUploads',
    run: listUploads,
  },
]
