import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
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
const files = ({ cacheFolder }: FakeEdge) => readdirSync(join(cacheFolder, 'EDISTRIBUTION'))

describe('a repeated GET', () => {
  it('is a miss, then a hit with an age, without asking S3 again', async () => {
    const { url, seen, advance, log } = await start(object('content'))
    const first = await send(`${url}/a`)
    expect([first.status, first.text, cacheOf(first)]).toEqual([200, 'content', 'Miss from cloudfront'])
    expect(first.headers).not.toHaveProperty('age')
    advance(7)
    const second = await send(`${url}/a`)
    expect([second.status, second.text, cacheOf(second)]).toEqual([200, 'content', 'Hit from cloudfront'])
    expect(second.headers).toMatchObject({ age: '7', etag: '"tag"', 'content-length': '7' })
    expect(seen.length).toBe(1)
    expect(log.map(({ cache, originKey }) => [cache, originKey])).toEqual([
      ['Miss', 'a'],
      ['Hit', 'a'],
    ])
    expect(cacheOf(await send(`${url}/b`))).toBe('Miss from cloudfront')
  })

  it('is the same whatever its query, unless the policy puts that in the key', async () => {
    const one = await start(object('content'))
    await send(`${one.url}/a?x=1`)
    expect(cacheOf(await send(`${one.url}/a?x=2&Signature=abc`))).toBe('Hit from cloudfront')
    expect(one.seen[0]?.query).toBe('')
    await one.close()
    const values = { QueryString: true, Cookies: { Forward: 'none' } }
    const two = await start(object('content'), {
      behavior: { CachePolicyId: undefined, ForwardedValues: values, MinTTL: 0 },
    })
    await send(`${two.url}/a?x=1`)
    expect(cacheOf(await send(`${two.url}/a?x=2`))).toBe('Miss from cloudfront')
    expect(cacheOf(await send(`${two.url}/a?x=1&Expires=5`))).toBe('Hit from cloudfront')
    expect(two.seen.map(({ query }) => query)).toEqual(['x=1', 'x=2'])
  })

  it('is never a hit with caching disabled', async () => {
    const { url, seen } = await start(object('content'), { behavior: disabled })
    for (let i = 0; i < 2; i++) expect(cacheOf(await send(`${url}/a`))).toBe('Miss from cloudfront')
    expect(seen.length).toBe(2)
  })

  it('follows Cache-Control of the origin', async () => {
    const { url, seen, advance } = await start(object('content', { 'Cache-Control': 'max-age=5' }))
    await send(`${url}/a`)
    advance(4)
    expect(cacheOf(await send(`${url}/a`))).toBe('Hit from cloudfront')
    advance(2)
    expect(cacheOf(await send(`${url}/a`))).toBe('RefreshHit from cloudfront')
    expect(seen[1]?.headers['if-none-match']).toBe('"tag"')
    expect(cacheOf(await send(`${url}/a`))).toBe('Hit from cloudfront')
    expect(seen.length).toBe(2)
  })
})

describe('a stale answer', () => {
  it('is replaced when the origin has another one', async () => {
    let body = 'old'
    const { url, advance } = await start((request) => object(body, { ETag: `"${body}"` })(request))
    await send(`${url}/a`)
    body = 'new'
    advance(86_399)
    expect((await send(`${url}/a`)).text).toBe('old')
    advance(2)
    const answer = await send(`${url}/a`)
    expect([answer.text, cacheOf(answer)]).toEqual(['new', 'Miss from cloudfront'])
    expect((await send(`${url}/a`)).text).toBe('new')
  })

  it('is served while the origin fails', async () => {
    let broken = false
    const { url, seen, advance } = await start((request) =>
      broken ? s3Refusal(503, 'SlowDown') : object('content')(request),
    )
    await send(`${url}/a`)
    broken = true
    advance(86_401)
    for (let i = 0; i < 2; i++) expect((await send(`${url}/a`)).text).toBe('content')
    expect(seen.length).toBe(2)
    broken = false
    advance(11)
    expect(cacheOf(await send(`${url}/a`))).toBe('RefreshHit from cloudfront')
  })

  it('is gone when the origin has it no more', async () => {
    let gone = false
    const { url, advance } = await start((request) =>
      gone ? s3Refusal(404, 'NoSuchKey') : object('x')(request),
    )
    await send(`${url}/a`)
    gone = true
    advance(86_401)
    expect((await send(`${url}/a`)).status).toBe(404)
    expect((await send(`${url}/a`)).status).toBe(404)
  })
})

