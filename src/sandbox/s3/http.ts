import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { redact } from '../../core/redact.ts'
import { verifySigV4 } from '../sigv4.ts'
import type { World } from './call.ts'
import { commonHeaders, errorAnswer, newIds, S3Error, s3Error } from './errors.ts'
import type { S3Answer, S3Request, S3Service } from './service.ts'

export interface HttpOptions {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** What policies see as `aws:SecureTransport` over plain HTTP. Default true: the sandbox stands in for an HTTPS endpoint. */
  readonly plainCountsAsSecure?: boolean
}

/** One request that came over HTTP. Signatures in `path` are replaced. */
interface S3LogEntry {
  readonly method: string
  readonly path: string
  readonly status: number
  /** `account`, `anonymous`, or `refused` for credentials that did not hold. */
  readonly caller: string
}

export interface HttpFront {
  /**
   * Answers one HTTP request. To be the listener of a server's `request` and of its `checkContinue`, so that
   * a client that asks before it sends a body is invited only when the request is good.
   */
  handleHttp(request: IncomingMessage, response: ServerResponse): void
  /** The last 10,000 requests over HTTP, oldest first. */
  readonly log: readonly S3LogEntry[]
}

const longestLog = 10_000

/** S3's HTTP side: who asks, what for, and the answer on the wire. */
export function httpFront(service: S3Service, world: World, options: HttpOptions): HttpFront {
  const log: S3LogEntry[] = []

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const rawUrl = (incoming.url ?? '/').replace(/^https?:\/\/[^/]*/i, '')
    const method = incoming.method ?? 'GET'
    const identity = verifySigV4(
      { method, rawUrl, headers: incoming.headers },
      { credentials: options.credentials, service: 's3', region: world.region, now: world.now() },
    )
    const body = invitation(incoming, response)
    const result = await (async (): Promise<S3Answer> => {
      const path = rawUrl.split('?', 1)[0] ?? '/'
      if (identity.kind === 'refused') {
        const { status, code, message, details } = identity
        const regionHeader = details.Region === undefined ? {} : { 'x-amz-bucket-region': details.Region }
        return refusal(new S3Error(status, code, message, details, regionHeader), path)
      }
      try {
        const request: S3Request = {
          method,
          ...target(rawUrl, incoming.headers.host ?? ''),
          headers: incoming.headers,
          body,
          secure: options.plainCountsAsSecure ?? true,
          ...(identity.kind === 'account' && { chunkSignatures: identity.chunkSignatures }),
        }
        return await service.handle(request, identity)
      } catch (error) {
        return refusal(error instanceof S3Error ? error : s3Error('InternalError'), path)
      }
    })()
    log.push({ method, path: redact(rawUrl), status: result.status, caller: identity.kind })
    if (log.length > longestLog) log.splice(0, log.length - longestLog)
    await send(incoming, response, result, body)
  }

  async function send(
    incoming: IncomingMessage,
    response: ServerResponse,
    result: S3Answer,
    requestBody: Readable,
  ) {
    const { status, headers, body } = result
    const bodiless = incoming.method === 'HEAD' || status === 204 || status === 304
    response.writeHead(status, {
      ...headers,
      Date: new Date(world.now()).toUTCString(),
      ...(!bodiless && !(body instanceof Readable) && { 'Content-Length': Buffer.byteLength(body ?? '') }),
    })
    if (body instanceof Readable) await pipeline(body, response)
    else response.end(bodiless ? undefined : body)
    // What is left of a body that was refused is read and thrown away, so that the next request can be.
    if (requestBody !== incoming && !requestBody.closed) await once(requestBody.destroy(), 'close')
    incoming.resume()
  }

  return {
    log,
    handleHttp(incoming, response) {
      // A client that goes away, or a file that cannot be read half-way through an answer: the connection ends.
      answer(incoming, response).catch(() => response.destroy())
    },
  }
}

function refusal(error: S3Error, resource: string): S3Answer {
  const ids = newIds()
  const { status, headers, body } = errorAnswer(error, resource, ids)
  return { status, headers: { ...commonHeaders(ids), ...headers }, ...(body !== undefined && { body }) }
}

/**
 * The request's body; a client that sent `Expect: 100-continue` is invited when it is first read. When
 * it never is, Node closes the connection, since the client may send the body all the same.
 */
function invitation(incoming: IncomingMessage, response: ServerResponse): Readable {
  if (incoming.headers.expect?.toLowerCase() !== '100-continue') return incoming
  const invited = async function* () {
    response.writeContinue()
    yield* incoming.iterator({ destroyOnReturn: false })
  }
  return Readable.from(invited(), { objectMode: false })
}

/**
 * What a request is about, by path or by host (S3 user guide, "Virtual hosting of buckets"):
 * `bucket.localhost` and `bucket.s3.REGION.amazonaws.com` name a bucket, an address does not.
 * Throws InvalidURI.
 */
export function target(rawUrl: string, host: string): Pick<S3Request, 'bucket' | 'key' | 'query'> {
  const [path = '/', ...search] = rawUrl.split('?')
  const query = new URLSearchParams(search.join('?'))
  let decoded: string
  try {
    decoded = decodeURIComponent(path).replace(/^\//, '')
  } catch {
    throw s3Error('InvalidURI', undefined, { URI: path })
  }
  const hosted = bucketOfHost(host)
  if (hosted !== undefined) return { bucket: hosted, key: decoded === '' ? undefined : decoded, query }
  const cut = decoded.indexOf('/')
  const bucket = cut < 0 ? decoded : decoded.slice(0, cut)
  const key = cut < 0 ? '' : decoded.slice(cut + 1)
  return { bucket: bucket === '' ? undefined : bucket, key: key === '' ? undefined : key, query }
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return /^(.+)\.(?:localhost|s3(?:[.-][a-z0-9-]+){0,2}\.amazonaws\.com)$/.exec(name)?.[1]
}
