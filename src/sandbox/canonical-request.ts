import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/**
 * The canonical request of Signature Version 4. Texts here hold one character a byte, as Node gives
 * headers, so that bytes that are not UTF-8 are signed as they came.
 */

/** The names and values of a query, decoded, in the order they came. */
export type Pairs = readonly (readonly [name: string, value: string])[]

/** The query of a path with query as it came over the wire. */
export function parseQuery(rawUrl: string): Pairs {
  const start = rawUrl.indexOf('?')
  if (start < 0) return []
  return rawUrl
    .slice(start + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const cut = pair.indexOf('=')
      return cut < 0
        ? [decodeQuery(pair), '']
        : [decodeQuery(pair.slice(0, cut)), decodeQuery(pair.slice(cut + 1))]
    })
}

const decodeQuery = (text: string) => decodeBytes(text.replaceAll('+', ' '))

/** The first value of `name`, which is case-sensitive. */
export function queryValue(query: Pairs, name: string): string | undefined {
  return query.find(([n]) => n === name)?.[1]
}

function canonicalQuery(query: Pairs): string {
  return query
    .map(([name, value]) => [encodeBytes(name), encodeBytes(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function canonicalPath(rawUrl: string, service: string): string {
  const path = rawUrl.split('?', 1)[0] ?? '/'
  if (service !== 's3') return path.split('/').map(encodeBytes).join('/')
  return path
    .split('/')
    .map((segment) => encodeBytes(decodeBytes(segment)))
    .join('/')
}

function canonicalValue(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '')
  return text.trim().replace(/ +/g, ' ')
}

/** Percent-decoding to one character a byte, so that bytes that are not UTF-8 survive. */
function decodeBytes(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** AWS's UriEncode of a text of one character a byte: everything but the unreserved characters. */
function encodeBytes(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9\-._~]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

/** The canonical request as AWS documents it, and its SHA-256 in hex. `signedHeaders` keep their order. */
export function canonicalRequest(request: {
  readonly method: string
  readonly rawUrl: string
  readonly headers: IncomingHttpHeaders
  readonly query: Pairs
  readonly signedHeaders: readonly string[]
  readonly payload: string
  readonly service: string
}): { readonly text: string; readonly sha256: string } {
  const text = [
    request.method,
    canonicalPath(request.rawUrl, request.service),
    canonicalQuery(request.query),
    ...request.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}`),
    '',
    request.signedHeaders.join(';'),
    request.payload,
  ].join('\n')
  return { text, sha256: createHash('sha256').update(text, 'latin1').digest('hex') }
}
