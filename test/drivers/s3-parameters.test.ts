import { once } from 'node:events'
import { request as send } from 'node:http'
import { createServer } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HandlerRequest } from '../../src/conformance/faults.ts'
import { randomSource } from '../../src/conformance/random.ts'
import { openS3Driver } from '../../src/drivers/s3.ts'
import { readS3Settings } from '../../src/drivers/s3-parameters.ts'
import type { Release } from '../../src/registry-config/releases.ts'
import { createAuthority, issueCertificate } from '../../src/sandbox/certificate.ts'
import { broken, operation, part } from '../conformance/mutants/server.ts'
import { openTestBucket, type TestBucket } from './bucket.ts'

const mebibyte = 1_048_576
const random = randomSource(1, 'parameters')

let bucket: TestBucket
let number = 0
beforeAll(async () => {
  bucket = await openTestBucket()
})
afterAll(() => bucket.close())

/** A driver of its own, and the requests that it makes. */
async function watched(parameters: Readonly<Record<string, unknown>>, release?: Release) {
  const requests: HandlerRequest[] = []
  const driver = await bucket.open(
    { rootdirectory: `/p${++number}`, ...parameters },
    {
      ...(release && { release }),
      intercept: (inner) =>
        broken(inner, (request, pass) => {
          requests.push(request)
          return pass()
        }),
    },
  )
  const headers = (name: string, ...operations: readonly string[]) =>
    requests
      .filter((request) => operations.includes(operation(request)))
      .map((request) => request.headers[name])
  return { driver, requests, headers }
}

/** Writes an object in each of the three ways: put, upload, copy. */
async function writeEachWay({ driver }: Awaited<ReturnType<typeof watched>>): Promise<void> {
  await driver.putContent('/put', Buffer.from('x'))
  const writer = await driver.writer('/upload', { append: false })
  await writer.commit()
  await writer.close()
  await driver.move('/put', '/copy')
}
const writes = ['PutObject', 'CreateMultipartUpload', 'CopyObject']

