/** The edge of one distribution: who is let in, in the order of facts: cloudfront 3.4, and what they get. */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { S3Service } from '../s3/service.ts'
import type { EdgeDecision } from '../sandbox.ts'
import { behaviorFor, policiesOf } from './behavior.ts'
import type { Cache } from './cache.ts'
import { type Content, type ContentWorld, cachedContent, passedContent } from './content.ts'
import type { Behavior, DistributionConfig } from './distribution-config.ts'
import { domainOf } from './distributions.ts'
import { htmlRefusal, type OwnAnswer, redirectToHttps, signatureRefusal } from './refusals.ts'
import { items } from './schema.ts'
import { checkSignature } from './signature.ts'
import type { Distribution, State } from './state.ts'
import { type ViewerRequest, viewerRequest } from './viewer-request.ts'

export interface EdgeOptions {
  readonly distributionId: string
  readonly state: State
  readonly accountId: string
  /** The account's own key pairs, for `TrustedSigners: self`: public keys by id. */
  readonly accountKeys: ReadonlyMap<string, KeyObject>
  readonly s3: S3Service
  readonly cache: Cache
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: (decision: EdgeDecision) => void
}

const maxUrl = 8192

type Handler = (request: IncomingMessage, response: ServerResponse, secure: boolean) => Promise<void>

/** The request handler of one edge. It never rejects: what goes wrong inside is a 502 of the edge. */
export function edgeHandler(options: EdgeOptions): Handler {
  const pending = new Map<string, Promise<unknown>>()
  const via = `1.1 ${randomBytes(16).toString('hex')}.cloudfront.net (CloudFront)`

  return async (request, response, secure) => {
    const requestId = `${randomBytes(40).toString('base64url')}==`
    const common = { Via: via, 'X-Amz-Cf-Pop': 'LHR50-P1', 'X-Amz-Cf-Id': requestId }
    const target = originForm(request.url ?? '/')
    const viewer = viewerRequest(target, {
      method: request.method ?? 'GET',
      headers: request.headers,
      ip: request.socket.remoteAddress ?? '',
      secure,
    })
    let verdict: Verdict = { decision: 'open' }
    const log = (status: number, cache: EdgeDecision['cache'], originKey?: string) =>
      options.log({
        time: new Date(options.now()).toISOString(),
        distributionId: options.distributionId,
        scheme: secure ? 'https' : 'http',
        method: viewer.method,
        path: viewer.url.path,
        ...verdict,
        ...(originKey === undefined ? {} : { originKey }),
        status,
        cache,
      })
    const sendOwn = (answer: OwnAnswer) => {
      log(answer.status, 'none')
      response.writeHead(answer.status, { ...answer.headers, ...common })
      response.end(viewer.method === 'HEAD' ? undefined : answer.body)
    }

    try {
      const distribution = options.state.distributions.find((d) => d.id === options.distributionId)
      const admission = admit(options, distribution, viewer, { target, requestId, hasBody: hasBody(request) })
      verdict = admission.verdict
      if ('answer' in admission) return sendOwn(admission.answer)
      const content = await contentFor(options, admission, viewer, request, pending)
      log(content.status, content.cache, content.key)
      await sendContent(response, content, viewer, common)
    } catch {
      verdict = { decision: 'refused', reason: 'origin' }
      if (response.headersSent) response.destroy()
      else sendOwn(htmlRefusal(502, requestId))
    } finally {
      // A client that is refused sends its body all the same, and may read the answer only after that.
      request.unpipe()
      request.resume()
    }
  }
}

type Verdict = Pick<EdgeDecision, 'decision' | 'reason' | 'keyPairId'>

type Admission =
  | { readonly verdict: Verdict; readonly answer: OwnAnswer }
  | { readonly verdict: Verdict; readonly config: DistributionConfig; readonly behavior: Behavior }

/** Everything that is decided before the origin or the cache is asked. */
function admit(
  options: EdgeOptions,
  distribution: Distribution | undefined,
  viewer: ViewerRequest,
  raw: { readonly target: string; readonly requestId: string; readonly hasBody: boolean },
): Admission {
  const refuse = (kind: Parameters<typeof htmlRefusal>[0], reason: string): Admission => ({
    verdict: { decision: 'refused', reason },
    answer: htmlRefusal(kind, raw.requestId),
  })
  if (Buffer.byteLength(raw.target) > maxUrl) return refuse(414, 'url too long')
  if (!viewer.url.path.startsWith('/')) return refuse(400, 'target')
  if (distribution === undefined || !isOurs(viewer.url.host, distribution)) return refuse(403, 'host')
  const { config } = distribution
  if (!config.Enabled) return refuse(403, 'disabled')
  const behavior = behaviorFor(config, viewer.url.path)

  if (viewer.url.scheme === 'http' && behavior.ViewerProtocolPolicy !== 'allow-all') {
    if (behavior.ViewerProtocolPolicy === 'https-only') return refuse(403, 'protocol')
    return {
      verdict: { decision: 'redirected', reason: 'protocol' },
      answer: redirectToHttps(viewer.method, `https://${viewer.url.host}${raw.target}`),
    }
  }
  const allowed: readonly string[] = items(behavior.AllowedMethods)
  if (!allowed.includes(viewer.method)) return refuse('method', 'method')
  if (viewer.method === 'GET' && raw.hasBody) return refuse(403, 'body')
  if (!behavior.TrustedKeyGroups.Enabled && !behavior.TrustedSigners.Enabled)
    return { verdict: { decision: 'open' }, config, behavior }

  const answer = checkSignature(viewer, trustedKeys(options, behavior), options.now())
  if (answer.signed)
    return { verdict: { decision: 'accepted', keyPairId: answer.keyPairId }, config, behavior }
  const { reason, keyPairId } = answer
  return {
    verdict: { decision: 'refused', reason, ...(keyPairId === undefined ? {} : { keyPairId }) },
    answer: signatureRefusal(answer.code),
  }
}

