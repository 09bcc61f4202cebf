import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { ListMultipartUploadsCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readAll } from '../../src/conformance/expect.ts'
import type { HandlerRequest } from '../../src/conformance/faults.ts'
import { randomSource } from '../../src/conformance/random.ts'
import type { S3Environment } from '../../src/drivers/s3.ts'
import { openS3Driver } from '../../src/drivers/s3.ts'
import { AccessDeniedError, PathNotFoundError } from '../../src/storage/driver.ts'
import {
  broken,
  type Change,
  operation,
  part,
  status,
  withBody,
  withHeaders,
  withXml,
} from '../conformance/mutants/server.ts'
import { startCeph } from '../support/ceph.ts'
import { peer } from '../support/peers.ts'
import { openTestBucket, type TestBucket } from './bucket.ts'

const mebibyte = 1_048_576
const random = randomSource(1, 'drivers')

/** An environment whose requests go through `change`. */
const through = (change: Change, more: S3Environment = {}): S3Environment => ({
  ...more,
  intercept: (inner) => broken(inner, change),
})

const lost = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

const radosgw = peer('ceph')

describe.each([
  { store: 'the sandbox', ceph: false },
  { store: 'Ceph', ceph: true },
])('the s3 driver on $store', ({ ceph }) => {
  let bucket: TestBucket
  let number = 0
  const root = () => `/t${++number}`
  beforeAll(async () => {
    if (!ceph) bucket = await openTestBucket()
    else if (radosgw !== undefined) bucket = await openTestBucket(await startCeph(radosgw))
  }, 120_000)
  afterAll(() => bucket?.close())
  beforeEach(({ skip }) => skip(ceph && radosgw === undefined))

  it('touches nothing that a store lists beside what was asked for', async () => {
    const asked: string[] = []
    const driver = await bucket.open(
      { rootdirectory: root() },
      through(async (request, pass) => {
        asked.push(operation(request))
        return withXml(await pass(), (xml) =>
          xml
            .replace(
              /(?=<\/ListBucketResult>)/,
              '<Contents><Key>foreign</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>',
            )
            .replace(
              /(?=<\/ListMultipartUploadsResult>)/,
              '<Upload><Key>foreign</Key><UploadId>1</UploadId></Upload>',
            ),
        )
      }),
    )
    await driver.putContent('/d/a', Buffer.from('a'))
    await expect(driver.delete('/d')).rejects.toThrow('the store listed others too')
    await expect(driver.walk('/d', () => undefined)).rejects.toThrow('the store listed others too')
    expect(asked).not.toContain('DeleteObjects')
    expect(await driver.inspector.openUploads()).toEqual([])
  })

  it('sends the calls of each driver through what was given to it, though the client is one for all', async () => {
    const clients = new Map()
    const asked: Record<string, string[]> = { one: [], other: [] }
    const open = (name: string, rootdirectory: string) =>
      bucket.open(
        { rootdirectory },
        through(
          (request, pass) => {
            asked[name]?.push(operation(request))
            return pass()
          },
          { clients },
        ),
      )
    const [one, other] = [await open('one', root()), await open('other', root())]
    const plain = await bucket.open({ rootdirectory: root() }, { clients })
    await Promise.all([one, other, plain].map((driver) => driver.putContent('/a', Buffer.from('a'))))
    await other.getContent('/a')
    await plain.delete('/a')
    // A walk asks with a signal.
    await one.walk('/', () => undefined)
    expect(clients.size).toBe(1)
    expect(asked).toEqual({ one: ['PutObject', 'ListObjectsV2'], other: ['PutObject', 'GetObject'] })
  })

  describe('an upload', () => {
    it('whose creation lost its answer leaves no second one', async () => {
      const rootdirectory = root()
      let lose = true
      const driver = await bucket.open(
        { rootdirectory },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'CreateMultipartUpload' || !lose) return answer
          lose = false
          throw lost()
        }),
      )
      const writer = await driver.writer('/data', { append: false })
      await writer.write(Buffer.from('first'))
      await writer.close()
      expect(lose).toBe(false)
      expect(await driver.inspector.openUploads()).toHaveLength(1)
      const again = await driver.writer('/data', { append: true })
      expect(again.size).toBe(5)
      await again.commit()
      await again.close()
      expect(await driver.inspector.openUploads()).toEqual([])
    })

    it('whose creation was given up and arrives late is neither resumed nor left', async () => {
      let late: (() => Promise<unknown>) | undefined
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          if (operation(request) !== 'CreateMultipartUpload' || late !== undefined) return pass()
          late = pass
          throw lost()
        }),
      )
      const writer = await driver.writer('/data', { append: false })
      await writer.write(Buffer.from('first'))
      await writer.close()
      await late?.()
      expect(await driver.inspector.openUploads()).toHaveLength(2)
      const again = await driver.writer('/data', { append: true })
      expect(again.size).toBe(5)
      await again.commit()
      await again.close()
      expect(await driver.inspector.openUploads()).toEqual([])
    })

    it('whose completion lost its answer is committed', async () => {
      let tries = 0
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'CompleteMultipartUpload' || ++tries > 1) return answer
          throw lost()
        }),
      )
      const writer = await driver.writer('/data', { append: false })
      await writer.write(Buffer.from('content'))
      await writer.commit()
      await writer.close()
      expect(tries).toBe(2)
      expect((await driver.getContent('/data')).toString()).toBe('content')
    })

    it('that cannot be completed is aborted, and the older content stays', async () => {
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) =>
          operation(request) === 'CompleteMultipartUpload' ? status(400, 'InvalidPart') : pass(),
        ),
      )
      await driver.putContent('/data', Buffer.from('older'))
      const writer = await driver.writer('/data', { append: false })
      await writer.write(Buffer.from('newer'))
      await expect(writer.commit()).rejects.toThrow('no')
      await writer.close()
      expect((await driver.getContent('/data')).toString()).toBe('older')
      expect(await driver.inspector.openUploads()).toEqual([])
    })

    it('sends its parts side by side, never more than its concurrency', async () => {
      let now = 0
      let most = 0
      const waiting: (() => void)[] = []
      const driver = await bucket.open(
        { rootdirectory: root(), chunksize: 5 * mebibyte },
        through(
          async (request, pass) => {
            if (operation(request) !== 'UploadPart') return pass()
            most = Math.max(most, ++now)
            // The first three wait for one another: without parallel parts this would never end.
            if (part(request) <= 3) {
              await new Promise<void>((resolve) => {
                waiting.push(resolve)
                if (waiting.length === 3) for (const go of waiting) go()
              })
            }
            const answer = await pass()
            now -= 1
            return answer
          },
          { concurrency: 3 },
        ),
      )
      const bytes = random.bytes(31 * mebibyte)
      const writer = await driver.writer('/data', { append: false })
      await writer.write(bytes)
      await writer.commit()
      await writer.close()
      expect(most).toBe(3)
      expect((await driver.getContent('/data')).equals(bytes)).toBe(true)
    })

    it('takes no more than its parts in flight while the store is busy', async () => {
      let release = () => {}
      const gate = new Promise<void>((resolve) => {
        release = resolve
      })
      let sending = 0
      const driver = await bucket.open(
        { rootdirectory: root(), chunksize: 5 * mebibyte },
        through(
          async (request, pass) => {
            if (operation(request) === 'UploadPart' && ++sending <= 2) await gate
            return pass()
          },
          { concurrency: 2 },
        ),
      )
      const writer = await driver.writer('/data', { append: false })
      let taken = 0
      const writing = (async () => {
        for (; taken < 24; taken++) await writer.write(random.bytes(mebibyte))
      })()
      while (sending < 2) await new Promise(setImmediate)
      for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
      expect(taken).toBeLessThanOrEqual(10)
      release()
      await writing
      await writer.commit()
      await writer.close()
      expect((await driver.stat('/data')).size).toBe(24 * mebibyte)
    })

    it('of more than a thousand parts goes on with all of them', async () => {
      const xml = (name: string, inside: string) => withBody(status(200, ''), `<${name}>${inside}</${name}>`)
      const parts = (from: number, to: number, more: string) =>
        xml(
          'ListPartsResult',
          Array.from(
            { length: to - from + 1 },
            (_, index) =>
              `<Part><PartNumber>${from + index}</PartNumber><ETag>"${from + index}"</ETag><Size>${5 * mebibyte}</Size></Part>`,
          ).join('') + more,
        )
      let completed = ''
      const driver = await bucket.open(
        { rootdirectory: '', chunksize: 5 * mebibyte },
        through(async (request) => {
          switch (operation(request)) {
            case 'ListMultipartUploads':
              return xml(
                'ListMultipartUploadsResult',
                '<Upload><Key>data</Key><UploadId>1</UploadId><Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload>',
              )
            case 'ListParts':
              return request.query?.['part-number-marker'] === '1000'
                ? parts(1001, 1004, '')
                : parts(
                    1,
                    1000,
                    '<IsTruncated>true</IsTruncated><NextPartNumberMarker>1000</NextPartNumberMarker>',
                  )
            case 'UploadPart':
              return withHeaders(status(200, ''), { etag: `"${part(request)}"` })
            case 'CompleteMultipartUpload':
              completed = String(request.body)
              return xml('CompleteMultipartUploadResult', '<ETag>"x"</ETag>')
            default:
              return operation(request) === 'ListObjectsV2'
                ? xml('ListBucketResult', '')
                : status(404, 'NoSuchKey')
          }
        }),
      )
      const writer = await driver.writer('/data', { append: true })
      expect(writer.size).toBe(1004 * 5 * mebibyte)
      await writer.write(Buffer.from('end'))
      await writer.commit()
      expect([...completed.matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number))).toEqual(
        Array.from({ length: 1005 }, (_, index) => index + 1),
      )
    })

    it('tells its whole size at once when it goes on from a tail of many chunks', async () => {
      const rootdirectory = root()
      const before = await bucket.open({ rootdirectory, chunksize: 64 * mebibyte })
      const bytes = random.bytes(32 * mebibyte)
      const writer = await before.writer('/data', { append: false })
      await writer.write(bytes)
      await writer.close()
      const after = await bucket.open({ rootdirectory, chunksize: 5 * mebibyte }, { concurrency: 2 })
      const again = await after.writer('/data', { append: true })
      expect(again.size).toBe(bytes.length)
      await again.write(Buffer.from('end'))
      await again.commit()
      expect(again.size).toBe(bytes.length + 3)
      expect((await after.stat('/data')).size).toBe(bytes.length + 3)
    })

    it('whose part fails says so at the next write, and can be cancelled', async () => {
      const driver = await bucket.open(
        { rootdirectory: root(), chunksize: 5 * mebibyte },
        through(async (request, pass) =>
          operation(request) === 'UploadPart' && part(request) === 1 ? status(400, 'InvalidRequest') : pass(),
        ),
      )
      const writer = await driver.writer('/data', { append: false })
      await writer.write(random.bytes(6 * mebibyte))
      await expect(writer.commit()).rejects.toThrow('no')
      await writer.cancel()
      await writer.close()
      expect(await driver.inspector.openUploads()).toEqual([])
    })

    it('leaves no object of its own behind, whatever its end', async () => {
      const rootdirectory = root()
      const driver = await bucket.open({ rootdirectory })
      for (const end of ['commit', 'cancel'] as const) {
        const first = await driver.writer(`/${end}`, { append: false })
        await first.write(Buffer.from('tail'))
        await first.close()
        const second = await driver.writer(`/${end}`, { append: true })
        await second[end]()
        await second.close()
      }
      const keys: string[] = []
      for (const { path } of await objects(rootdirectory)) keys.push(path)
      expect(keys).toEqual([`${rootdirectory.slice(1)}/commit`])
    })
  })

  async function objects(prefix: string) {
    const { ListObjectsV2Command } = await import('@aws-sdk/client-s3')
    const { Contents = [] } = await bucket.client.send(
      new ListObjectsV2Command({ Bucket: bucket.bucket, Prefix: `${prefix.slice(1)}/` }),
    )
    return Contents.map(({ Key = '' }) => ({ path: Key }))
  }

  describe('a reader', () => {
    it('whose connection is cut goes on at the byte where it stopped, under If-Match', async () => {
      const asked: HandlerRequest[] = []
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'GetObject') return answer
          asked.push(request)
          if (asked.length > 2) return answer
          const body = answer.response.body as AsyncIterable<Buffer>
          const cut = async function* () {
            for await (const chunk of body) {
              yield chunk.subarray(0, 1000)
              throw lost()
            }
          }
          return { response: { ...answer.response, body: Readable.from(cut(), { objectMode: false }) } }
        }),
      )
      const bytes = random.bytes(300_000)
      await driver.putContent('/data', bytes)
      expect((await readAll(await driver.reader('/data', 0))).equals(bytes)).toBe(true)
      expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=1000-', 'bytes=2000-'])
      expect(asked.slice(1).every(({ headers }) => /^"[0-9a-f]{32}"$/.test(headers['if-match'] ?? ''))).toBe(
        true,
      )
    })

    it('of what is not there says so also when that answer is cut', async () => {
      let cut = 0
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (_, pass) => {
          const { response } = await pass()
          if (response.statusCode !== 404 || ++cut > 1) return { response }
          const broken = async function* () {
            yield Buffer.from('<Err')
            throw lost()
          }
          return { response: { ...response, body: Readable.from(broken(), { objectMode: false }) } }
        }),
      )
      await expect(driver.getContent('/none')).rejects.toThrow(PathNotFoundError)
      expect(cut).toBe(2)
    })

    it('whose connection falls silent asks for the rest', async () => {
      const bytes = random.bytes(4000)
      const ranges: (string | undefined)[] = []
      const server = createServer((request, response) => {
        ranges.push(request.headers.range)
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0])
        response.writeHead(from === 0 ? 200 : 206, {
          etag: '"1"',
          'content-length': bytes.length - from,
          ...(from > 0 && { 'content-range': `bytes ${from}-3999/4000` }),
        })
        // The first answer stops in its middle, and the connection stays.
        if (from === 0) response.write(bytes.subarray(0, 2000))
        else response.end(bytes.subarray(from))
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const { port } = server.address() as { port: number }
      const driver = await bucket.open({ regionendpoint: `http://127.0.0.1:${port}` }, { silence: 100 })
      expect((await readAll(await driver.reader('/data', 0))).equals(bytes)).toBe(true)
      expect(ranges).toEqual([undefined, 'bytes=2000-'])
      server.closeAllConnections()
      server.close()
    })

    it('never joins two versions', async () => {
      const rootdirectory = root()
      const good = await bucket.open({ rootdirectory })
      let cuts = 0
      const driver = await bucket.open(
        { rootdirectory },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'GetObject' || ++cuts > 1) return answer
          const bytes = await readAll(answer.response.body as never)
          await good.putContent('/data', random.bytes(5000))
          return withBody(
            { response: { ...answer.response, headers: { ...answer.response.headers } } },
            bytes.subarray(0, 1000),
          )
        }),
      )
      await good.putContent('/data', random.bytes(5000))
      // The length is that of the whole, so that what came counts as cut.
      const reader = await driver.reader('/data', 0)
      const read = readAll(reader)
      const outcome = await read.then((bytes) => bytes.length, String)
      expect([
        1000,
        'DamagedError: s3aws: /data changed while it was read',
        'DamagedError: s3aws: /data arrived damaged',
      ]).toContainEqual(typeof outcome === 'string' ? outcome.replace(/: its CRC32.*/, '') : outcome)
      expect(outcome).not.toBe(5000)
    })

    it('reads no further ahead than the stream may hold', async () => {
      const driver = await bucket.open({ rootdirectory: root(), chunksize: 8 * mebibyte })
      const bytes = random.bytes(8 * mebibyte)
      await driver.putContent('/data', bytes)
      const reader = await driver.reader('/data', 0)
      await once(reader, 'readable')
      for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate)
      // One chunk of a connection beyond it.
      expect(reader.readableLength).toBeLessThanOrEqual(reader.readableHighWaterMark + 65_536)
      const chunks: Buffer[] = []
      for await (const chunk of reader) chunks.push(chunk as Buffer)
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    })

    it('reads content again that arrived damaged, where the store keeps checksums', async () => {
      let reads = 0
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'GetObject' || ++reads > 1) return answer
          const bytes = await readAll(answer.response.body as never)
          bytes[0] = (bytes[0] ?? 0) ^ 1
          return withBody(answer, bytes)
        }),
      )
      await driver.putContent('/data', Buffer.from('content'))
      // Ceph keeps none of the driver's, and nothing tells: docs/conformance.md says so.
      expect((await driver.getContent('/data')).toString()).toBe(ceph ? 'bontent' : 'content')
      expect(reads).toBe(ceph ? 1 : 2)
    })

    it.each([
      ['before its first byte', 0],
      ['after its first byte', 1],
    ])('that is left %s frees its connection', async (_, chunks) => {
      const bodies: Readable[] = []
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) === 'GetObject') bodies.push(answer.response.body as Readable)
          return answer
        }),
      )
      await driver.putContent('/data', random.bytes(3_000_000))
      const reader = await driver.reader('/data', 0)
      for (let count = 0; count < chunks; count++) await once(reader, 'readable').then(() => reader.read())
      reader.destroy()
      await once(reader, 'close')
      expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true])
    })

    it('is whole when its connection breaks after the last byte', async () => {
      let gets = 0
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'GetObject') return answer
          gets += 1
          const body = answer.response.body as AsyncIterable<Buffer>
          const broken = async function* () {
            yield* body
            throw lost()
          }
          return { response: { ...answer.response, body: Readable.from(broken(), { objectMode: false }) } }
        }),
      )
      await driver.putContent('/data', Buffer.from('content'))
      expect((await readAll(await driver.reader('/data', 3))).toString()).toBe('tent')
      expect(gets).toBe(1)
    })

    it('says that the store ignored its range', async () => {
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          const answer = await pass()
          if (operation(request) !== 'GetObject' || request.headers.range === undefined) return answer
          const { 'content-range': _, ...headers } = answer.response.headers
          return withBody({ response: { ...answer.response, statusCode: 200, headers } }, 'whole content')
        }),
      )
      await driver.putContent('/data', Buffer.from('whole content'))
      await expect(driver.reader('/data', 6)).rejects.toThrow(
        /from byte 6 on, the store answered from byte 0/,
      )
    })
  })

  describe('a deletion', () => {
    it('reports every key that is left, and why', async () => {
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          if (operation(request) !== 'DeleteObjects') return pass()
          const keys = String(request.body).match(/<Key>.*?<\/Key>/gs) ?? []
          return withBody(
            status(200, ''),
            `<DeleteResult><Error>${keys[0]}<Code>MethodNotAllowed</Code><Message>locked</Message></Error></DeleteResult>`,
          )
        }),
      )
      for (const name of ['a', 'b', 'c']) await driver.putContent(`/d/${name}`, Buffer.from(name))
      await expect(driver.delete('/d')).rejects.toThrow(
        /1 of 3 keys under \/d were not deleted: t\d+\/d\/a: MethodNotAllowed \(locked\)/,
      )
    })

    it.each([
      ['a key again that the store could not delete just now', true],
      ['all again when the store does not name them', false],
    ])('tries %s', async (_, named) => {
      let first = true
      const driver = await bucket.open(
        { rootdirectory: root() },
        through(async (request, pass) => {
          if (operation(request) !== 'DeleteObjects' || !first) return pass()
          first = false
          const keys = String(request.body).match(/<Key>.*?<\/Key>/gs) ?? []
          return withBody(
            status(200, ''),
            `<DeleteResult>${keys.map((key) => `<Error>${named ? key : ''}<Code>InternalError</Code></Error>`).join('')}</DeleteResult>`,
          )
        }),
      )
      await driver.putContent('/d/a', Buffer.from('a'))
      await driver.delete('/d')
      await expect(driver.stat('/d')).rejects.toThrow(PathNotFoundError)
    })
  })

  it('aborts the upload of a copy that fails, and leaves its source', async () => {
    const sizes = { multipartcopythresholdsize: 5 * mebibyte, multipartcopychunksize: 5 * mebibyte }
    const driver = await bucket.open(
      { rootdirectory: root(), ...sizes },
      through(async (request, pass) =>
        operation(request) === 'UploadPartCopy' && part(request) === 2
          ? status(400, 'InvalidRequest')
          : pass(),
      ),
    )
    const bytes = random.bytes(11 * mebibyte)
    await driver.putContent('/source', bytes)
    await expect(driver.move('/source', '/dest')).rejects.toThrow('no')
    expect(
      (await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: bucket.bucket }))).Uploads ?? [],
    ).toEqual([])
    expect((await driver.getContent('/source')).equals(bytes)).toBe(true)
    await expect(driver.stat('/dest')).rejects.toThrow(PathNotFoundError)
  })

  it('copies what is too large for ten thousand parts of the wanted size in larger ones', async () => {
    const ranges: (string | undefined)[] = []
    const driver = await bucket.open(
      { rootdirectory: root(), multipartcopychunksize: 5 * mebibyte, multipartcopymaxconcurrency: 1 },
      through(async (request, pass) => {
        if (operation(request) === 'HeadObject')
          return withHeaders(status(200, ''), { 'content-length': String(60 * 2 ** 30), etag: '"1"' })
        if (operation(request) !== 'UploadPartCopy') return pass()
        ranges.push(request.headers['x-amz-copy-source-range'])
        return status(400, 'InvalidRequest')
      }),
    )
    await expect(driver.move('/source', '/dest')).rejects.toThrow('InvalidRequest')
    expect(ranges).toEqual(['bytes=0-6442450'])
  })

  it('names the region that only a header tells', async () => {
    const driver = await bucket.open(
      {},
      through(async () =>
        withHeaders(status(301, 'PermanentRedirect'), { 'x-amz-bucket-region': 'eu-west-3' }),
      ),
    )
    await expect(driver.getContent('/a')).rejects.toThrow('is not in us-east-1 but in eu-west-3')
  })

  describe('tells what is wrong, and the cure', () => {
    const quick = { patience: { total: 400, first: 400 } }

    it.each([
      ['a bucket that is not there', { bucket: 'nowhere' }, 'there is no bucket nowhere', /regctl init/],
      [
        'a wrong secret',
        { secretkey: 'wrong' },
        'does not accept the credentials (SignatureDoesNotMatch)',
        /clock/,
      ],
      [
        'an unknown key',
        { accesskey: 'unknown' },
        'does not accept the credentials (InvalidAccessKeyId)',
        /accesskey/,
      ],
      [
        'an address where nobody listens',
        { regionendpoint: 'http://127.0.0.1:1' },
        'no answer from http://127.0.0.1:1',
        /regionendpoint/,
      ],
    ])('for %s', async (_, parameters, message, cure) => {
      const driver = await bucket.open(parameters, quick)
      await expect(driver.getContent('/a')).rejects.toMatchObject({
        name: expect.stringMatching(/Failure|Error/),
        message: expect.stringContaining(message),
        remedy: { text: expect.stringMatching(cure) },
      })
    })

    it('for the wrong region, where the store has several', async () => {
      const driver = await bucket.open({ region: 'eu-west-1' }, quick)
      if (ceph) return expect(driver.getContent('/a')).rejects.toThrow(PathNotFoundError)
      await expect(driver.getContent('/a')).rejects.toMatchObject({
        message: expect.stringContaining('the bucket registry is not in eu-west-1 but in us-east-1'),
        remedy: { text: expect.stringMatching(/region/) },
      })
    })

    it('for an action that is not allowed', async () => {
      const deny = (action: string) => ({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: action,
            Resource: [`arn:aws:s3:::${bucket.bucket}/denied/*`],
          },
        ],
      })
      await bucket.client.send(
        new PutBucketPolicyCommand({ Bucket: bucket.bucket, Policy: JSON.stringify(deny('s3:PutObject')) }),
      )
      const driver = await bucket.open({ rootdirectory: '/denied' })
      await expect(driver.putContent('/a', Buffer.from('x'))).rejects.toMatchObject({
        action: 's3:PutObject',
        path: '/a',
      })
      await expect(driver.putContent('/a', Buffer.from('x'))).rejects.toBeInstanceOf(AccessDeniedError)
    })
  })

  it('keeps its keys under the root directory, however that is written', async () => {
    await bucket.client.send(
      new PutObjectCommand({ Bucket: bucket.bucket, Key: 'deep/root/docker/x', Body: 'x' }),
    )
    for (const rootdirectory of ['deep/root', '/deep/root', '/deep/root/', 'deep/root//']) {
      const driver = await bucket.open({ rootdirectory })
      expect(driver.s3BucketKey('/docker/x')).toBe('deep/root/docker/x')
      expect(await driver.list('/docker')).toEqual(['/docker/x'])
    }
    for (const rootdirectory of ['', '/'])
      expect((await bucket.open({ rootdirectory })).s3BucketKey('/a')).toBe('a')
  })

  it('logs requests without their signatures when the log level asks for it', async () => {
    const lines: string[] = []
    const driver = await bucket.open(
      { rootdirectory: root(), loglevel: 'debug' },
      { log: (line) => lines.push(line) },
    )
    await driver.putContent('/a', Buffer.from('x'))
    await driver.getContent('/none').catch(() => undefined)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^PutObjectCommand PUT \/registry\/t\d+\/a ok$/)
    expect(lines[1]).toMatch(/^GetObjectCommand GET .* 404 /)
    expect(lines.join()).not.toMatch(/Signature|AKIA/)
  })
})

