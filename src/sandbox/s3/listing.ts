import { isoTime, xmlAnswer } from './answers.ts'
import { type Call, type Operation, owner } from './call.ts'
import { invalidArgument } from './errors.ts'
import type { SortedKeys } from './keys.ts'
import type { ObjectRecord } from './records.ts'
import type { S3Answer } from './service.ts'

const maxPage = 1000

/** Where a page begins: after one key, or after everything that starts with a text. */
export type Start = { readonly after: string } | { readonly beyond: string }

/** One page: entries of the set, and the common prefixes that stand for others, in order; both count. */
export interface Page {
  readonly items: readonly ({ readonly entry: string } | { readonly commonPrefix: string })[]
  readonly truncated: boolean
}

/**
 * The page of at most `most` items of `keys` under `prefix`, from `start` on. `keyOf` gives the part of an
 * entry in which the delimiter counts, when that is not all of it. O(log n + page), whatever is skipped.
 */
export function pageOf(
  keys: SortedKeys,
  options: {
    readonly prefix: string
    readonly delimiter: string
    readonly start: Start | undefined
    readonly most: number
    readonly keyOf?: (entry: string) => string
  },
): Page {
  const { prefix, delimiter, start, most, keyOf = (entry) => entry } = options
  const items: Page['items'][number][] = []
  if (most === 0) return { items, truncated: false }
  let cursor = firstOf(keys, prefix, start)
  for (;;) {
    const next = cursor.next()
    if (next.done || !next.value.startsWith(prefix)) return { items, truncated: false }
    if (items.length === most) return { items, truncated: true }
    const commonPrefix = commonPrefixOf(keyOf(next.value), prefix, delimiter)
    if (commonPrefix === undefined) items.push({ entry: next.value })
    else {
      items.push({ commonPrefix })
      cursor = keys.beyond(commonPrefix)
    }
  }
}

function firstOf(keys: SortedKeys, prefix: string, start: Start | undefined): Generator<string> {
  if (start === undefined) return keys.from(prefix)
  const text = 'after' in start ? start.after : start.beyond
  const before = Buffer.compare(Buffer.from(text), Buffer.from(prefix)) < 0
  if (before && !('beyond' in start && prefix.startsWith(text))) return keys.from(prefix)
  return 'after' in start ? keys.from(text, true) : keys.beyond(text)
}

/** The key up to and with the first delimiter behind the prefix. */
function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** Where to go on after an item that ended a page. */
export function startAfter(item: string, prefix: string, delimiter: string): Start {
  return commonPrefixOf(item, prefix, delimiter) === item ? { beyond: item } : { after: item }
}

/** A query parameter that counts something, at most `most`. Throws InvalidArgument. */
export function integerParameter(call: Call, name: string, fallback: number, most = maxPage): number {
  const given = call.request.query.get(name)
  if (given === null || given === '') return fallback
  const value = Number(given)
  if (!/^-?\d+$/.test(given) || value > 2 ** 31 - 1) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, given)
  }
  if (value < 0)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, given)
  return Math.min(value, most)
}

/** The parameters that every listing has, and how its names are written. */
export function listParameters(call: Call) {
  const given = (name: string) => call.request.query.get(name) ?? ''
  const encodingType = call.request.query.get('encoding-type') ?? undefined
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType)
  }
  const encode = encodingType === 'url' ? urlEncode : (name: string) => name
  return { given, prefix: given('prefix'), delimiter: given('delimiter'), encodingType, encode }
}

/** S3's `encoding-type=url`: a slash stays, and a space is a plus. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
}

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

const lastOf = (page: Page) => {
  const item = page.items.at(-1)
  return item === undefined ? '' : 'entry' in item ? item.entry : item.commonPrefix
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
    name: 'ListMultipartUploads',
    at: 'bucket',
    method: 'GET',
    query: 'uploads',
    action: 's3:ListBucketMultipartUploads',
    run: listUploads,
  },
  { name: 'ListObjects', at: 'bucket', method: 'GET', action: 's3:ListBucket', run: listObjects },
]