describe('every way of writing an object sends', () => {
  it.each([
    ['objectacl', 'private', 'x-amz-acl', 'private'],
    ['objectacl', undefined, 'x-amz-acl', 'private'],
    ['objectacl', 'bucket-owner-full-control', 'x-amz-acl', 'bucket-owner-full-control'],
    ['storageclass', undefined, 'x-amz-storage-class', 'STANDARD'],
    ['storageclass', 'reduced_redundancy', 'x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ['storageclass', 'NONE', 'x-amz-storage-class', undefined],
    ['encrypt', true, 'x-amz-server-side-encryption', 'AES256'],
    ['encrypt', 'T', 'x-amz-server-side-encryption', 'AES256'],
    ['encrypt', false, 'x-amz-server-side-encryption', undefined],
  ])('%s: %j as %s: %s', async (name, value, header, sent) => {
    const store = await watched({ [name]: value })
    await writeEachWay(store)
    expect(store.headers(header, ...writes)).toEqual([sent, sent, sent])
  })

  it('the key with encrypt', async () => {
    const store = await watched({ encrypt: true, keyid: 'alias/registry' })
    await writeEachWay(store)
    expect(store.headers('x-amz-server-side-encryption', ...writes)).toEqual([
      'aws:kms',
      'aws:kms',
      'aws:kms',
    ])
    const name = 'x-amz-server-side-encryption-aws-kms-key-id'
    expect(store.headers(name, ...writes)).toEqual(Array(3).fill('alias/registry'))
  })

  it('the key without encrypt too, as the registry does', async () => {
    const requests: HandlerRequest[] = []
    const driver = await bucket.open(
      { keyid: 'alias/registry' },
      {
        intercept: (inner) =>
          broken(inner, async (request) => {
            requests.push(request)
            throw Object.assign(new Error('enough'), { name: 'AbortError' })
          }),
      },
    )
    await expect(driver.putContent('/a', Buffer.from('x'))).rejects.toThrow('enough')
    expect(requests[0]?.headers).toMatchObject({
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/registry',
    })
    expect(requests[0]?.headers).not.toHaveProperty('x-amz-server-side-encryption')
  })
})

describe('sizes', () => {
  it('chunksize is the size of every part but the last', async () => {
    const store = await watched({ chunksize: String(6 * mebibyte) })
    const writer = await store.driver.writer('/data', { append: false })
    await writer.write(random.bytes(13 * mebibyte))
    await writer.commit()
    await writer.close()
    const sizes = store.requests
      .filter((request) => operation(request) === 'UploadPart')
      .map((request) => [part(request), (request.body as Uint8Array).length / mebibyte])
    expect(sizes.sort()).toEqual([
      [1, 6],
      [2, 6],
      [3, 1],
    ])
  })

  it('the largest chunksize costs little content no memory', async () => {
    const { driver } = await watched({ chunksize: 5_368_709_120 })
    const before = process.memoryUsage().arrayBuffers
    const writer = await driver.writer('/data', { append: false })
    await writer.write(Buffer.from('little'))
    await writer.write(random.bytes(300_000))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * mebibyte)
    await writer.commit()
    await writer.close()
    expect((await driver.stat('/data')).size).toBe(300_006)
  })

  it.each([
    ['at the threshold in one call', 10 * mebibyte, ['CopyObject']],
    [
      'above it part by part',
      10 * mebibyte - 1,
      ['UploadPartCopy bytes=0-6291455', 'UploadPartCopy bytes=6291456-10485759'],
    ],
  ])('a copy is made %s', async (_, threshold, expected) => {
    const store = await watched({
      multipartcopythresholdsize: threshold,
      multipartcopychunksize: 6 * mebibyte,
      multipartcopymaxconcurrency: 1,
    })
    await store.driver.putContent('/source', random.bytes(10 * mebibyte))
    await store.driver.move('/source', '/dest')
    const copies = store.requests
      .filter((request) => operation(request).includes('Copy'))
      .map((request) => `${operation(request)} ${request.headers['x-amz-copy-source-range'] ?? ''}`.trim())
    expect(copies).toEqual(expected)
  })

  it.each([1, 2])('copies at most %i parts at a time', async (most) => {
    let now = 0
    let seen = 0
    const driver = await bucket.open(
      {
        rootdirectory: `/p${++number}`,
        multipartcopythresholdsize: 0,
        multipartcopychunksize: 5 * mebibyte,
        multipartcopymaxconcurrency: most,
      },
      {
        intercept: (inner) =>
          broken(inner, async (request, pass) => {
            if (operation(request) !== 'UploadPartCopy') return pass()
            seen = Math.max(seen, ++now)
            // Lets the others begin, if they may.
            await new Promise(setImmediate)
            const answer = await pass()
            now -= 1
            return answer
          }),
      },
    )
    await driver.putContent('/source', random.bytes(21 * mebibyte))
    await driver.move('/source', '/dest')
    expect(seen).toBe(most)
  })
})

describe('useragent', () => {
  it.each([
    ['3.1.1', 'mine/1', true],
    ['3.1.1', 17, true],
    ['2.8.3', 'mine/1', false],
  ] as const)('on %s: %j is sent: %s', async (release, useragent, sent) => {
    const store = await watched({ useragent }, release)
    await store.driver.putContent('/a', Buffer.from('x'))
    expect(store.requests[0]?.headers['user-agent']?.includes(String(useragent))).toBe(sent)
  })
})

