import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { Failure } from '../core/errors.ts'

/**
 * A seeded saboteur between a driver and its store: it sees every HTTP request and answer and spoils some of them.
 * Whether a request is hit depends on the seed, on what it asks and how often that was asked before, not on the
 * order in which concurrent requests happen to run, so that the same seed spoils the same requests again.
 */
export interface FaultPlan {
  readonly rules: readonly FaultRule[]
  readonly seed: number
}

export interface FaultRule {
  readonly kind: FaultKind
  /** In [0, 1]. */
  readonly rate: number
  /** Milliseconds, for `delay`, `slow` and `brownout`. */
  readonly milliseconds?: number
}

/** What can happen to a request, each told in one sentence. */
export const faultKinds = {
  '503': 'SlowDown instead of the effect',
  '500': 'InternalError after the effect',
  refused: 'the connection breaks before the request arrives',
  lost: 'the request takes effect, and its answer is lost',
  truncate: 'the body of an answer breaks off',
  'flip-up': 'a bit of the request body flips on the way',
  'flip-down': 'a bit of the answer body flips on the way',
  'error-in-200': 'an error inside an answer of 200, without the effect',
  duplicate: 'the request arrives twice',
  'stale-list': 'a listing answers what it answered before',
  redirect: 'PermanentRedirect to another region',
  delay: 'the answer comes late',
  slow: 'the body of an answer comes in small pieces, slowly',
  brownout: 'nothing works for a while, from the second request on',
} as const

/** Those whose amount is a time. */
const lasting: readonly string[] = ['delay', 'slow', 'brownout']

export type FaultKind = keyof typeof faultKinds

/** `503=20%,lost=5%,delay=30ms,brownout=30s`. Throws Failure('usage') naming what is not understood. */
export function parseFaults(text: string, seed: number): FaultPlan {
  return { seed, rules: text.split(',').map(parseRule) }
}

function parseRule(text: string): FaultRule {
  const [kind = '', amount = ''] = text.trim().split('=')
  const refuse = (what: string) =>
    new Failure('usage', `"${text}" is no fault: ${what}`, {
      remedy: {
        text: `Write for instance 503=20%,lost=5%,brownout=30s. The faults are ${Object.keys(faultKinds).join(', ')}.`,
      },
    })
  if (!isFaultKind(kind)) throw refuse('it has no such name')
  if (lasting.includes(kind)) {
    const [, time, unit] = /^(\d+)(ms|s)$/.exec(amount) ?? []
    if (time === undefined) throw refuse('a time is missing, such as 30ms or 30s')
    return { kind, rate: 1, milliseconds: Number(time) * (unit === 's' ? 1000 : 1) }
  }
  const [, share] = /^(\d+(?:\.\d+)?)%$/.exec(amount) ?? []
  if (share === undefined) throw refuse('a share of the requests is missing, such as 20%')
  if (Number(share) > 100) throw refuse('there is no share above 100%')
  return { kind, rate: Number(share) / 100 }
}

function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(faultKinds, text)
}

/** The part of an HTTP handler of the AWS SDK that is needed. */
export interface Handler {
  handle(request: HandlerRequest, options?: object): Promise<{ response: HandlerResponse }>
}

