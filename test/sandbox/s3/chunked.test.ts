import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChunkedOptions, decodeChunked } from '../../../src/sandbox/s3/chunked.ts'
import { verifySigV4 } from '../../../src/sandbox/sigv4.ts'
import { amzDate, chunkedBody, type Signing, signHeaders } from './sign.ts'

const now = Date.UTC(2026, 0, 1)
const signing: Signing = {
  accessKeyId: 'AKIATEST',
  secretAccessKey: randomBytes(20).toString('hex'),
  region: 'us-east-1',
  service: 's3',
  date: amzDate(now),
}

/** The seed of a streaming PUT, and the server's side of the chain that follows from it. */
function seeded() {
  const payload = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  const headers = { host: 'h', 'x-amz-content-sha256': payload, 'x-amz-date': signing.date }
  const sent = signHeaders(signing, 'PUT', '/b/k', '', headers, payload)
  const answer = verifySigV4(
    { method: 'PUT', rawUrl: '/b/k', headers: sent.headers },
    { credentials: signing, service: 's3', region: 'us-east-1', now },
  )
  return { seed: sent.signature, signatures: answer.kind === 'account' ? answer.chunkSignatures : undefined }
}

async function* packets(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function decode(body: Uint8Array, options: Partial<ChunkedOptions>, sizes: readonly number[] = [4096]) {
  const trailer: Record<string, string> = {}
  const chunks: Uint8Array[] = []
  const full = {
    trailer: false,
    onTrailer(name: string, value: string) {
      trailer[name] = value
    },
    ...options,
  }
  for await (const chunk of decodeChunked(packets(body, sizes), full)) chunks.push(chunk)
  return { data: Buffer.concat(chunks), trailer }
}

/** Chunks as S3 wants them: all but the last of 8 KiB or more. */
const chunks = fc
  .tuple(
    fc.array(fc.integer({ min: 8192, max: 20_000 }), { maxLength: 3 }),
    fc.integer({ min: 1, max: 20_000 }),
  )
  .map(([sizes, last]) => [...sizes, last].map((size) => randomBytes(size)))
const sizes = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 })
const trailer = fc.option(fc.constant({ 'x-amz-checksum-crc32': 'AAAAAA==' }), { nil: undefined })

describe('aws-chunked', () => {
  it('gives back what was framed, however it is cut into packets', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, sizes, trailer, fc.boolean(), async (sent, cut, trailing, sign) => {
        const { seed, signatures } = seeded()
        const body = chunkedBody(sent, {
          ...(sign && { signing, seed }),
          ...(trailing && { trailer: trailing }),
        })
        const got = await decode(body, { trailer: trailing !== undefined, ...(sign && { signatures }) }, cut)
        expect(got.data.equals(Buffer.concat(sent))).toBe(true)
        expect(got.trailer).toEqual(trailing ?? {})
      }),
      { numRuns: 60 },
    )
  })

  it('refuses a body that ends early, at whichever byte', async () => {
    const body = chunkedBody([randomBytes(8192), randomBytes(10)])
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: body.length - 1 }), async (length) => {
        await expect(decode(body.subarray(0, length), {})).rejects.toMatchObject({ code: 'IncompleteBody' })
      }),
    )
  })

  it('refuses a flipped byte anywhere in a signed chunk', async () => {
    const payload = [randomBytes(8192), randomBytes(500)]
    const { seed } = seeded()
    const body = chunkedBody(payload, { signing, seed, trailer: { 'x-amz-checksum-crc32': 'AAAAAA==' } })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: body.length - 3 }), async (at) => {
        const bad = Buffer.from(body)
        bad[at] = (bad[at] ?? 0) ^ 1
        await expect(decode(bad, { trailer: true, signatures: seeded().signatures })).rejects.toMatchObject({
          name: 'S3Error',
        })
      }),
    )
  })

  it('refuses unsigned chunks where signed ones were announced', async () => {
    const body = chunkedBody([randomBytes(10)])
    await expect(decode(body, { signatures: seeded().signatures })).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
  })

  it('refuses a small chunk that is not the last', async () => {
    const body = chunkedBody([randomBytes(8191), randomBytes(10)])
    await expect(decode(body, {})).rejects.toMatchObject({ code: 'InvalidChunkSizeError' })
  })

  it.each(['no framing at all', 'zz\r\n', '5\r\nhello', '5\r\nhelloXX0\r\n\r\n', '-5\r\n'])(
    'refuses %j',
    async (text) => {
      await expect(decode(Buffer.from(text), {})).rejects.toMatchObject({ code: 'IncompleteBody' })
    },
  )
})
