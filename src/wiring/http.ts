import * as http from 'node:http'
import * as https from 'node:https'
import { rootCertificates } from 'node:tls'
import type { HttpAnswer, HttpRequest } from '../commands/world.ts'
import { codeOf, Failure, messageOf } from '../core/errors.ts'

/** Milliseconds without a byte before we give up. */
const patience = 30_000

/** One request; redirects are not followed, and of the body at most `limit` bytes are read. Throws Failure('unreachable'). */
export function request(
  { method, url, headers, limit }: HttpRequest,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    const send = target.protocol === 'https:' ? https.request : http.request
    const outgoing = send(
      target,
      {
        method,
        headers: { ...headers },
        signal,
        agent: false,
        ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let size = 0
        const done = () => {
          const flat = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(flat),
            body: Buffer.concat(chunks).subarray(0, limit),
          })
        }
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          size += chunk.length
          if (size >= limit) {
            done()
            incoming.destroy()
          }
        })
        incoming.on('end', done)
        incoming.on('error', fail)
      },
    )
    const fail = (error: unknown) => {
      if (signal.aborted) return reject(signal.reason)
      reject(
        new Failure(
          'unreachable',
          `no answer from ${target.origin}: ${codeOf(error) ?? ''} ${messageOf(error)}`.replace(':  ', ': '),
          { cause: error, remedy: { text: hint(codeOf(error)) } },
        ),
      )
    }
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error(`nothing for ${patience / 1000} s`)))
    outgoing.on('error', fail)
    outgoing.end()
  })
}

function hint(code: string | undefined): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'Check the host in baseurl; a new alias needs its DNS record.'
  if (/CERT|SIGN|ALTNAME/.test(code ?? '')) {
    return 'The certificate is not trusted. For a private authority, name its file in NODE_EXTRA_CA_CERTS.'
  }
  return 'Check the host and the port.'
}
