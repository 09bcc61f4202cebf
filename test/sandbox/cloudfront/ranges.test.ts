import { createHash, randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { type FakeEdge, fakeEdge, object, s3Refusal } from './fake-edge.ts'
import { type Answer, send } from './support.ts'

let edge: FakeEdge | undefined
afterEach(() => edge?.close())

async function start(...[answer, options]: Parameters<typeof fakeEdge>): Promise<FakeEdge> {
  edge = await fakeEdge(answer, options)
  return edge
}

const cacheOf = (answer: Answer) => String(answer.headers['x-cache'])
const disabled = { CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad' }

describe('a range', () => {
  const body = '0123456789'
  const cases: readonly (readonly [string, number, string, string | undefined])[] = [
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-30', 206, body, 'bytes 0-9/10'],
    ['bytes=8-30', 206, '89', 'bytes 8-9/10'],
    ['bytes=4-2', 200, body, undefined],
    ['bytes=0-1,3-4', 200, body, undefined],
    ['bytes=a-b', 200, body, undefined],
    ['lines=0-1', 200, body, undefined],
  ]

  it.each(cases)(
    '%s is cut out of the cache and of a fresh answer: %i',
    async (range, status, text, contentRange) => {
      const { url, seen } = await start(object(body))
      for (const expected of ['Miss from cloudfront', 'Hit from cloudfront']) {
        const answer = await send(`${url}/a`, { headers: { range } })
        expect([answer.status, answer.text, cacheOf(answer)]).toEqual([status, text, expected])
        expect(answer.headers['content-range']).toBe(contentRange)
        expect(answer.headers['content-length']).toBe(String(text.length))
      }
      expect(seen.map(({ headers }) => headers.range)).toEqual([undefined])
    },
  )

  it('outside the object is refused by S3 each time, and not kept', async () => {
    const { url, seen } = await start((request) =>
      request.headers.range === 'bytes=10-'
        ? s3Refusal(416, 'InvalidRange', { 'Content-Range': 'bytes */10' })
        : object(body)(request),
    )
    await send(`${url}/a`)
    for (let i = 0; i < 2; i++) {
      const answer = await send(`${url}/a`, { headers: { range: 'bytes=10-' } })
      expect([answer.status, cacheOf(answer)]).toEqual([416, 'Error from cloudfront'])
      expect(answer.text).toContain('InvalidRange')
      expect(answer.headers.server).toBe('AmazonS3')
    }
    expect(seen.length).toBe(3)
    expect((await send(`${url}/a`)).status).toBe(200)
  })

  it('goes to the origin as it is when nothing is cached', async () => {
    const { url, seen } = await start(
      () => ({
        status: 206,
        headers: { 'Content-Range': 'bytes 2-4/10', 'Content-Length': '3' },
        body: Readable.from([Buffer.from('234')]),
      }),
      { behavior: disabled },
    )
    for (let i = 0; i < 2; i++) {
      const answer = await send(`${url}/a`, { headers: { range: 'bytes=2-4' } })
      expect([answer.status, answer.text, cacheOf(answer)]).toEqual([206, '234', 'Miss from cloudfront'])
    }
    expect(seen.map(({ headers }) => headers.range)).toEqual(['bytes=2-4', 'bytes=2-4'])
  })

  it('goes to the origin as it is when the object is too large for the cache', async () => {
    const size = 2 * 1024 ** 3
    const { url, seen } = await start((request) =>
      request.headers.range === undefined
        ? { status: 200, headers: { 'Content-Length': String(size) }, body: new PassThrough() }
        : {
            status: 206,
            headers: { 'Content-Range': `bytes 0-0/${size}`, 'Content-Length': '1' },
            body: Readable.from([Buffer.from('x')]),
          },
    )
    const answer = await send(`${url}/a`, { headers: { range: 'bytes=0-0' } })
    expect([answer.status, answer.text]).toEqual([206, 'x'])
    expect(seen.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=0-0'])
  })

  it('holds under If-Range for the same object only', async () => {
    const { url } = await start(object(body))
    const ask = (condition: string) =>
      send(`${url}/a`, { headers: { range: 'bytes=0-1', 'if-range': condition } })
    expect((await ask('"tag"')).status).toBe(206)
    expect((await ask('Thu, 01 Jan 2026 00:00:00 GMT')).status).toBe(206)
    expect((await ask('"other"')).text).toBe(body)
  })

  it('of a large body is exact, wherever it lies, by many readers at once', async () => {
    const large = randomBytes(3 * 1024 * 1024 + 17)
    const { url, seen } = await start(
      object(() => Readable.from([large.subarray(0, 1_000_000), large.subarray(1_000_000)]), {
        'Content-Length': String(large.length),
      }),
    )
    const ranges = Array.from({ length: 12 }, (_, i) => [i * 200_000, i * 200_000 + 700_000] as const)
    await Promise.all(
      ranges.map(async ([from, to]) => {
        const answer = await send(`${url}/a`, { headers: { range: `bytes=${from}-${to - 1}` } })
        expect(answer.body.equals(large.subarray(from, to))).toBe(true)
      }),
    )
    const whole = await send(`${url}/a`)
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    expect(hash(whole.body)).toBe(hash(large))
    expect(seen.length).toBe(1)
  })
})

describe('a conditional request', () => {
  it.each([
    [{ 'if-none-match': '"tag"' }, 304],
    [{ 'if-none-match': '"x", "tag"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],
    [{ 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 304],
    [{ 'if-modified-since': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' }, 200],
  ])('with %j is %i, fresh or from the cache', async (headers, status) => {
    const { url } = await start(object('content'))
    for (let i = 0; i < 2; i++) {
      const answer = await send(`${url}/a`, { headers: headers as unknown as Record<string, string> })
      expect([answer.status, answer.text]).toEqual([status, status === 304 ? '' : 'content'])
      expect(answer.headers.etag).toBe('"tag"')
    }
  })

  it('with If-Match is for the origin to judge', async () => {
    const { url, seen } = await start((request) =>
      request.headers['if-match'] === undefined
        ? object('content')(request)
        : s3Refusal(412, 'PreconditionFailed'),
    )
    await send(`${url}/a`)
    expect((await send(`${url}/a`, { headers: { 'if-match': '"x"' } })).status).toBe(412)
    expect(seen[1]?.headers['if-match']).toBe('"x"')
  })
})
