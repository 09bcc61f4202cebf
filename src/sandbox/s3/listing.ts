import { isoTime, xmlAnswer } from './answers.ts'
import { type Call, type Operation, owner } from './call.ts'
import { invalidArgument } from './errors.ts'
import { integerParameter, lastOf, listParameters, maxPage, type Page, pageOf, startAfter } from './page.ts'
import type { ObjectRecord } from './records.ts'
import type { S3Answer } from './service.ts'

function members(call: Call, page: Page, encode: (name: string) => string, withOwner: boolean) {
  const contents = page.items.flatMap((item) => {
    const record = 'entry' in item ? call.bucket().object(item.entry) : undefined
    return record === undefined ? [] : [content(record, encode, withOwner ? owner(call.world) : undefined)]
  })
  const prefixes = page.items.flatMap((item) =>
    'commonPrefix' in item ? [{ Prefix: encode(item.commonPrefix) }] : [],
  )
  return { Contents: contents, CommonPrefixes: prefixes }
}

function content(
  record: ObjectRecord,
  encode: (name: string) => string,
  by: { readonly ID: string } | undefined,
) {
  return {
    Key: encode(record.key),
    LastModified: isoTime(record.lastModified),
    ETag: `"${record.etag}"`,
    ChecksumAlgorithm: record.checksum?.algorithm,
    ChecksumType: record.checksum?.type,
    Size: record.size,
    Owner: by,
    StorageClass: record.storageClass,
  }
}

function listObjects(call: Call): S3Answer {
  const { given, prefix, delimiter, encodingType, encode } = listParameters(call)
  const marker = given('marker')
  const most = integerParameter(call, 'max-keys', maxPage)
  const start = marker === '' ? undefined : startAfter(marker, prefix, delimiter)
  const page = pageOf(call.bucket().keys, { prefix, delimiter, start, most })
  return xmlAnswer('ListBucketResult', {
    Name: call.bucketName,
    Prefix: encode(prefix),
    Marker: encode(marker),
    // Only with a delimiter; without one the last key is the next marker.
    NextMarker: page.truncated && delimiter !== '' ? encode(lastOf(page)) : undefined,
    MaxKeys: most,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    IsTruncated: page.truncated,
    ...members(call, page, encode, true),
  })
}

function listObjectsV2(call: Call): S3Answer {
  const { given, prefix, delimiter, encodingType, encode } = listParameters(call)
  const token = call.request.query.get('continuation-token') ?? undefined
  const after = given('start-after')
  const most = integerParameter(call, 'max-keys', maxPage)
  const start =
    token !== undefined
      ? startAfter(fromToken(token), prefix, delimiter)
      : after === ''
        ? undefined
        : { after }
  const page = pageOf(call.bucket().keys, { prefix, delimiter, start, most })
  return xmlAnswer('ListBucketResult', {
    Name: call.bucketName,
    Prefix: encode(prefix),
    StartAfter: after === '' ? undefined : encode(after),
    ContinuationToken: token,
    NextContinuationToken: page.truncated ? toToken(lastOf(page)) : undefined,
    KeyCount: page.items.length,
    MaxKeys: most,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    IsTruncated: page.truncated,
    ...members(call, page, encode, given('fetch-owner') === 'true'),
  })
}

/** Opaque to clients, as S3's is. */
const toToken = (item: string) => `1${Buffer.from(item, 'utf8').toString('base64')}`

function fromToken(token: string): string {
  const item = Buffer.from(token.slice(1), 'base64').toString('utf8')
  if (token === '' || toToken(item) !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
  }
  return item
}

/** A bucket that keeps no versions lists each object as its one version, `null`. */
function listVersions(call: Call): S3Answer {
  const { given, prefix, delimiter, encodingType, encode } = listParameters(call)
  const keyMarker = given('key-marker')
  const most = integerParameter(call, 'max-keys', maxPage)
  const start = keyMarker === '' ? undefined : startAfter(keyMarker, prefix, delimiter)
  const page = pageOf(call.bucket().keys, { prefix, delimiter, start, most })
  const { Contents, CommonPrefixes } = members(call, page, encode, true)
  return xmlAnswer('ListVersionsResult', {
    Name: call.bucketName,
    Prefix: encode(prefix),
    KeyMarker: encode(keyMarker),
    VersionIdMarker: given('version-id-marker'),
    NextKeyMarker: page.truncated ? encode(lastOf(page)) : undefined,
    NextVersionIdMarker: page.truncated ? 'null' : undefined,
    MaxKeys: most,
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    EncodingType: encodingType,
    IsTruncated: page.truncated,
    Version: Contents.map((object) => ({ ...object, VersionId: 'null', IsLatest: true })),
    CommonPrefixes,
  })
}

export const listingOperations: readonly Operation[] = [
  {
    name: 'ListObjectsV2',
    at: 'bucket',
    method: 'GET',
    query: 'list-type',
    action: 's3:ListBucket',
    run: listObjectsV2,
  },
  {
    name: 'ListObjectVersions',
    at: 'bucket',
    method: 'GET',
    query: 'versions',
    action: 's3:ListBucketVersions',
    run: listVersions,
  },
  { name: 'ListObjects', at: 'bucket', method: 'GET', action: 's3:ListBucket', run: listObjects },
]
