/** The way of a request that has been let in: cache first, then the origin. */
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { parseRange } from '../s3/ranges.ts'
import type { EdgeDecision } from '../sandbox.ts'
import type { Policies } from './behavior.ts'
import type { Cache, Entry } from './cache.ts'
import { errorLifetime, successLifetime } from './freshness.ts'
import { askOrigin, type OriginAnswer, type OriginRequest, type OriginWorld } from './origin.ts'
import { pathAndQuery, type ViewerRequest } from './viewer-request.ts'

export interface Content {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable
  readonly cache: EdgeDecision['cache']
  readonly key: string | undefined
  /** To be called when the body has been sent or given up. */
  release(): void
}

export interface ContentWorld extends OriginWorld {
  readonly cache: Cache
  /** Answers that are being asked for, by cache key: later requests wait for the head instead of asking too. */
  readonly pending: Map<string, Promise<unknown>>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** ErrorCachingMinTTL by status, in seconds. */
  readonly errorTtl: (status: number) => number | undefined
}

/** Objects above this many bytes pass through uncached: the cache is on the user's disk. */
const maxCached = 1024 ** 3

/** The headers that are answered from the cache rather than sent to the origin. */
const answeredHere = ['range', 'if-range', 'if-none-match', 'if-modified-since'] as const

type Question = Omit<OriginRequest, 'headers' | 'method'>

/** Answers a GET or HEAD, from the cache when it can. `path` in the question may be another than the viewer's. */
export async function cachedContent(world: ContentWorld, question: Question): Promise<Content> {
  const { viewer } = question
  const preconditions = viewer.headers['if-match'] ?? viewer.headers['if-unmodified-since']
  if (preconditions !== undefined) return passedContent(world, question)
  const key = cacheKey(viewer, question.path, question.policies)
  const ownKey = viewer.method === 'HEAD' ? `HEAD ${key}` : key

  for (;;) {
    const known = [world.cache.get(key), world.cache.get(ownKey)].filter((entry) => entry !== undefined)
    const fresh = known.find((entry) => world.now() < entry.expires)
    if (fresh !== undefined) return fromEntry(world, question, fresh, 'Hit')
    const others = world.pending.get(ownKey)
    if (others === undefined) {
      const asking = refresh(world, question, ownKey, known[0])
      world.pending.set(ownKey, asking)
      try {
        return await asking
      } finally {
        world.pending.delete(ownKey)
      }
    }
    await others.catch(() => {})
  }
}

/** Answers straight from the origin, with the viewer's method, headers and body. */
export async function passedContent(world: ContentWorld, question: Question): Promise<Content> {
  const answer = await askOrigin(world, { ...question, method: question.viewer.method, headers: {} })
  return fromOrigin(answer)
}

const fromOrigin = (answer: OriginAnswer): Content => ({
  ...answer,
  cache: answer.status >= 400 ? 'Error' : 'Miss',
  release: () => answer.body.destroy(),
})

/** What makes two requests the same to the cache. */
function cacheKey(viewer: ViewerRequest, path: string, { key }: Policies): string {
  const query = (viewer.url.query ?? '')
    .split('&')
    .filter((p) => p !== '' && key.query(p.split('=', 1)[0] ?? ''))
  const cookies = (viewer.headers.cookie ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '' && key.cookies(cookie.split('=', 1)[0] ?? ''))
  const headers = key.headers.map((name) => String(viewer.headers[name] ?? ''))
  const accepted = String(viewer.headers['accept-encoding'] ?? '')
  const encodings = key.encodings.filter((encoding) => accepted.includes(encoding))
  return JSON.stringify([path, query, cookies, headers, encodings])
}

