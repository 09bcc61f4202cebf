import { randomBytes } from 'node:crypto'
import { createReadStream, readdirSync, rmSync } from 'node:fs'
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { codeOf } from '../../core/errors.ts'
import { unreadable } from '../files.ts'
import type { Piece } from './records.ts'

/** The bytes of one bucket, in files that are written once, never changed, and removed as a whole. */
export interface Pieces {
  /** Writes what `source` yields to a new piece. When `source` throws, nothing stays. */
  write(source: AsyncIterable<Uint8Array>): Promise<Piece>
  /**
   * The bytes `start` to `end` (exclusive) of `pieces` strung together. The pieces are kept until the
   * stream is closed, so whoever began to read keeps the old bytes; it must be read or destroyed.
   */
  read(pieces: readonly Piece[], start: number, end: number): Readable
  /** Removes pieces that nothing names any more, each when its last reader is done. */
  discard(pieces: readonly Piece[]): void
  /** At start: removes every piece not in `owned`, and throws a usage Failure when an owned one is not there. */
  sweep(owned: ReadonlySet<string>): void
}

/** The pieces in `directory`. */
export function openPieces(directory: string): Pieces {
  const path = (file: string) => join(directory, file.slice(0, 2), file)
  const readers = new Map<string, number>()
  const discarded = new Set<string>()

  // What cannot be removed now is swept at the next start.
  const remove = (file: string) => unlink(path(file)).catch(() => undefined)
  const hold = (file: string) => readers.set(file, (readers.get(file) ?? 0) + 1)
  const release = (file: string) => {
    const left = (readers.get(file) ?? 1) - 1
    if (left > 0) readers.set(file, left)
    else readers.delete(file)
    if (left === 0 && discarded.delete(file)) remove(file)
  }

  return {
    async write(source) {
      const file = randomBytes(16).toString('hex')
      await makeFolder(join(directory, file.slice(0, 2)))
      const handle = await open(path(file), 'wx')
      try {
        const size = await writeAll(handle, source)
        await handle.close()
        return { file, size }
      } catch (error) {
        await handle.close().catch(() => undefined)
        await remove(file)
        throw error
      }
    },
    read(pieces, start, end) {
      const spans: Span[] = []
      let offset = 0
      for (const { file, size } of pieces) {
        const [from, to] = [Math.max(start - offset, 0), Math.min(end - offset, size)]
        if (from < to) spans.push({ file, from, to })
        offset += size
      }
      for (const { file } of spans) hold(file)
      const stream = Readable.from(bytesOf(spans, path), { objectMode: false })
      stream.once('close', () => {
        for (const { file } of spans) release(file)
      })
      return stream
    },
    discard(pieces) {
      for (const { file } of pieces) {
        if (readers.has(file)) discarded.add(file)
        else remove(file)
      }
    },
    sweep(owned) {
      const missing = new Set(owned)
      for (const folder of readdirSync(directory)) {
        for (const file of readdirSync(join(directory, folder))) {
          if (!missing.delete(file)) rmSync(join(directory, folder, file))
        }
      }
      for (const file of missing) throw unreadable(path(file), 'it is missing')
    },
  }
}

/** Not recursively: what is written while its bucket is deleted must not bring a part of the bucket back. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
}

interface Span {
  readonly file: string
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

const blockSize = 256 * 1024

async function* bytesOf(spans: readonly Span[], path: (file: string) => string): AsyncGenerator<Buffer> {
  for (const { file, from, to } of spans) {
    let left = to - from
    for await (const block of createReadStream(path(file), {
      start: from,
      end: to - 1,
      highWaterMark: blockSize,
    })) {
      left -= block.length
      yield block
    }
    // A reader that was promised a length must see an error, not an early end.
    if (left > 0) throw new Error(`${file} is ${left} bytes short`)
  }
}

/** Writes in blocks, because a body arrives in pieces as small as a network packet. */
async function writeAll(handle: FileHandle, source: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  let waiting: Uint8Array[] = []
  let waitingSize = 0
  const flush = async () => {
    for (let left = waiting; left.length > 0; ) {
      const { bytesWritten } = await handle.writev(left)
      left = without(left, bytesWritten)
    }
    waiting = []
    waitingSize = 0
  }
  for await (const chunk of source) {
    waiting.push(chunk)
    waitingSize += chunk.byteLength
    size += chunk.byteLength
    if (waitingSize >= blockSize) await flush()
  }
  await flush()
  return size
}

/** What is left of `chunks` after their first `count` bytes. */
function without(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  const left = [...chunks]
  for (let [first] = left; first !== undefined && count >= first.byteLength; [first] = left) {
    count -= first.byteLength
    left.shift()
  }
  const [first] = left
  if (first !== undefined && count > 0) left[0] = first.subarray(count)
  return left
}