describe('skipverify', () => {
  let close: () => void
  let endpoint = ''
  beforeAll(async () => {
    const target = new URL(String(bucket.parameters.regionendpoint))
    const { certificate: cert, privateKey: key } = await issueCertificate(await createAuthority())
    const server = createServer({ cert, key }, (incoming, outgoing) => {
      const inner = send(
        {
          host: target.hostname,
          port: target.port,
          method: incoming.method,
          path: incoming.url,
          headers: incoming.headers,
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
          answer.pipe(outgoing)
        },
      )
      incoming.pipe(inner)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    endpoint = `https://127.0.0.1:${(server.address() as { port: number }).port}`
    close = () => {
      server.closeAllConnections()
      server.close()
    }
  })
  afterAll(() => close())

  it('true takes any certificate', async () => {
    const driver = await bucket.open({ regionendpoint: endpoint, skipverify: true, rootdirectory: '/tls' })
    await driver.putContent('/a', Buffer.from('x'))
    expect((await driver.getContent('/a')).toString()).toBe('x')
  })

  it('false refuses one of an unknown authority, with the cure', async () => {
    const driver = await bucket.open({ regionendpoint: endpoint })
    await expect(driver.getContent('/a')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/no answer from https:.*certificate/),
      remedy: { text: expect.stringContaining('NODE_EXTRA_CA_CERTS') },
    })
  })
})

it('a store that says nothing is out of reach, in words of ours', async () => {
  const silent = () => {
    const error = new Error('@smithy/node-http-handler - the request socket timed out after 30000 ms')
    return Promise.reject(Object.assign(error, { name: 'TimeoutError' }))
  }
  const driver = await openS3Driver(
    {
      bucket: 'bkt',
      region: 'eu-west-1',
      regionendpoint: 'http://127.0.0.1:1',
      accesskey: 'a',
      secretkey: 'b',
    },
    {
      patience: { total: 1, first: 1 },
      intercept: (inner) => Object.assign(Object.create(inner), { handle: silent }),
    },
  )
  await expect(driver.putContent('/a', Buffer.from('x'))).rejects.toMatchObject({
    kind: 'unreachable',
    message: 's3: no answer from http://127.0.0.1:1: nothing came for a while',
    remedy: { text: expect.stringContaining('regionendpoint') },
  })
})

describe('credentials', () => {
  const role = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }
  it.each([
    [
      '2.8.3',
      {},
      role,
      /AWS_WEB_IDENTITY_TOKEN_FILE is set, which regctl follows and registry 2.8.3 does not/,
    ],
    ['3.1.1', {}, role, undefined],
    ['2.8.3', { accesskey: 'a', secretkey: 'b' }, role, undefined],
    ['2.8.3', { accesskey: 'a' }, {}, /Only one of accesskey and secretkey is set/],
    ['3.1.1', { accesskey: 'ASIAX', secretkey: 'b' }, {}, /no parameter for its session token/],
  ] as const)('on %s with %j and %j', async (release, keys, variables, warning) => {
    const warnings: string[] = []
    await openS3Driver(
      { bucket: 'bkt', region: 'eu-west-1', ...keys },
      { release, variables, warn: (sentence) => warnings.push(sentence) },
    )
    expect(warnings.filter((sentence) => warning?.test(sentence))).toHaveLength(warning === undefined ? 0 : 1)
    if (warning === undefined) expect(warnings).toEqual([])
  })

  it('of the environment are used where the config has none', async () => {
    const { accesskey, secretkey, ...rest } = bucket.parameters
    const credentials = { accessKeyId: String(accesskey), secretAccessKey: String(secretkey) }
    const driver = await openS3Driver({ ...rest, rootdirectory: '/env' }, { credentials })
    await driver.putContent('/a', Buffer.from('x'))
    expect((await driver.getContent('/a')).toString()).toBe('x')
  })
})

