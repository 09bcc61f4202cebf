import { createHash, createHmac } from 'node:crypto'

/** A client's side of Signature Version 4, written apart from the server's so that the one proves the other. */
export interface Signing {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
  /** `yyyyMMdd'T'HHmmss'Z'` */
  readonly date: string
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
export const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
export const amzDate = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')

function scopeOf(s: Signing): string {
  return `${s.date.slice(0, 8)}/${s.region}/${s.service}/aws4_request`
}

function signature(s: Signing, text: string): string {
  const steps = [s.date.slice(0, 8), s.region, s.service, 'aws4_request']
  const key = steps.reduce<Buffer>((k, step) => hmac(k, step), Buffer.from(`AWS4${s.secretAccessKey}`))
  return hmac(key, text).toString('hex')
}

/** The seed signature and the headers to send; `path` and `query` must already be canonical. */
export function signHeaders(
  s: Signing,
  method: string,
  path: string,
  query: string,
  headers: Readonly<Record<string, string>>,
  payload: string,
): { readonly signature: string; readonly headers: Record<string, string> } {
  const names = Object.keys(headers).sort()
  const canonical = [
    method,
    path,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    payload,
  ].join('\n')
  const value = signature(s, ['AWS4-HMAC-SHA256', s.date, scopeOf(s), sha256(canonical)].join('\n'))
  const credential = `${s.accessKeyId}/${scopeOf(s)}`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(';')},Signature=${value}`
  return { signature: value, headers: { ...headers, authorization } }
}

/** A presigned path with query; only `host` is signed. */
export function presign(
  s: Signing,
  method: string,
  path: string,
  host: string,
  expires: number,
  extra: Readonly<Record<string, string>> = {},
): string {
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${s.accessKeyId}/${scopeOf(s)}`,
    'X-Amz-Date': s.date,
    'X-Amz-Expires': String(expires),
    'X-Amz-SignedHeaders': 'host',
    ...extra,
  }
  const query = Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&')
  const canonical = [method, path, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const value = signature(s, ['AWS4-HMAC-SHA256', s.date, scopeOf(s), sha256(canonical)].join('\n'))
  return `${path}?${query}&X-Amz-Signature=${value}`
}

/** A body in aws-chunked framing, each chunk signed on from `seed`; without `seed` unsigned. `trailer` names and values go last. */
export function chunkedBody(
  chunks: readonly Uint8Array[],
  options: {
    readonly signing?: Signing
    readonly seed?: string
    readonly trailer?: Readonly<Record<string, string>>
  } = {},
): Buffer {
  const { signing, seed, trailer } = options
  let previous = seed ?? ''
  const sign = (kind: string, hashes: readonly string[]) => {
    if (signing === undefined) return ''
    previous = signature(signing, [kind, signing.date, scopeOf(signing), previous, ...hashes].join('\n'))
    return previous
  }
  const out: (string | Uint8Array)[] = []
  for (const chunk of [...chunks, new Uint8Array()]) {
    const value = sign('AWS4-HMAC-SHA256-PAYLOAD', [sha256(''), sha256(chunk)])
    out.push(`${chunk.length.toString(16)}${signing === undefined ? '' : `;chunk-signature=${value}`}\r\n`)
    if (chunk.length > 0) out.push(chunk, '\r\n')
  }
  if (trailer !== undefined) {
    const lines = Object.entries(trailer).map(([name, value]) => `${name}:${value}`)
    out.push(...lines.map((line) => `${line}\r\n`))
    if (signing !== undefined) {
      const value = sign('AWS4-HMAC-SHA256-TRAILER', [sha256(lines.map((line) => `${line}\n`).join(''))])
      out.push(`x-amz-trailer-signature:${value}\r\n`)
    }
  }
  out.push('\r\n')
  return Buffer.concat(out.map((part) => Buffer.from(part)))
}
