import { createHash } from 'node:crypto'
import type { ChunkSignatures } from '../sigv4.ts'
import { s3Error } from './errors.ts'

/**
 * The aws-chunked framing: `SIZE[;chunk-signature=HEX]CRLF BYTES CRLF` again and again, a chunk of size
 * zero, then trailing headers if any, and an empty line (S3 API reference, "Signature calculations for
 * the Authorization header: transferring payload in multiple chunks").
 */
export interface ChunkedOptions {
  /** Given when every chunk must be signed. */
  readonly signatures?: ChunkSignatures | undefined
  /** Whether trailing headers follow, closed by their own signature when chunks are signed. */
  readonly trailer: boolean
  /** Called with each trailing header, the name in lower case, before the last byte is passed on. */
  readonly onTrailer: (name: string, value: string) => void
}

const longestLine = 16 * 1024
/** The least size of every chunk but the last, in bytes. */
const minChunk = 8192

/**
 * The bytes within aws-chunked framing. Throws S3Errors: IncompleteBody for framing that ends early or is
 * none, InvalidChunkSizeError for a small chunk that is not the last, SignatureDoesNotMatch for a chunk or trailer that was signed otherwise.
 */
export async function* decodeChunked(
  source: AsyncIterable<Uint8Array>,
  options: ChunkedOptions,
): AsyncGenerator<Uint8Array> {
  const input = reader(source)
  try {
    yield* chunks(input, options)
  } finally {
    await input.close()
  }
}

async function* chunks(input: Input, options: ChunkedOptions): AsyncGenerator<Uint8Array> {
  let previous = minChunk
  for (;;) {
    const header = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(await input.line())
    if (header === null) throw s3Error('IncompleteBody')
    const size = Number.parseInt(header[1] ?? '', 16)
    if (size > 0 && previous < minChunk)
      throw s3Error('InvalidChunkSizeError', undefined, { BadChunkSize: String(previous) })
    previous = size
    const hash = options.signatures === undefined ? undefined : createHash('sha256')
    for (let left = size; left > 0; ) {
      const bytes = await input.bytes(left)
      hash?.update(bytes)
      left -= bytes.byteLength
      yield bytes
    }
    if (hash !== undefined && !options.signatures?.chunk(hash.digest('hex'), header[2] ?? '')) {
      throw s3Error('SignatureDoesNotMatch')
    }
    if (size === 0) break
    if ((await input.line()) !== '') throw s3Error('IncompleteBody')
  }
  if (options.trailer) await readTrailer(input, options)
  else if ((await input.line()) !== '') throw s3Error('IncompleteBody')
}

async function readTrailer(input: Input, options: ChunkedOptions): Promise<void> {
  const signed: string[] = []
  let signature: string | undefined
  for (;;) {
    const line = await input.line()
    // Some clients end a signed trailer with one empty line, some with two; both end here.
    if (line === '') break
    const cut = line.indexOf(':')
    if (cut < 0) throw s3Error('IncompleteBody')
    const name = line.slice(0, cut).trim().toLowerCase()
    const value = line.slice(cut + 1).trim()
    if (name === 'x-amz-trailer-signature') signature = value
    else {
      signed.push(`${name}:${value}\n`)
      options.onTrailer(name, value)
    }
  }
  if (options.signatures === undefined) return
  const hash = createHash('sha256').update(signed.join('')).digest('hex')
  if (!options.signatures.trailer(hash, signature ?? '')) throw s3Error('SignatureDoesNotMatch')
}

interface Input {
  /** The next line without its CRLF. */
  line(): Promise<string>
  /** At least one byte and at most `limit`. */
  bytes(limit: number): Promise<Uint8Array>
  close(): Promise<void>
}

function reader(source: AsyncIterable<Uint8Array>): Input {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const fill = async () => {
    const next = await iterator.next()
    if (next.done) throw s3Error('IncompleteBody')
    held = held.length === 0 ? Buffer.from(next.value) : Buffer.concat([held, next.value])
  }
  return {
    async line() {
      for (;;) {
        const end = held.indexOf('\r\n')
        if (end >= 0) {
          const line = held.toString('latin1', 0, end)
          held = held.subarray(end + 2)
          return line
        }
        if (held.length > longestLine) throw s3Error('IncompleteBody')
        await fill()
      }
    },
    async bytes(limit) {
      while (held.length === 0) await fill()
      const bytes = held.subarray(0, limit)
      held = held.subarray(bytes.length)
      return bytes
    },
    async close() {
      await iterator.return?.()
    },
  }
}