export interface HandlerRequest {
  readonly method: string
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface HandlerResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Puts something between a client and its network. */
export type Intercept = <H extends Handler>(inner: H) => H

export interface Saboteur {
  /** All handlers of one saboteur share their count of requests. */
  readonly wrap: Intercept
  /** How often each fault hit. */
  readonly hits: Readonly<Record<FaultKind, number>>
}

export function saboteur(plan: FaultPlan, now: () => number = Date.now): Saboteur {
  const asked = new Map<string, number>()
  const listings = new Map<string, Buffer>()
  const hits = Object.fromEntries(Object.keys(faultKinds).map((kind) => [kind, 0])) as Record<
    FaultKind,
    number
  >
  let started: number | undefined

  async function handle(
    inner: Handler,
    request: HandlerRequest,
    options?: object,
  ): Promise<{ response: HandlerResponse }> {
    const began = started
    started ??= now()
    const what = signature(request)
    const count = asked.get(what) ?? 0
    asked.set(what, count + 1)
    const chosen = plan.rules.find(
      (rule) =>
        applies(rule, request) &&
        draw(plan.seed, rule.kind, what, count) < rule.rate &&
        (rule.kind !== 'brownout' || (began !== undefined && now() - began < (rule.milliseconds ?? 0))),
    )
    if (chosen === undefined) return inner.handle(request, options)
    hits[chosen.kind] += 1
    return spoil(chosen, what, inner, request, options)
  }

  async function spoil(
    rule: FaultRule,
    what: string,
    inner: Handler,
    request: HandlerRequest,
    options?: object,
  ): Promise<{ response: HandlerResponse }> {
    const pass = (changed = request) => inner.handle(changed, options)
    const count = asked.get(what) ?? 0
    switch (rule.kind) {
      case '503':
        return { response: failure(503, 'SlowDown') }
      case '500':
        await drain((await pass()).response)
        return { response: failure(500, 'InternalError') }
      case 'refused':
        throw broken()
      case 'lost':
        await drain((await pass()).response)
        throw broken()
      case 'brownout':
        if (draw(plan.seed, 'brownout-kind', what, count) < 0.5) throw broken()
        return { response: failure(503, 'ServiceUnavailable') }
      case 'error-in-200':
        return { response: failure(200, 'InternalError') }
      case 'redirect':
        return { response: failure(301, 'PermanentRedirect') }
      case 'duplicate':
        await drain((await pass()).response)
        return pass()
      case 'delay':
        await pause(rule.milliseconds ?? 0)
        return pass()
      case 'flip-up':
        return pass({ ...request, body: flipped(request.body) })
      case 'truncate':
        return replaceBody(await pass(), (body) => cut(body, draw(plan.seed, 'cut', what, count)))
      case 'flip-down':
        return replaceBody(await pass(), flipStream)
      case 'slow':
        return replaceBody(await pass(), (body) => trickle(body, rule.milliseconds ?? 0))
      case 'stale-list': {
        const { response } = await pass()
        const body = await collect(response)
        const stale = listings.get(what) ?? body
        listings.set(what, stale)
        return {
          response: {
            ...response,
            headers: { ...response.headers, 'content-length': String(stale.length) },
            body: Readable.from([stale]),
          },
        }
      }
    }
  }

  return {
    hits,
    wrap: (inner) => before(inner, (request, options) => handle(inner, request, options)),
  }
}

/** A handler that answers with `handle` and is `inner` otherwise; the SDK configures it through its other methods. */
export function before<H extends Handler>(inner: H, handle: Handler['handle']): H {
  return Object.assign(Object.create(inner), { handle }) as H
}

const isListing = ({ method, query = {} }: HandlerRequest) => method === 'GET' && 'list-type' in query
const isObject = ({ method, query = {} }: HandlerRequest) =>
  method === 'GET' && !('list-type' in query) && !('uploads' in query) && !('uploadId' in query)
const hasBody = ({ body }: HandlerRequest) =>
  (body instanceof Uint8Array || typeof body === 'string') && body.length > 0

/** Copies, completions and batch deletions are what S3 may answer with an error inside a 200. */
function mayFailInside({ method, query = {}, headers }: HandlerRequest): boolean {
  return (
    (method === 'POST' && ('uploadId' in query || 'delete' in query)) ||
    (method === 'PUT' && 'x-amz-copy-source' in headers)
  )
}

function applies({ kind }: FaultRule, request: HandlerRequest): boolean {
  switch (kind) {
    case 'truncate':
      return request.method === 'GET'
    case 'flip-down':
    case 'slow':
      return isObject(request)
    case 'flip-up':
      return hasBody(request)
    case 'error-in-200':
      return mayFailInside(request)
    case 'stale-list':
      // What goes on from a token is no listing of its own.
      return isListing(request) && !('continuation-token' in (request.query ?? {}))
    default:
      return true
  }
}

/** What a request asks, without what differs from run to run: names of runs, ids of uploads, tokens. */
function signature({ method, path, query = {}, headers }: HandlerRequest): string {
  const asked = Object.entries(query)
    .filter(([name]) => !['uploadId', 'continuation-token', 'upload-id-marker'].includes(name))
    .map(([name, value]) => `${name}=${String(value)}`)
  return `${method} ${path} ${asked.join('&')} ${headers.range ?? ''}`
    .replace(/regctl-[0-9a-f]{32}/g, 'run')
    .replace(/~uploads\/[0-9a-f]{40}/g, '~uploads')
}

/** A number in [0, 1) that these four decide. */
function draw(seed: number, kind: string, what: string, count: number): number {
  return createHash('sha256').update(`${seed} ${kind} ${what} ${count}`).digest().readUInt32BE() / 2 ** 32
}

function failure(statusCode: number, code: string): HandlerResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>injected</Message><RequestId>0</RequestId></Error>`
  return {
    statusCode,
    headers: { 'content-type': 'application/xml', 'content-length': String(body.length) },
    body: Readable.from([Buffer.from(body)]),
  }
}

function broken(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
}

async function collect({ body }: HandlerResponse): Promise<Buffer> {
  const chunks: Buffer[] = []
  if (body instanceof Readable) for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function drain(response: HandlerResponse): Promise<void> {
  await collect(response)
}

function replaceBody(
  { response }: { response: HandlerResponse },
  change: (body: Readable) => AsyncIterable<Uint8Array>,
) {
  const { body } = response
  if (response.statusCode >= 300 || !(body instanceof Readable)) return { response }
  const changed = Readable.from(change(body), { objectMode: false })
  changed.on('close', () => body.destroy())
  return { response: { ...response, body: changed } }
}

async function* cut(body: Readable, share: number): AsyncGenerator<Uint8Array> {
  const first = await body[Symbol.asyncIterator]().next()
  if (first.done !== true)
    yield (first.value as Buffer).subarray(0, Math.floor((first.value as Buffer).length * share))
  throw broken()
}

async function* flipStream(body: Readable): AsyncGenerator<Uint8Array> {
  let done = false
  for await (const chunk of body as AsyncIterable<Buffer>) {
    yield done ? chunk : flipped(chunk)
    done = true
  }
}

async function* trickle(body: Readable, milliseconds: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of body as AsyncIterable<Buffer>) {
    await pause(milliseconds)
    yield chunk
  }
}

/** A copy of the bytes with one bit of the middle one turned. */
function flipped(body: unknown): Buffer {
  const copy = Buffer.from(body instanceof Uint8Array || typeof body === 'string' ? body : '')
  const middle = Math.floor(copy.length / 2)
  if (copy.length > 0) copy[middle] = (copy[middle] ?? 0) ^ 1
  return copy
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
