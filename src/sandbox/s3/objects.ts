import { randomBytes } from 'node:crypto'
import { childrenOf, textOf } from '../xml.ts'
import { noContent, xmlAnswer, xmlBody } from './answers.ts'
import { attributesOf, encryptionHeaders, objectHeaders } from './attributes.ts'
import { readBody, requireDigest } from './body.ts'
import { type Call, checkVersion, existing, header, type Operation } from './call.ts'
import { checksumHeader } from './checksums.ts'
import { checkWrite, judgeRead, sameEtag } from './conditions.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { parseRange, type Range } from './ranges.ts'
import type { Checksum, Encryption, ObjectRecord } from './records.ts'
import type { S3Answer } from './service.ts'

/** The most S3 takes in one PutObject or CopyObject, in bytes. */
export const maxObjectSize = 5 * 1024 ** 3

/** The ETag of bytes that came in one go: their MD5, unless a KMS key encrypts them, where S3 gives something that is not. */
export function etagOf(md5: string, encryption: Encryption): string {
  return encryption.algorithm === 'AES256' ? md5 : randomBytes(16).toString('hex')
}

/** The checksum headers of an answer. */
function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

async function putObject(call: Call): Promise<S3Answer> {
  const attributes = attributesOf(call)
  checkWrite(call)
  const bucket = call.bucket()
  const { sunk: piece, ...body } = await readBody(
    call.request,
    { maxSize: maxObjectSize },
    bucket.pieces.write,
  )
  const record: ObjectRecord = {
    ...attributes,
    key: call.key,
    etag: etagOf(body.md5, attributes.encryption),
    size: body.size,
    lastModified: call.world.now(),
    pieces: [piece],
    multipart: false,
    ...(body.checksum && { checksum: { ...body.checksum, type: 'FULL_OBJECT' } }),
  }
  try {
    checkWrite(call)
    bucket.putObject(record)
  } catch (error) {
    bucket.pieces.discard([piece])
    throw error
  }
  return {
    status: 200,
    headers: {
      ETag: `"${record.etag}"`,
      ...encryptionHeaders(record.encryption),
      ...checksumHeaders(record.checksum),
    },
  }
}

const overrides = {
  'response-cache-control': 'Cache-Control',
  'response-content-disposition': 'Content-Disposition',
  'response-content-encoding': 'Content-Encoding',
  'response-content-language': 'Content-Language',
  'response-content-type': 'Content-Type',
  'response-expires': 'Expires',
}

function getObject(call: Call): S3Answer {
  const record = existing(call)
  const verdict = judgeRead(call, record)
  if (verdict === 412) throw s3Error('PreconditionFailed', undefined, { Condition: failedCondition(call) })
  const headers = { ...objectHeaders(record), ...overridden(call) }
  if (verdict === 304)
    return {
      status: 304,
      headers: { ETag: `"${record.etag}"`, 'Last-Modified': headers['Last-Modified'] ?? '' },
    }
  if (record.storageClass === 'GLACIER' || record.storageClass === 'DEEP_ARCHIVE') {
    if (call.request.method === 'GET')
      throw s3Error('InvalidObjectState', undefined, { StorageClass: record.storageClass })
  }
  const part = partOf(call, record)
  const range = part?.range ?? rangeOf(call, record)
  const { start, end } = range ?? { start: 0, end: record.size }
  const { pieces } = call.bucket()
  const whole = range === undefined && header(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...headers,
      'Content-Length': String(end - start),
      ...(range !== undefined && { 'Content-Range': `bytes ${start}-${end - 1}/${record.size}` }),
      ...(part !== undefined && record.multipart && { 'x-amz-mp-parts-count': String(record.pieces.length) }),
      ...(whole && checksumHeaders(record.checksum)),
    },
    ...(call.request.method === 'GET' && {
      body: pieces.held(record.pieces, start, end) ?? pieces.read(record.pieces, start, end),
    }),
  }
}

const failedCondition = (call: Call) =>
  header(call, 'if-match') === undefined ? 'If-Unmodified-Since' : 'If-Match'