describe('requests during a miss', () => {
  it('wait for one fetch, and are served while the body still arrives', async () => {
    const source = new PassThrough()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { url, seen } = await start(async (request) => {
      await held
      return object(() => source, { 'Content-Length': '10' })(request)
    })
    const reads = Array.from(
      { length: 4 },
      () =>
        new Promise<{ first: Promise<string>; all: Promise<string>; cache: string }>((resolve) => {
          httpGet(`${url}/a`, { agent: false }, (response) => {
            let text = ''
            const first = new Promise<string>((ok) => response.once('data', (chunk) => ok(String(chunk))))
            response.on('data', (chunk) => {
              text += chunk
            })
            const all = new Promise<string>((ok) => response.on('end', () => ok(text)))
            resolve({ first, all, cache: String(response.headers['x-cache']) })
          })
        }),
    )
    source.write('12345')
    await vi.waitFor(() => expect(seen.length).toBe(1))
    // Time for the others to reach the edge; if they do not, the test only proves less.
    for (let i = 0; i < 200; i++) await new Promise(setImmediate)
    release()
    const responses = await Promise.all(reads)
    for (const { first } of responses) expect(await first).toBe('12345')
    source.end('67890')
    for (const { all } of responses) expect(await all).toBe('1234567890')
    expect(responses.map(({ cache }) => cache).sort()).toEqual([
      ...Array(3).fill('Hit from cloudfront'),
      'Miss from cloudfront',
    ])
    expect(seen.length).toBe(1)
  })

  it('are not held back by a client that reads nothing', async () => {
    const body = randomBytes(8 * 1024 * 1024)
    const { url } = await start(
      object(() => Readable.from([body]), { 'Content-Length': String(body.length) }),
    )
    const lazy = await new Promise<{ destroy(): void }>((resolve) =>
      httpGet(`${url}/a`, { agent: false }, (response) => resolve(response)),
    )
    const answer = await send(`${url}/a`)
    expect(answer.body.equals(body)).toBe(true)
    lazy.destroy()
  })

  it('are served by what a client left behind that went away', async () => {
    const source = new PassThrough()
    const { url, seen } = await start(object(() => source, { 'Content-Length': '6' }))
    source.write('abc')
    await new Promise<void>((resolve) => {
      const request = httpGet(`${url}/a`, { agent: false }, (response) => {
        response.once('data', () => request.destroy())
        response.once('close', resolve)
        response.on('error', () => {})
      })
    })
    source.end('def')
    const answer = await send(`${url}/a`)
    expect([answer.text, cacheOf(answer), seen.length]).toEqual(['abcdef', 'Hit from cloudfront', 1])
  })
})

describe('a body that breaks off', () => {
  it('ends the connection and is not kept', async () => {
    let broken = true
    const { url, seen } = await start((request) => {
      if (!broken) return object('whole')(request)
      const source = new PassThrough()
      source.write('par')
      setImmediate(() => source.destroy(new Error('gone')))
      return { status: 200, headers: { ETag: '"tag"', 'Content-Length': '5' }, body: source }
    })
    await expect(send(`${url}/a`)).rejects.toThrow()
    broken = false
    expect((await send(`${url}/a`)).text).toBe('whole')
    expect(seen.length).toBe(2)
  })

  it('is seen by its length', async () => {
    const { url, seen } = await start(() => ({
      status: 200,
      headers: { 'Content-Length': '5' },
      body: Readable.from([Buffer.from('abc')]),
    }))
    await expect(send(`${url}/a`)).rejects.toThrow()
    await expect(send(`${url}/a`)).rejects.toThrow()
    expect(seen.length).toBe(2)
  })
})

describe('a HEAD', () => {
  it('is answered from a cached GET, and kept itself when there is none', async () => {
    const { url, seen } = await start(object('content'))
    const first = await send(`${url}/a`, { method: 'HEAD' })
    expect([first.status, first.text, first.headers['content-length'], cacheOf(first)]).toEqual([
      200,
      '',
      '7',
      'Miss from cloudfront',
    ])
    expect(cacheOf(await send(`${url}/a`, { method: 'HEAD' }))).toBe('Hit from cloudfront')
    expect(cacheOf(await send(`${url}/a`))).toBe('Miss from cloudfront')
    expect((await send(`${url}/a`)).text).toBe('content')
    expect(seen.map(({ method }) => method)).toEqual(['HEAD', 'GET'])
    await send(`${url}/b`)
    const second = await send(`${url}/b`, { method: 'HEAD' })
    expect([cacheOf(second), second.headers['content-length'], second.text]).toEqual([
      'Hit from cloudfront',
      '7',
      '',
    ])
  })
})

