import { type Call, header } from './call.ts'
import { notImplemented, s3Error } from './errors.ts'
import type { ObjectRecord } from './records.ts'

/** Whether a list of entity tags (`"a", "b"` or `*`) names this one. */
function names(list: string, etag: string): boolean {
  return list.split(',').some((tag) =>
    ['*', etag].includes(
      tag
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    ),
  )
}

/** Whole seconds, as HTTP dates are; undefined for a date that is none, which S3 ignores. */
function seconds(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000)
}

/**
 * What the If-* headers of a GET or HEAD come to (RFC 9110, 13.2.2): undefined to go on, else the status.
 * `prefix` is `x-amz-copy-source-` for the source of a copy.
 */
export function judgeRead(call: Call, record: ObjectRecord, prefix = ''): 304 | 412 | undefined {
  const modified = Math.floor(record.lastModified / 1000)
  const ifMatch = header(call, `${prefix}if-match`)
  const ifNoneMatch = header(call, `${prefix}if-none-match`)
  const unmodifiedSince = seconds(header(call, `${prefix}if-unmodified-since`))
  const modifiedSince = seconds(header(call, `${prefix}if-modified-since`))
  if (ifMatch !== undefined) {
    if (!names(ifMatch, record.etag)) return 412
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) return 412
  if (ifNoneMatch !== undefined) {
    if (names(ifNoneMatch, record.etag)) return 304
  } else if (modifiedSince !== undefined && modified <= modifiedSince) return 304
  return undefined
}

/**
 * Throws unless the If-Match and If-None-Match of a write allow it. Call it in the same step as the write,
 * or another may come between.
 */
export function checkWrite(call: Call): void {
  const ifMatch = header(call, 'if-match')
  const ifNoneMatch = header(call, 'if-none-match')
  const record = call.bucket().object(call.key)
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw notImplemented('If-None-Match')
    if (record !== undefined) throw s3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' })
  }
  if (ifMatch !== undefined) {
    if (record === undefined) throw s3Error('NoSuchKey', undefined, { Key: call.key })
    if (!names(ifMatch, record.etag))
      throw s3Error('PreconditionFailed', undefined, { Condition: 'If-Match' })
  }
}

/** Whether a write that names `etag` (with or without quotes, or `*`) is about this object. */
export function sameEtag(etag: string, record: { readonly etag: string }): boolean {
  return names(etag, record.etag)
}
