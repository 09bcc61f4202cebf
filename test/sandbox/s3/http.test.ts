import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { target } from '../../../src/sandbox/s3/http.ts'
import { startS3, type TestS3 } from './server.ts'
import { amzDate, chunkedBody, presign, type Signing, sha256, signHeaders } from './sign.ts'

const Bucket = 'wire'
let server: TestS3
let client: S3Client
let signing: Signing
let intercepted: number | undefined

beforeAll(async () => {
  server = await startS3({
    intercept: () =>
      intercepted === undefined
        ? undefined
        : { status: intercepted, headers: { 'x-fault': 'yes' }, body: 'no' },
  })
  client = server.client()
  signing = { ...server.credentials, region: 'us-east-1', service: 's3', date: amzDate(Date.now()) }
  await client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => server.close())

interface Options {
  readonly headers?: Record<string, string>
  /** Sent, but not signed. */
  readonly bare?: OutgoingHttpHeaders
  readonly body?: Uint8Array
  readonly payload?: string
  readonly agent?: Agent
  readonly host?: string
}

/** A request signed by hand. */
async function send(method: string, path: string, options: Options = {}) {
  const { body = Buffer.alloc(0), payload = 'UNSIGNED-PAYLOAD' } = options
  const signed = signHeaders(
    signing,
    method,
    path,
    '',
    {
      host: options.host ?? `127.0.0.1:${server.port}`,
      'x-amz-content-sha256': payload,
      'x-amz-date': signing.date,
      ...options.headers,
    },
    payload,
  )
  return raw(
    method,
    path,
    { 'content-length': body.length, ...signed.headers, ...options.bare },
    body,
    options.agent,
  )
}

async function raw(
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body: Uint8Array,
  agent?: Agent,
) {
  const outgoing = request({
    host: '127.0.0.1',
    port: server.port,
    method,
    path,
    headers,
    ...(agent && { agent }),
  })
  const response = once(outgoing, 'response')
  outgoing.end(body)
  const [incoming] = (await response) as [IncomingMessage]
  // Tells connections apart.
  const port = incoming.socket.localPort
  return { status: incoming.statusCode, headers: incoming.headers, body: await text(incoming), port }
}

const codeOf = (answer: { readonly body: string }) => /<Code>(\w+)</.exec(answer.body)?.[1]

/** How many files of bytes the bucket has on disk. */
async function pieces(): Promise<number> {
  return (await readdir(join(server.directory, 'buckets', Bucket, 'pieces'))).length
}

describe('answers', () => {
  it('carry ids, server and date; errors say what and where', async () => {
    const answer = await send('GET', `/${Bucket}/none`)
    expect(answer.status).toBe(404)
    expect(answer.headers).toMatchObject({
      server: 'AmazonS3',
      'content-type': 'application/xml',
      'x-amz-request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
      'x-amz-id-2': expect.any(String),
      date: expect.stringMatching(/GMT$/),
    })
    expect(answer.body).toContain(
      '<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>none</Key>',
    )
    expect(answer.body).toContain(
      `<Resource>/${Bucket}/none</Resource><RequestId>${answer.headers['x-amz-request-id']}</RequestId>`,
    )
    expect(answer.body).toContain(`<HostId>${answer.headers['x-amz-id-2']}</HostId>`)
    const fine = await send('PUT', `/${Bucket}/fine`)
    expect(fine.headers).toMatchObject({
      server: 'AmazonS3',
      'x-amz-request-id': expect.any(String),
      'content-length': '0',
    })
  })

  it('to HEAD have no body, whatever went wrong', async () => {
    for (const path of [`/${Bucket}/none`, '/no-such-bucket', '/no-such-bucket/k']) {
      const answer = await send('HEAD', path)
      expect([answer.status, answer.body]).toEqual([404, ''])
    }
    const refused = await raw('HEAD', `/${Bucket}`, { authorization: 'AWS4-HMAC-SHA256 x' }, Buffer.alloc(0))
    expect([refused.status, refused.body]).toEqual([400, ''])
  })

  it('to a wrong region name the right one', async () => {
    const elsewhere = signHeaders(
      { ...signing, region: 'eu-west-1' },
      'HEAD',
      `/${Bucket}`,
      '',
      { host: 'h' },
      sha256(''),
    )
    const answer = await raw(
      'HEAD',
      `/${Bucket}`,
      { ...elsewhere.headers, 'x-amz-date': signing.date },
      Buffer.alloc(0),
    )
    expect(answer.headers['x-amz-bucket-region']).toBe('us-east-1')
  })

  it('to a range beyond the end tell the size', async () => {
    await send('PUT', `/${Bucket}/ten`, { body: Buffer.alloc(10) })
    const answer = await send('GET', `/${Bucket}/ten`, { bare: { range: 'bytes=10-' } })
    expect([answer.status, codeOf(answer)]).toEqual([416, 'InvalidRange'])
    expect(answer.body).toContain(
      '<RangeRequested>bytes=10-</RangeRequested><ActualObjectSize>10</ActualObjectSize>',
    )
    expect((await send('GET', `/${Bucket}/ten`, { bare: { range: 'bytes=0-1,3-4' } })).status).toBe(200)
  })

  it.each([
    ['OPTIONS', `/${Bucket}/k`, 403, 'AccessForbidden'],
    ['PATCH', `/${Bucket}/k`, 405, 'MethodNotAllowed'],
    ['POST', `/${Bucket}`, 501, 'NotImplemented'],
    ['POST', '/', 405, 'MethodNotAllowed'],
    ['GET', `/${Bucket}/%FF`, 400, 'InvalidURI'],
  ])('to %s %s are %i %s', async (method, path, status, code) => {
    const answer = await send(method, path)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })
})

describe('bodies', () => {
  const body = randomBytes(30_000)

  it('are held against the hash that was signed', async () => {
    const before = await pieces()
    const good = await send('PUT', `/${Bucket}/hash`, { body, payload: sha256(body) })
    expect(good.status).toBe(200)
    const bad = await send('PUT', `/${Bucket}/bad`, { body, payload: sha256('else') })
    expect([bad.status, codeOf(bad)]).toEqual([400, 'XAmzContentSHA256Mismatch'])
    expect((await send('HEAD', `/${Bucket}/bad`)).status).toBe(404)
    expect(await pieces()).toBe(before + 1)
  })

  interface Streamed {
    readonly trailer?: Record<string, string>
    readonly agent?: Agent
    readonly bare?: OutgoingHttpHeaders
    readonly chunks?: readonly Buffer[]
    /** Changes the framed body after it was signed. */
    readonly alter?: (framed: Buffer) => void
  }
  const thirds = [body.subarray(0, 10_000), body.subarray(10_000, 20_000), body.subarray(20_000)]

  async function streamed(key: string, { trailer, agent, bare, chunks = thirds, alter }: Streamed = {}) {
    const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`
    const headers = {
      host: `127.0.0.1:${server.port}`,
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': payload,
      'x-amz-date': signing.date,
      'x-amz-decoded-content-length': String(Buffer.concat(chunks).length),
      ...(trailer && { 'x-amz-trailer': Object.keys(trailer).join(',') }),
    }
    const path = `/${Bucket}/${key}`
    const signed = signHeaders(signing, 'PUT', path, '', headers, payload)
    const sent = chunkedBody(chunks, { signing, seed: signed.signature, ...(trailer && { trailer }) })
    alter?.(sent)
    return raw('PUT', path, { ...signed.headers, ...bare, 'content-length': sent.length }, sent, agent)
  }

  it('may come in signed chunks, with or without a signed trailer', async () => {
    expect((await streamed('chunks')).status).toBe(200)
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'chunks' }))
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
    expect(got.ContentEncoding).toBeUndefined()
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: 'sum', Body: body, ChecksumAlgorithm: 'SHA256' }),
    )
    const sum = put.ChecksumSHA256 ?? ''
    expect((await streamed('trailer', { trailer: { 'x-amz-checksum-sha256': sum } })).status).toBe(200)
    const none = Buffer.alloc(32).toString('base64')
    const wrong = await streamed('trailer2', { trailer: { 'x-amz-checksum-sha256': none } })
    expect([wrong.status, codeOf(wrong)]).toEqual([400, 'BadDigest'])
  })

  it.each([
    ['sent at once', {}],
    ['invited', { expect: '100-continue' }],
  ])('leave nothing behind when a chunk was altered, nor spoil the connection: %s', async (_, bare) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const before = await pieces()
    const answer = await streamed('altered', {
      agent,
      bare,
      // So long that the error comes while the body is still on its way.
      chunks: Array.from({ length: 50 }, () => randomBytes(100_000)),
      alter(framed) {
        framed[5000] = (framed[5000] ?? 0) ^ 1
      },
    })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SignatureDoesNotMatch'])
    const next = await send('HEAD', `/${Bucket}/altered`, { agent })
    expect([next.status, next.port]).toEqual([404, answer.port])
    expect(await pieces()).toBe(before)
    agent.destroy()
  })

  it('of another length than announced are refused', async () => {
    const unsigned = (length: number) =>
      send('PUT', `/${Bucket}/short`, {
        payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: { 'x-amz-decoded-content-length': String(length) },
        body: chunkedBody([body], { trailer: {} }),
      })
    expect((await unsigned(30_000)).status).toBe(200)
    for (const length of [29_999, 30_001]) {
      const answer = await unsigned(length)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'IncompleteBody'])
    }
  })

  it('must have the trailer they announce, and none that S3 does not know', async () => {
    const put = (announced: string, trailer: Record<string, string>) =>
      send('PUT', `/${Bucket}/trailer`, {
        payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: { 'x-amz-decoded-content-length': '30000', 'x-amz-trailer': announced },
        body: chunkedBody([body], { trailer }),
      })
    for (const [announced, trailer] of [
      ['x-amz-checksum-crc32', {}],
      ['x-amz-checksum-crc32', { 'x-amz-checksum-crc32': 'short' }],
      ['x-amz-meta-a', { 'x-amz-meta-a': 'b' }],
    ] as const) {
      const answer = await put(announced, trailer)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'InvalidRequest'])
    }
  })

  it('that break off leave nothing behind', async () => {
    const before = await pieces()
    const path = presign(signing, 'PUT', `/${Bucket}/broken`, 'h', 900)
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n`)
    socket.write(randomBytes(300_000))
    await vi.waitFor(async () => expect(await pieces()).toBe(before + 1))
    socket.destroy()
    await vi.waitFor(() =>
      expect(server.s3.log.at(-1)).toMatchObject({ path: expect.stringContaining('broken'), status: 400 }),
    )
    expect(await pieces()).toBe(before)
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: 'broken' }))).rejects.toMatchObject({
      name: 'NotFound',
    })
  })

  it('must have a length', async () => {
    const path = presign(signing, 'PUT', `/${Bucket}/k`, 'h', 900)
    const chunked = await raw('PUT', path, { host: 'h', 'transfer-encoding': 'chunked' }, body)
    expect([chunked.status, codeOf(chunked)]).toEqual([501, 'NotImplemented'])
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`PUT ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1.1 411 [\s\S]*MissingContentLength/)
  })

  it('that nobody reads do not spoil the connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const large = randomBytes(3_000_000)
    const refused = await send('PUT', '/no-such-bucket/k', { body: large, agent })
    expect(codeOf(refused)).toBe('NoSuchBucket')
    const next = await send('PUT', `/${Bucket}/after`, { body, agent })
    expect([next.status, next.port]).toEqual([200, refused.port])
    agent.destroy()
  })

  it('are invited when the request is good, and only then', async () => {
    const attempt = async (path: string) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: server.port,
        method: 'PUT',
        path,
        headers: { host: 'h', expect: '100-continue', 'content-length': 5 },
      })
      let invited = false
      outgoing.on('continue', () => {
        invited = true
        outgoing.end('hello')
      })
      outgoing.flushHeaders()
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      const answer = {
        status: response.statusCode,
        invited,
        connection: response.headers.connection,
        body: await text(response),
      }
      outgoing.destroy()
      return answer
    }
    expect(await attempt(presign(signing, 'PUT', `/${Bucket}/invited`, 'h', 900))).toMatchObject({
      status: 200,
      invited: true,
    })
    const unsigned = { status: 403, invited: false, connection: 'close' }
    expect(await attempt(`/${Bucket}/invited`)).toMatchObject(unsigned)
    const missing = { status: 404, invited: false, connection: 'close' }
    expect(await attempt(presign(signing, 'PUT', '/no-such-bucket/k', 'h', 900))).toMatchObject(missing)
  })
})

describe('a reader that has begun', () => {
  it('keeps the old bytes, whatever becomes of the object', async () => {
    const old = randomBytes(20_000_000)
    const put = (Body: Uint8Array) => client.send(new PutObjectCommand({ Bucket, Key: 'read', Body }))
    await put(old)
    const before = await pieces()
    const path = presign(signing, 'GET', `/${Bucket}/read`, 'h', 900)
    const outgoing = request({ host: '127.0.0.1', port: server.port, path, headers: { host: 'h' } }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    await put(randomBytes(100_000))
    const got: Buffer[] = []
    for await (const chunk of response) got.push(chunk)
    expect(Buffer.concat(got).equals(old)).toBe(true)
    // The old bytes go when the last reader is done.
    await vi.waitFor(async () => expect(await pieces()).toBe(before))
  })
})

describe('where a request goes', () => {
  it.each([
    ['/', '127.0.0.1:80', undefined, undefined],
    ['/bkt', 'localhost', 'bkt', undefined],
    ['/bkt/', 'localhost:9000', 'bkt', undefined],
    ['/bkt/a%20b//c?acl', '127.0.0.1', 'bkt', 'a b//c'],
    ['/a/b', 'bkt.localhost:9000', 'bkt', 'a/b'],
    ['/', 'bkt.localhost', 'bkt', undefined],
    ['/a', 'my.bkt.s3.eu-west-1.amazonaws.com', 'my.bkt', 'a'],
    ['/a', 'bkt.s3.amazonaws.com', 'bkt', 'a'],
    ['/a', 'bkt.s3.dualstack.us-east-1.amazonaws.com', 'bkt', 'a'],
    ['/bkt/a', 's3.us-east-1.amazonaws.com', 'bkt', 'a'],
    ['/bkt/a', 'other.127.0.0.1:9000', 'bkt', 'a'],
  ])('%s at %s', (path, host, bucket, key) => {
    expect(target(path, host)).toMatchObject({ bucket, key })
  })

  it('can be said by the host', async () => {
    const host = `${Bucket}.localhost:${server.port}`
    await send('PUT', '/by-host', { host, body: Buffer.from('x') })
    expect((await send('GET', `/${Bucket}/by-host`)).body).toBe('x')
  })
})

describe('the log', () => {
  it('tells who asked for what, without signatures', async () => {
    await raw('GET', `/${Bucket}/k`, {}, Buffer.alloc(0))
    await raw('GET', presign(signing, 'GET', '/', 'h', 900), { host: 'h' }, Buffer.alloc(0))
    await raw('GET', presign(signing, 'GET', '/', 'other', 900), { host: 'h' }, Buffer.alloc(0))
    const [anonymous, account, refused] = server.s3.log.slice(-3)
    expect(anonymous).toEqual({ method: 'GET', path: `/${Bucket}/k`, status: 403, caller: 'anonymous' })
    expect(account).toMatchObject({
      status: 200,
      caller: 'account',
      path: expect.stringContaining('X-Amz-Signature=[redacted]'),
    })
    expect(refused).toMatchObject({ status: 403, caller: 'refused' })
    expect(account?.path).not.toContain(server.credentials.accessKeyId)
  })
})

describe('an interception', () => {
  it('answers in place of S3, after the signature has been checked', async () => {
    intercepted = 503
    const answer = await send('GET', `/${Bucket}/k`)
    expect([answer.status, answer.headers['x-fault'], answer.body]).toEqual([503, 'yes', 'no'])
    expect((await raw('GET', '/', { authorization: 'AWS x' }, Buffer.alloc(0))).status).toBe(400)
    intercepted = undefined
  })
})