describe('an error of the origin', () => {
  const errors = (...items: object[]) => ({
    CustomErrorResponses: { Quantity: items.length, Items: { CustomErrorResponse: items } },
  })
  const cases: readonly (readonly [number, object[], number])[] = [
    [404, [], 10],
    [503, [], 10],
    [404, [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }], 0],
    [404, [{ ErrorCode: 404, ErrorCachingMinTTL: 30 }], 30],
    [404, [{ ErrorCode: 503, ErrorCachingMinTTL: 30 }], 10],
    [403, [], 0],
    [403, [{ ErrorCode: 403, ErrorCachingMinTTL: 30 }], 30],
    [400, [], 0],
  ]

  it.each(cases)('%i with %j is passed through, and kept for %i s', async (status, items, seconds) => {
    const { url, seen, advance } = await start(() => s3Refusal(status, 'Code'), { config: errors(...items) })
    const ask = async () => {
      const answer = await send(`${url}/a`)
      expect([answer.status, cacheOf(answer)]).toEqual([status, 'Error from cloudfront'])
      expect(answer.headers.server).toBe('AmazonS3')
      expect(answer.text).toContain('<RequestId>r</RequestId>')
    }
    await ask()
    if (seconds > 0) {
      advance(seconds - 1)
      await ask()
      expect(seen.length).toBe(1)
    }
    advance(2)
    await ask()
    expect(seen.length).toBe(2)
  })

  it('is kept with caching disabled too', async () => {
    const { url, seen } = await start(() => s3Refusal(404, 'NoSuchKey'), { behavior: disabled })
    for (let i = 0; i < 2; i++) expect((await send(`${url}/a`)).status).toBe(404)
    expect(seen.length).toBe(1)
  })

  it('is replaced by a page when the distribution says so', async () => {
    const page = {
      ErrorCode: 404,
      ResponseCode: '200',
      ResponsePagePath: '/error.html',
      ErrorCachingMinTTL: 5,
    }
    const { url } = await start(
      (request) => (request.key === 'error.html' ? object('sorry')(request) : s3Refusal(404, 'NoSuchKey')),
      { config: errors(page) },
    )
    const answer = await send(`${url}/a`)
    expect([answer.status, answer.text, cacheOf(answer)]).toEqual([200, 'sorry', 'Error from cloudfront'])
  })

  it('stays when the page is missing too', async () => {
    const page = { ErrorCode: 404, ResponseCode: '200', ResponsePagePath: '/error.html' }
    const { url } = await start(() => s3Refusal(404, 'NoSuchKey'), { config: errors(page) })
    expect((await send(`${url}/a`)).status).toBe(404)
  })

  it('has no body for HEAD', async () => {
    const { url } = await start(() => s3Refusal(404, 'NoSuchKey'))
    const answer = await send(`${url}/a`, { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([404, ''])
  })

  it('that is a crash of S3 is a 502 page of the edge', async () => {
    const { url, log } = await start(() => {
      throw new Error('boom')
    })
    const answer = await send(`${url}/a`)
    expect(answer.status).toBe(502)
    expect(answer.text).toContain("We can't connect to the server for this app")
    expect(answer.text).not.toContain('boom')
    expect(log).toHaveLength(1)
  })
})

describe('an invalidation', () => {
  it.each([
    [['/a/1'], ['/a/2', '/b']],
    [['/a/*'], ['/b']],
    [['/*'], []],
    [['/a/1', '/b'], ['/a/2']],
    [['/a'], ['/a/1', '/a/2', '/b']],
  ])('of %j leaves %j, and no file of the others', async (paths, left) => {
    const all = ['/a/1', '/a/2', '/b']
    const started = await start(object('content'))
    for (const path of all) await send(started.url + path)
    await started.invalidate(...paths)
    await vi.waitFor(() => expect(files(started).length).toBe(left.length))
    for (const path of all) {
      const expected = left.includes(path) ? 'Hit from cloudfront' : 'Miss from cloudfront'
      expect(cacheOf(await send(started.url + path))).toBe(expected)
    }
  })

  it('does not break an answer on its way, and is not undone by it', async () => {
    const source = new PassThrough()
    const { url, invalidate, seen } = await start(object(() => source, { 'Content-Length': '6' }))
    source.write('abc')
    const running = new Promise<string>((resolve) => {
      httpGet(`${url}/a`, { agent: false }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
          if (text === 'abc') void invalidate('/a').then(() => source.end('def'))
        })
        response.on('end', () => resolve(text))
      })
    })
    expect(await running).toBe('abcdef')
    const again = send(`${url}/a`).catch(() => undefined)
    await vi.waitFor(() => expect(seen.length).toBe(2))
    await again
  })
})