it.each([1, 2])(
  'writes nothing new into part %i, refused before it was sent whole',
  async (refused) => {
    // More than the buffers of a connection take.
    const chunksize = 32 * mebibyte
    const heard: Promise<Buffer>[] = []
    let go = () => {}
    const later = new Promise<void>((resolve) => {
      go = resolve
    })
    const server = createServer(async (request, response) => {
      const answer = (code: number, body = '', headers = {}) => response.writeHead(code, headers).end(body)
      if (request.method === 'POST')
        return answer(
          200,
          '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>',
        )
      if (request.method !== 'PUT')
        return answer(request.method === 'DELETE' ? 204 : 200, '<ListBucketResult/>')
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      const whole = once(request, 'end').then(() => Buffer.concat(chunks))
      heard.push(whole)
      if (heard.length === refused) {
        request.once('data', () => {
          request.pause()
          answer(503, '<Error><Code>SlowDown</Code></Error>')
        })
        later.then(() => request.resume())
        return
      }
      if (request.url?.includes(`partNumber=${refused + 1}&`)) go()
      await whole
      answer(200, '', { etag: '"1"' })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const driver = await openS3Driver(
      {
        accesskey: 'a',
        secretkey: 'b',
        region: 'us-east-1',
        bucket: 'b',
        chunksize,
        regionendpoint: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
      },
      { concurrency: 1 },
    )
    const writer = await driver.writer('/data', { append: false })
    const letters = ['a', 'b', 'c'].slice(0, refused + 1)
    for (const letter of letters) await writer.write(Buffer.alloc(chunksize, letter))
    await writer.cancel()
    const bodies = (await Promise.all(heard)).map((body) => [
      body.length,
      body.toString('latin1', 0, 1),
      body.toString('latin1', chunksize - 1),
    ])
    const sent = letters.toSpliced(refused, 0, letters[refused - 1] as string)
    expect(bodies).toEqual(sent.map((letter) => [chunksize, letter, letter]))
    server.close()
    server.closeAllConnections()
  },
  60_000,
)

it('ends what it has asked for when a walk stops', async () => {
  const key = (index: number) =>
    `<Contents><Key>${index}/x</Key><LastModified>2026-01-31T12:00:00.000Z</LastModified><Size>1</Size></Contents>`
  const page = Array.from({ length: 1000 }, (_, index) => key(100_000 + index)).join('')
  const waiting: Promise<unknown>[] = []
  let asked: () => void = () => undefined
  const second = new Promise<void>((resolve) => {
    asked = resolve
  })
  const server = createServer((request, response) => {
    if (!/continuation-token|start-after|delimiter/.test(request.url ?? '')) {
      response.end(
        `<ListBucketResult>${page}<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>`,
      )
      return
    }
    // Not answered: only the one who asks can end it.
    waiting.push(once(response, 'close'))
    asked()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const regionendpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const given = { accesskey: 'a', secretkey: 'b', bucket: 'bkt', region: 'us-east-1' }
  const driver = await openS3Driver({ ...given, regionendpoint, forcepathstyle: true })
  let visited = 0
  await driver.walk('/', async () => {
    visited += 1
    await second
    return 'stop' as const
  })
  expect(visited).toBe(1)
  expect(waiting.length).toBeGreaterThan(0)
  await Promise.all(waiting)
  server.close()
})

describe('the endpoint', () => {
  const given = { accesskey: 'a', secretkey: 'b', bucket: 'bkt', region: 'eu-west-1' }
  it.each([
    [{ region: 'us-east-1' }, undefined, 'https://bkt.s3.us-east-1.amazonaws.com/k?'],
    [{}, undefined, 'https://bkt.s3.eu-west-1.amazonaws.com/k?'],
    [{ bucket: 'my.bkt' }, undefined, 'https://s3.eu-west-1.amazonaws.com/my.bkt/k?'],
    [{ forcepathstyle: true }, undefined, 'https://s3.eu-west-1.amazonaws.com/bkt/k?'],
    [{ secure: false }, undefined, 'http://bkt.s3.eu-west-1.amazonaws.com/k?'],
    [{ regionendpoint: 'http://minio:9000' }, '3.1.1', 'http://bkt.minio:9000/k?'],
    [{ regionendpoint: 'http://minio:9000' }, '2.8.3', 'http://minio:9000/bkt/k?'],
    [
      { regionendpoint: 'minio:9000', secure: false, forcepathstyle: true },
      undefined,
      'http://minio:9000/bkt/k?',
    ],
    [{ regionendpoint: 'http://10.0.0.1:9000' }, '3.1.1', 'http://10.0.0.1:9000/bkt/k?'],
    [{ accelerate: true }, undefined, 'https://bkt.s3-accelerate.amazonaws.com/k?'],
    [{ accelerate: true, forcepathstyle: true }, undefined, 'https://bkt.s3-accelerate.amazonaws.com/k?'],
    [{ usedualstack: true }, undefined, 'https://bkt.s3.dualstack.eu-west-1.amazonaws.com/k?'],
    [
      { usefipsendpoint: true, region: 'us-east-1' },
      undefined,
      'https://bkt.s3-fips.us-east-1.amazonaws.com/k?',
    ],
    [{ redirectendpoint: 'https://pub.example' }, 'main', 'https://bkt.pub.example/k?'],
    [{ redirectendpoint: 'https://pub.example', forcepathstyle: true }, 'main', 'https://pub.example/bkt/k?'],
    [{ redirectendpoint: 'https://pub.example' }, '3.1.1', 'https://bkt.s3.eu-west-1.amazonaws.com/k?'],
  ] as const)('for %j on %s begins with the right host', async (more, release, url) => {
    const driver = await openS3Driver({ ...given, ...more }, release === undefined ? {} : { release })
    const presigned = (await driver.redirectURL({ method: 'GET' }, '/k')) ?? ''
    expect(presigned.slice(0, url.length)).toBe(url)
    expect(presigned).toMatch(/X-Amz-Expires=1200&/)
  })

  it.each([
    [{ bucket: '' }, 'no bucket parameter provided'],
    [{ region: '' }, 'no region parameter provided'],
    [{ region: 'eu-nowhere-1' }, 'invalid region provided: eu-nowhere-1'],
    [
      { chunksize: 1_000_000 },
      'the chunksize 1000000 parameter should be a number between 5242880 and 5368709120 (inclusive)',
    ],
    [{ encrypt: 'yes' }, 'the encrypt parameter should be a boolean'],
    [{ storageclass: 'GLACIER' }, 'the storageclass parameter must be one of ['],
    [{ objectacl: 'Private' }, 'invalid value for objectacl parameter: Private'],
    [{ v4auth: false }, 'on Amazon S3 this storage driver can only be used with v4 authentication'],
    [{ regionendpoint: 'http://store', v4auth: false }, 'regctl signs with version 4 only'],
    [{ regionendpoint: 'http://' }, 'is not a URL'],
  ])('%j is refused in the registry’s words', async (more, message) => {
    await expect(openS3Driver({ ...given, ...more })).rejects.toThrow(message)
  })

  it.each([
    [{ accesskey: 'ASIAEXAMPLE' }, /session token/],
    [{ secretkey: '' }, /only one of accesskey and secretkey/i],
    [{ region: undefined, regionendpoint: 'http://store' }, /<nil>/],
  ])('%j is warned of', async (more, warning) => {
    const warnings: string[] = []
    await openS3Driver({ ...given, ...more }, { warn: (sentence) => warnings.push(sentence) })
    expect(warnings.join()).toMatch(warning)
  })
})
