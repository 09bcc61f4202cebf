/**
 * The CloudFront API over HTTP: REST with XML bodies, version 2020-05-31, signed for us-east-1. What it does
 * not know it refuses by name.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type SigV4Refusal, verifySigV4 } from '../sigv4.ts'
import { originAccessControls } from './access-controls.ts'
import { distributionRoutes } from './distributions.ts'
import { writeBody, writeError } from './document.ts'
import { ApiError, statusOf } from './errors.ts'
import { invalidationRoutes } from './invalidations.ts'
import { keyGroups, publicKeys } from './keys.ts'
import { cachePolicies, originRequestPolicies, responseHeadersPolicyRoutes } from './policies.ts'
import { routes } from './resource.ts'
import type { Account, Reply, Route } from './route.ts'
import { tagRoutes } from './tags.ts'

export interface ApiOptions {
  readonly account: Account
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Called after every change, before it is answered. */
  readonly save: () => void
}

const version = '/2020-05-31'
const maxBody = 1024 * 1024

const allRoutes: readonly Route[] = [
  ...distributionRoutes,
  ...invalidationRoutes,
  ...tagRoutes,
  ...routes(originAccessControls),
  ...routes(publicKeys),
  ...routes(keyGroups),
  ...routes(cachePolicies),
  ...routes(originRequestPolicies),
  ...responseHeadersPolicyRoutes,
]

/** The API as the listener of an HTTP server. Calls are run one after the other. */
export function cloudfrontApi(options: ApiOptions): RequestListener {
  let last: Promise<unknown> = Promise.resolve()
  return (request, response) => {
    const requestId = randomUUID()
    const fail = (error: unknown) => {
      const known = error instanceof ApiError
      const code = known ? error.code : 'InternalFailure'
      const message = known ? error.message : 'The sandbox failed.'
      send(response, requestId, statusOf(code), writeError(code, message, requestId))
    }
    readAll(request)
      .then((body) => {
        authenticate(request, body, options)
        const turn = last.then(() => answer(request, body.toString('utf8'), options))
        last = turn.catch(() => {})
        return turn
      })
      .then((reply) => {
        const body = reply.body === undefined ? undefined : writeBody(...reply.body)
        const headers: Record<string, string> = {}
        if (reply.etag !== undefined) headers.ETag = reply.etag
        if (reply.location !== undefined)
          headers.Location = `https://cloudfront.amazonaws.com${version}${reply.location}`
        send(response, requestId, reply.status, body, headers)
      })
      .catch(fail)
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBody) chunks.push(chunk)
  }
  if (size > maxBody) throw new ApiError('InvalidArgument', 'The body of the request is too large.')
  return Buffer.concat(chunks)
}

function authenticate(request: IncomingMessage, body: Buffer, { account, credentials }: ApiOptions): void {
  const answer = verifySigV4(
    {
      method: request.method ?? 'GET',
      rawUrl: request.url ?? '/',
      headers: request.headers,
      bodySha256: createHash('sha256').update(body).digest('hex'),
    },
    { credentials, service: 'cloudfront', region: 'us-east-1', now: account.now() },
  )
  if (answer.kind === 'anonymous')
    throw new ApiError('MissingAuthenticationToken', 'Missing Authentication Token')
  if (answer.kind === 'refused') throw new ApiError(authenticationCode(answer), answer.message)
}

/** The code that CloudFront has where S3's name for it is another. */
function authenticationCode({ code }: SigV4Refusal): string {
  switch (code) {
    case 'InvalidAccessKeyId':
    case 'InvalidToken':
      return 'InvalidClientTokenId'
    case 'AccessDenied':
      return 'AccessDenied'
    default:
      return 'SignatureDoesNotMatch'
  }
}

async function answer(request: IncomingMessage, body: string, options: ApiOptions): Promise<Reply> {
  const target = new URL(request.url ?? '/', 'http://cloudfront.amazonaws.com')
  const method = request.method ?? 'GET'
  for (const route of allRoutes) {
    const params = match(route, method, target)
    if (params === undefined) continue
    const reply = await route.run({
      account: options.account,
      param: (name) => params.get(name) ?? '',
      query: target.searchParams,
      ifMatch: single(request.headers['if-match']),
      body,
    })
    if (method !== 'GET') options.save()
    return reply
  }
  throw new ApiError('InvalidAction', `The sandbox has no operation ${method} ${target.pathname}.`)
}

const single = (header: string | undefined) => (header === undefined ? undefined : header.replaceAll('"', ''))

/** The values of the route's path parameters, or undefined when it is another route. */
function match(route: Route, method: string, target: URL): Map<string, string> | undefined {
  if (route.method !== method) return undefined
  const wanted = `${version}${route.path}`.split('/')
  const given = target.pathname.replace(/(?<=.)\/$/, '').split('/')
  if (wanted.length !== given.length) return undefined
  if (route.query !== undefined) {
    const [name = '', value] = route.query.split('=')
    if (!target.searchParams.has(name)) return undefined
    if (value !== undefined && target.searchParams.get(name) !== value) return undefined
  }
  const params = new Map<string, string>()
  for (const [i, part] of wanted.entries()) {
    const segment = given[i] ?? ''
    if (part.startsWith('{')) params.set(part.slice(1, -1), decoded(segment))
    else if (part !== segment) return undefined
  }
  return params
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function send(
  response: ServerResponse,
  requestId: string,
  status: number,
  body: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'x-amzn-RequestId': requestId,
    ...(body === undefined ? {} : { 'Content-Type': 'text/xml', 'Content-Length': Buffer.byteLength(body) }),
    ...headers,
  })
  response.end(body)
}