describe('parameters that do not go together', () => {
  const given = { accesskey: 'a', secretkey: 'b', bucket: 'bkt', region: 'eu-west-1' }
  it.each([
    [
      { regionendpoint: 'http://store:9000', usedualstack: true },
      'http://bkt.store:9000/k?',
      /usedualstack has no effect/,
    ],
    [
      { regionendpoint: 'http://store:9000', usefipsendpoint: true },
      'http://bkt.store:9000/k?',
      /usefipsendpoint has no effect/,
    ],
    [{ regionendpoint: 'http://store/base/path/' }, 'http://bkt.store/base/path/k?', undefined],
    [{ regionendpoint: 'http://store/base', forcepathstyle: true }, 'http://store/base/bkt/k?', undefined],
    [
      { regionendpoint: 'http://10.0.0.1:9000' },
      'http://10.0.0.1:9000/bkt/k?',
      /asks bkt.10.0.0.1:9000, which is no name/,
    ],
    [
      { regionendpoint: 'http://10.0.0.1:9000', forcepathstyle: true },
      'http://10.0.0.1:9000/bkt/k?',
      undefined,
    ],
    [{ regionendpoint: 'http://store', region: '' }, 'http://bkt.store/k?', /No region is set/],
    [
      { regionendpoint: 'https://s3.eu-west-1.amazonaws.com', accelerate: true },
      'https://bkt.s3-accelerate.amazonaws.com/k?',
      undefined,
    ],
    [
      { usefipsendpoint: true, accelerate: true, region: 'us-east-1' },
      'https://bkt.s3-accelerate.amazonaws.com/k?',
      undefined,
    ],
  ] as const)('%j', async (more, url, warning) => {
    const warnings: string[] = []
    const driver = await openS3Driver({ ...given, ...more }, { warn: (sentence) => warnings.push(sentence) })
    const presigned = (await driver.redirectURL({ method: 'GET' }, '/k')) ?? ''
    expect(presigned.slice(0, url.length)).toBe(url)
    expect(warnings.length).toBe(warning === undefined ? 0 : 1)
    if (warning !== undefined) expect(warnings[0]).toMatch(warning)
  })

  it.each([
    [{ accelerate: true, regionendpoint: 'http://store:9000' }, 'accelerate is a service of Amazon'],
    [{ accelerate: true, bucket: 'my.bkt' }, 'accelerate takes no bucket called my.bkt'],
    [{ regionendpoint: 'ftp://store' }, 'regionendpoint ftp://store is not a URL of http'],
  ])('%j is refused with the cure', async (more, message) => {
    await expect(openS3Driver({ ...given, ...more })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message),
      remedy: { text: expect.any(String) },
    })
  })

  it('registry 2.3 signs with version 2 by default, which is told and not refused', async () => {
    const warnings: string[] = []
    await openS3Driver(given, { release: '2.3.1', warn: (sentence) => warnings.push(sentence) })
    expect(warnings).toEqual([expect.stringContaining('version 2')])
    const off = openS3Driver({ ...given, v4auth: false }, { release: '2.3.1' })
    await expect(off).rejects.toThrow('version 4 only')
  })
})

describe('TestGetS3LogLevelFromParam', () => {
  const levels = [
    'debug',
    'debugwithsigning',
    'debugwithhttpbody',
    'debugwithrequestretries',
    'debugwithrequesterrors',
    'debugwitheventstreambody',
  ]
  const level = (loglevel: unknown, release: Release) =>
    readS3Settings({ bucket: 'bkt', region: 'us-east-1', loglevel }, release).logLevel

  it.each(levels)('%s is a level from 3.0 on, however its letters are written', (name) => {
    for (const written of [name, name.toUpperCase()]) {
      expect(['2.8.3', '3.0.0', '3.1.1'].map((release) => level(written, release as Release))).toEqual([
        'off',
        name,
        name,
      ])
    }
  })

  it.each(['off', 'OFF', '', 'nosuch', null, undefined])('%j is off', (written) => {
    expect(level(written, '3.0.0')).toBe('off')
    expect(level(written, '3.1.1')).toBe('off')
  })

  it.each([false, true, 1])('%j is off, and 3.0.0 does not start with it', (written) => {
    expect(level(written, '3.1.1')).toBe('off')
    expect(() => level(written, '3.0.0')).toThrow('interface conversion')
  })
})