/** Asks the origin, about a stale `entry` conditionally, and keeps what may be kept. */
async function refresh(
  world: ContentWorld,
  question: Question,
  key: string,
  entry: Entry | undefined,
): Promise<Content> {
  const { viewer, policies } = question
  const held = entry?.body.hold()
  try {
    const without = Object.fromEntries(answeredHere.map((name) => [name, undefined]))
    const etag = entry !== undefined && entry.status < 400 ? entry.headers.etag : undefined
    const headers: IncomingHttpHeaders = {
      ...without,
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    }
    const caching = policies.ttl.max > 0
    const answer = await askOrigin(world, {
      ...question,
      method: viewer.method,
      headers: caching ? headers : {},
    })
    const now = world.now()
    const lifetime = lifetimeOf(answer, world, policies)

    if (entry !== undefined && etag !== undefined && (answer.status === 304 || answer.status >= 500)) {
      answer.body.destroy()
      const fresh =
        answer.status === 304
          ? successLifetime({ ...entry.headers, ...answer.headers }, policies.ttl, now)
          : lifetime
      entry.expires = now + fresh * 1000
      return fromEntry(world, question, entry, answer.status === 304 ? 'RefreshHit' : 'Hit')
    }
    const length = viewer.method === 'HEAD' ? 0 : lengthOf(answer)
    if (lifetime > 0 && (length ?? 0) <= maxCached) {
      const kept = world.cache.put(
        key,
        {
          status: answer.status,
          headers: answer.headers,
          url: question.path + pathAndQuery(viewer.url).slice(viewer.url.path.length),
          key: answer.key,
          length,
          stored: now,
          expires: now + lifetime * 1000,
        },
        answer.body,
      )
      return fromEntry(world, question, kept, 'Miss')
    }
    if (!caching || answer.status >= 400 || answeredHere.every((name) => viewer.headers[name] === undefined))
      return fromOrigin(answer)
    answer.body.destroy()
    return passedContent(world, question)
  } finally {
    held?.()
  }
}

function lengthOf({ headers }: { readonly headers: Readonly<Record<string, string>> }): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

function lifetimeOf(answer: OriginAnswer, world: ContentWorld, { ttl }: Policies): number {
  return answer.status >= 400
    ? errorLifetime(answer.status, answer.headers, world.errorTtl(answer.status), ttl, world.now())
    : answer.status >= 300
      ? 0
      : successLifetime(answer.headers, ttl, world.now())
}

/** The answer for one request out of an entry: whole, a range, or Not Modified. */
async function fromEntry(
  world: ContentWorld,
  question: Question,
  entry: Entry,
  how: 'Hit' | 'Miss' | 'RefreshHit',
): Promise<Content> {
  const release = entry.body.hold()
  const age = Math.floor((world.now() - entry.stored) / 1000)
  const headers = how === 'Miss' ? entry.headers : { ...entry.headers, age: String(age) }
  const cache = entry.status >= 400 ? 'Error' : how
  const { viewer } = question
  const none = () => Readable.from([])
  const whole = { status: entry.status, headers, cache, key: entry.key, release } as const
  if (entry.status >= 400) return { ...whole, body: viewer.method === 'HEAD' ? none() : entry.body.read() }
  if (isUnmodified(viewer.headers, entry)) {
    const { 'content-length': _length, ...rest } = headers
    return { ...whole, status: 304, headers: rest, body: none() }
  }
  const size = entry.length ?? (await entry.body.complete)
  const range = rangeFor(viewer.headers, entry, size)
  if (range === 'unsatisfiable') {
    release()
    return passedContent(world, question)
  }
  if (range === undefined) return { ...whole, body: viewer.method === 'HEAD' ? none() : entry.body.read() }
  return {
    ...whole,
    status: 206,
    headers: {
      ...headers,
      'content-length': String(range.end - range.start),
      'content-range': `bytes ${range.start}-${range.end - 1}/${size}`,
    },
    body: viewer.method === 'HEAD' ? none() : entry.body.read(range.start, range.end),
  }
}

function isUnmodified(headers: IncomingHttpHeaders, entry: Entry): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined)
    return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim() === entry.headers.etag)
  const since = Date.parse(headers['if-modified-since'] ?? '')
  return Date.parse(entry.headers['last-modified'] ?? '') <= since
}

function rangeFor(headers: IncomingHttpHeaders, entry: Entry, size: number) {
  const condition = headers['if-range']
  if (
    condition !== undefined &&
    ![entry.headers.etag, entry.headers['last-modified']].includes(String(condition))
  )
    return undefined
  return parseRange(headers.range, size)
}
