import { createHash, createHmac } from 'node:crypto'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

/** A presigned GET, made here from the published algorithm (SigV4, query form), so that the sandbox is not checked against itself. */
export function presign(
  url: string,
  sandbox: Sandbox,
  { now, seconds }: { readonly now: Date; readonly seconds: number },
): string {
  const target = new URL(url)
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${stamp.slice(0, 8)}/${sandbox.region}/s3/aws4_request`
  const query = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${sandbox.credentials.accessKeyId}/${scope}`],
    ['X-Amz-Date', stamp],
    ['X-Amz-Expires', String(seconds)],
    ['X-Amz-SignedHeaders', 'host'],
  ]
    .map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  const canonical = [
    'GET',
    target.pathname,
    query,
    `host:${target.host}`,
    '',
    'host',
    'UNSIGNED-PAYLOAD',
  ].join('\n')
  const toSign = [
    'AWS4-HMAC-SHA256',
    stamp,
    scope,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n')
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const key = [stamp.slice(0, 8), sandbox.region, 's3', 'aws4_request'].reduce<Buffer | string>(
    hmac,
    `AWS4${sandbox.credentials.secretAccessKey}`,
  )
  return `${url}?${query}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`
}