function overridden(call: Call): Record<string, string> {
  const entries = Object.entries(overrides).flatMap(([parameter, name]) => {
    const value = call.request.query.get(parameter)
    if (value !== null && !/^[\t\x20-\x7e\xa0-\xff]*$/.test(value)) {
      throw invalidArgument('Header value cannot be represented using ISO-8859-1.', parameter, value)
    }
    return value === null ? [] : [[name, value]]
  })
  if (entries.length > 0 && call.caller.kind === 'anonymous') {
    throw s3Error(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    )
  }
  return Object.fromEntries(entries)
}

function rangeOf(call: Call, record: ObjectRecord): Range | undefined {
  const given = header(call, 'range')
  const range = parseRange(given, record.size)
  if (range !== 'unsatisfiable') return range
  throw s3Error('InvalidRange', undefined, {
    RangeRequested: given ?? '',
    ActualObjectSize: String(record.size),
  })
}

function partOf(call: Call, record: ObjectRecord): { readonly range: Range | undefined } | undefined {
  const given = call.request.query.get('partNumber')
  if (given === null) return undefined
  const number = Number(given)
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      given,
    )
  }
  if (header(call, 'range') !== undefined) {
    throw s3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter')
  }
  const piece = record.pieces[number - 1]
  if (piece === undefined) {
    throw s3Error('InvalidPartNumber', undefined, {
      PartNumberRequested: given,
      ActualPartCount: String(record.pieces.length),
    })
  }
  const start = record.pieces.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0)
  return { range: piece.size === 0 ? undefined : { start, end: start + piece.size } }
}

function deleteObject(call: Call): S3Answer {
  checkVersion(call)
  const ifMatch = header(call, 'if-match')
  const record = call.bucket().object(call.key)
  if (ifMatch !== undefined && (record === undefined || !sameEtag(ifMatch, record))) {
    throw record === undefined
      ? s3Error('NoSuchKey', undefined, { Key: call.key })
      : s3Error('PreconditionFailed', undefined, { Condition: 'If-Match' })
  }
  call.bucket().deleteObject(call.key)
  return noContent
}

const maxDeletes = 1000

async function deleteObjects(call: Call): Promise<S3Answer> {
  requireDigest(call.request)
  const document = await xmlBody(call.request, 'Delete', { maxSize: 2 * 1024 * 1024 })
  const wanted = childrenOf(document, 'Object').map((object) => ({
    key: textOf(object, 'Key') ?? '',
    etag: textOf(object, 'ETag'),
    version: textOf(object, 'VersionId') ?? 'null',
  }))
  if (wanted.length === 0 || wanted.length > maxDeletes || wanted.some(({ key }) => key === '')) {
    throw s3Error('MalformedXML')
  }
  const quiet = textOf(document, 'Quiet') === 'true'
  const bucket = call.bucket()
  const results = wanted.map(({ key, etag, version }) => {
    const failed = (code: string, message: string) => ({ Error: { Key: key, Code: code, Message: message } })
    if (!call.permits('s3:DeleteObject', bucket, key)) return failed('AccessDenied', 'Access Denied')
    if (version !== 'null') return failed('NoSuchVersion', 'The specified version does not exist.')
    const record = bucket.object(key)
    if (etag !== undefined && (record === undefined || !sameEtag(etag, record))) {
      return failed('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold')
    }
    bucket.deleteObject(key)
    return quiet ? {} : { Deleted: { Key: key } }
  })
  return xmlAnswer('DeleteResult', {
    Deleted: results.flatMap((result) => ('Deleted' in result ? [result.Deleted] : [])),
    Error: results.flatMap((result) => ('Error' in result ? [result.Error] : [])),
  })
}

export const objectOperations: readonly Operation[] = [
  { name: 'PutObject', at: 'object', method: 'PUT', action: 's3:PutObject', run: putObject },
  { name: 'GetObject', at: 'object', method: 'GET', action: 's3:GetObject', run: getObject },
  { name: 'HeadObject', at: 'object', method: 'HEAD', action: 's3:GetObject', run: getObject },
  { name: 'DeleteObject', at: 'object', method: 'DELETE', action: 's3:DeleteObject', run: deleteObject },
  { name: 'DeleteObjects', at: 'bucket', method: 'POST', query: 'delete', run: deleteObjects },
]
