import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3'
import { PathNotFoundError } from '../storage/driver.ts'
import { type Bucket, call, driverName, hasName, isMissing } from './s3-client.ts'
import { worthRetrying } from './s3-retry.ts'

/** Answers in a row that may bring not one byte. */
const fruitless = 12

/** What is read: a path's object, or one that belongs to it (see s3-tail). */
interface Wanted {
  /** For messages. */
  readonly path: string
  readonly key: string
}

/**
 * The content from `offset` on. A connection that is cut or falls silent is replaced by one that goes on where it
 * stopped, under If-Match, so that two versions are never mixed. A whole read is compared with the object's CRC32
 * where the store has one. Throws PathNotFoundError; the stream fails when content changed or is damaged.
 */
export async function openReader(bucket: Bucket, wanted: Wanted, offset: number): Promise<Readable> {
  let first: GetObjectCommandOutput
  try {
    first = await get(bucket, wanted, offset, undefined)
  } catch (error) {
    if (hasName(error, 'InvalidRange')) return Readable.from([], { objectMode: false })
    if (isMissing(error)) throw new PathNotFoundError(driverName, wanted.path)
    throw error
  }
  const source: Source = { body: bodyOf(bucket, first), closed: false }
  let started = false
  const stream = new Readable({
    highWaterMark,
    read() {
      if (started) return void source.body.resume()
      started = true
      pass(bucket, wanted, offset, first, source, stream).then(
        () => stream.push(null),
        (error: unknown) => stream.destroy(error as Error),
      )
    },
    // A stream that is left before its first byte, or while it waits for one, would hold its connection.
    destroy(error, done) {
      source.closed = true
      source.body.destroy()
      done(error)
    },
  })
  return stream
}

/** Bytes: two of what a connection gives at a time, so that a reader who keeps up stops none. */
const highWaterMark = 131_072

/** Where a stream's bytes come from just now. */
interface Source {
  body: Readable
  /** Nobody reads any more. */
  closed: boolean
}

/** Times that content is read again when it changed meanwhile or arrived damaged. */
const rereads = 4

/** The whole content in memory. Throws PathNotFoundError, and DamagedError when it stays damaged. */
export async function readWhole(bucket: Bucket, wanted: Wanted): Promise<Buffer> {
  for (let attempt = 0; ; attempt++) {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of await openReader(bucket, wanted, 0)) chunks.push(chunk as Buffer)
      return Buffer.concat(chunks)
    } catch (error) {
      if (!(error instanceof DamagedError) || attempt === rereads) throw error
    }
  }
}

/** What was read is not what the store has, or had when reading began. */
class DamagedError extends Error {
  constructor(message: string) {
    super(`${driverName}: ${message}`)
    this.name = 'DamagedError'
  }
}

/** Gives the stream what comes, no more than it takes, until all of it came. */
async function pass(
  bucket: Bucket,
  wanted: Wanted,
  offset: number,
  first: GetObjectCommandOutput,
  source: Source,
  stream: Readable,
): Promise<void> {
  const end = first.ContentLength === undefined ? undefined : offset + first.ContentLength
  const expected = offset === 0 ? wholeChecksum(first) : undefined
  let position = offset
  let checksum = 0
  let failures = 0
  const take = (chunk: Buffer) => {
    failures = 0
    position += chunk.length
    if (expected !== undefined) checksum = crc32(chunk, checksum)
    if (!stream.push(chunk)) source.body.pause()
  }
  for (;;) {
    let cut = false
    try {
      await finished(source.body.on('data', take))
    } catch (error) {
      if (!source.closed && !worthRetrying(error) && !/silent/.test(String(error))) throw error
      cut = true
    }
    if (source.closed) return
    if (end === undefined ? !cut : position >= end) break
    failures += 1
    if (failures > fruitless)
      throw new Error(`${driverName}: ${wanted.path} ends at byte ${position} of ${end}`)
    source.body.destroy()
    source.body = bodyOf(bucket, await get(bucket, wanted, position, first.ETag))
    if (source.closed) source.body.destroy()
  }
  if (end !== undefined && position > end) {
    throw new DamagedError(`${wanted.path} has more bytes than the ${end} that its length says`)
  }
  if (expected !== undefined && checksum !== expected) {
    throw new DamagedError(
      `${wanted.path} arrived damaged: its CRC32 is ${expected.toString(16)}, of what came ${checksum.toString(16)}`,
    )
  }
}

async function get(
  bucket: Bucket,
  wanted: Wanted,
  offset: number,
  etag: string | undefined,
): Promise<GetObjectCommandOutput> {
  let answer: GetObjectCommandOutput
  try {
    answer = await call(
      bucket,
      's3:GetObject',
      wanted.path,
      bucket.client.send(
        new GetObjectCommand({
          Bucket: bucket.Bucket,
          Key: wanted.key,
          ...(offset > 0 && { Range: `bytes=${offset}-` }),
          ...(etag !== undefined && { IfMatch: etag }),
        }),
      ),
    )
  } catch (error) {
    if (hasName(error, 'PreconditionFailed'))
      throw new DamagedError(`${wanted.path} changed while it was read`)
    throw error
  }
  const start = answer.ContentRange === undefined ? 0 : Number(/^bytes (\d+)-/.exec(answer.ContentRange)?.[1])
  if (start !== offset) {
    bodyOf(bucket, answer).destroy()
    throw new Error(
      `${driverName}: asked for ${wanted.path} from byte ${offset} on, the store answered from byte ${start} on`,
    )
  }
  return answer
}

function bodyOf({ silence }: Bucket, answer: GetObjectCommandOutput): Readable {
  const { Body: body } = answer
  if (!(body instanceof Readable)) return Readable.from([], { objectMode: false })
  if (body instanceof IncomingMessage) {
    body.setTimeout(silence, () => body.destroy(new Error(`silent for ${silence / 1000} s`)))
  }
  return body
}

/** The CRC32 of the whole object; a composite one (`…-3`) is of the parts' checksums and says nothing about a stream. */
function wholeChecksum(answer: GetObjectCommandOutput): number | undefined {
  const text = answer.ChecksumCRC32
  if (text === undefined || text.includes('-') || answer.ChecksumType === 'COMPOSITE') return undefined
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === 4 ? decoded.readUInt32BE() : undefined
}