function isOurs(host: string, distribution: Distribution): boolean {
  const name = host.replace(/:\d+$/, '')
  return (
    host === domainOf(distribution) ||
    host === `localhost:${distribution.port}` ||
    items(distribution.config.Aliases).some((alias) => alias.toLowerCase() === name)
  )
}

/** The keys that a behaviour trusts, by key pair id. */
function trustedKeys({ state, accountKeys }: EdgeOptions, behavior: Behavior): Map<string, KeyObject> {
  const keys = new Map<string, KeyObject>()
  const groups: readonly string[] = behavior.TrustedKeyGroups.Enabled ? items(behavior.TrustedKeyGroups) : []
  const ids = state.keyGroups.filter((g) => groups.includes(g.id)).flatMap((g) => items(g.config))
  for (const { id, config } of state.publicKeys)
    if (ids.includes(id)) keys.set(id, createPublicKey(config.EncodedKey))
  if (behavior.TrustedSigners.Enabled && items(behavior.TrustedSigners).length > 0)
    for (const [id, key] of accountKeys) keys.set(id, key)
  return keys
}

async function contentFor(
  options: EdgeOptions,
  { config, behavior }: { readonly config: DistributionConfig; readonly behavior: Behavior },
  viewer: ViewerRequest,
  request: IncomingMessage,
  pending: Map<string, Promise<unknown>>,
): Promise<Content> {
  const responses = items(config.CustomErrorResponses)
  const world: ContentWorld = {
    s3: options.s3,
    state: options.state,
    accountId: options.accountId,
    distributionId: options.distributionId,
    cache: options.cache,
    pending,
    now: options.now,
    errorTtl: (status) => responses.find((r) => r.ErrorCode === status)?.ErrorCachingMinTTL,
  }
  const reads = viewer.method === 'GET' || viewer.method === 'HEAD'
  const ask = (path: string, by: Behavior): Promise<Content> => {
    const origin = items(config.Origins).find((o) => o.Id === by.TargetOriginId)
    if (origin === undefined) throw new Error(`no origin ${by.TargetOriginId}`)
    const policies = policiesOf(by, options.state)
    const question = { viewer, origin, policies, path }
    return reads
      ? cachedContent(world, { ...question, body: Readable.from([]) })
      : passedContent(world, { ...question, body: bodyOf(request) })
  }
  const path = viewer.url.path === '/' ? `/${config.DefaultRootObject}` : viewer.url.path
  const content = await ask(path, behavior)
  const page = responses.find((r) => r.ErrorCode === content.status && r.ResponsePagePath !== '')
  if (page === undefined || !reads) return content
  const replacement = await ask(page.ResponsePagePath, behaviorFor(config, page.ResponsePagePath))
  if (replacement.status !== 200) {
    replacement.release()
    return content
  }
  content.release()
  return { ...replacement, status: Number(page.ResponseCode), cache: 'Error' }
}

async function sendContent(
  response: ServerResponse,
  content: Content,
  viewer: ViewerRequest,
  common: Readonly<Record<string, string>>,
): Promise<void> {
  try {
    response.writeHead(content.status, {
      ...content.headers,
      'X-Cache': `${content.cache} from cloudfront`,
      ...common,
    })
    if (viewer.method === 'HEAD' || content.status === 304) {
      content.body.destroy()
      response.end()
    } else {
      await pipeline(content.body, response)
    }
  } finally {
    content.release()
  }
}

/** The request's body as a stream of its own: whoever gives it up does not end the connection. */
function bodyOf(request: IncomingMessage): Readable {
  const body = request.pipe(new PassThrough())
  request.once('close', () => {
    if (!request.complete) body.destroy(new Error('The viewer went away.'))
  })
  return body
}

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  )
}

/** `http://host/path` as `/path`; every other target as it is. */
function originForm(target: string): string {
  const absolute = /^https?:\/\/[^/?]*(.*)$/i.exec(target)
  return absolute === null ? target : absolute[1] || '/'
}
