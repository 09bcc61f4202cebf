import { randomBytes } from 'node:crypto'
import { createReadStream, readdirSync, rmSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { unreadable } from '../files.ts'
import type { Piece } from './records.ts'

/** The bytes of one bucket. Those of which there are many are in files that are written once, never changed, and removed as a whole. */
export interface Pieces {
  /** Writes what `source` yields to a new piece. When `source` throws, nothing stays. */
  write(source: AsyncIterable<Uint8Array>): Promise<Piece>
  /**
   * The bytes `start` to `end` (exclusive) of `pieces` strung together. The pieces are kept until the
   * stream is closed, so whoever began to read keeps the old bytes; it must be read or destroyed.
   */
  read(pieces: readonly Piece[], start: number, end: number): Readable
  /** The same bytes at once; undefined when some of them are in a file. */
  held(pieces: readonly Piece[], start: number, end: number): Buffer | undefined
  /** Removes pieces that nothing names any more, each when its last reader is done. */
  discard(pieces: readonly Piece[]): void
  /** At start: removes every piece not in `owned`, and throws a usage Failure when an owned one is not there. */
  sweep(owned: ReadonlySet<string>): void
}

/** The pieces in `directory`. */
export function openPieces(directory: string): Pieces {
  const path = (file: string) => join(directory, file)
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
      let size = 0
      let waiting: Uint8Array[] = []
      let waitingSize = 0
      let handle: FileHandle | undefined
      try {
        // Written in blocks, because a body arrives in pieces as small as a network packet.
        for await (const chunk of source) {
          waiting.push(chunk)
          waitingSize += chunk.byteLength
          size += chunk.byteLength
          if (size > fewBytes) handle ??= await open(path(file), 'wx')
          if (handle === undefined || waitingSize < blockSize) continue
          await writeAll(handle, waiting)
          waiting = []
          waitingSize = 0
        }
        if (handle === undefined) return { bytes: Buffer.concat(waiting).toString('base64'), size }
        await writeAll(handle, waiting)
        await handle.close()
        return { file, size }
      } catch (error) {
        if (handle !== undefined) {
          await handle.close().catch(() => undefined)
          await remove(file)
        }
        throw error
      }
    },
    read(pieces, start, end) {
      const spans = spansOf(pieces, start, end)
      const files = spans.flatMap(({ piece }) => fileOf(piece))
      for (const file of files) hold(file)
      const stream = Readable.from(bytesOf(spans, path), { objectMode: false })
      stream.once('close', () => {
        for (const file of files) release(file)
      })
      return stream
    },
    held(pieces, start, end) {
      const bytes: Buffer[] = []
      for (const { piece, from, to } of spansOf(pieces, start, end)) {
        if ('file' in piece) return undefined
        bytes.push(Buffer.from(piece.bytes, 'base64').subarray(from, to))
      }
      return Buffer.concat(bytes)
    },
    discard(pieces) {
      for (const file of pieces.flatMap(fileOf)) {
        if (readers.has(file)) discarded.add(file)
        else remove(file)
      }
    },
    sweep(owned) {
      const missing = new Set(owned)
      for (const file of readdirSync(directory)) if (!missing.delete(file)) rmSync(path(file))
      for (const file of missing) throw unreadable(path(file), 'it is missing')
    },
  }
}

/** The file of a piece that has one. */
export function fileOf(piece: Piece): readonly string[] {
  return 'file' in piece ? [piece.file] : []
}

/** The most bytes that are kept without a file of their own: those of a link of the registry many times over. */
const fewBytes = 4096

interface Span {
  readonly piece: Piece
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

/** Where in which piece the bytes `start` to `end` (exclusive) of `pieces` strung together are. */
function spansOf(pieces: readonly Piece[], start: number, end: number): Span[] {
  const spans: Span[] = []
  let offset = 0
  for (const piece of pieces) {
    const [from, to] = [Math.max(start - offset, 0), Math.min(end - offset, piece.size)]
    if (from < to) spans.push({ piece, from, to })
    offset += piece.size
  }
  return spans
}

const blockSize = 256 * 1024

async function* bytesOf(spans: readonly Span[], path: (file: string) => string): AsyncGenerator<Buffer> {
  for (const { piece, from, to } of spans) {
    if ('bytes' in piece) {
      yield Buffer.from(piece.bytes, 'base64').subarray(from, to)
      continue
    }
    let left = to - from
    for await (const block of createReadStream(path(piece.file), {
      start: from,
      end: to - 1,
      highWaterMark: blockSize,
    })) {
      left -= block.length
      yield block
    }
    // A reader that was promised a length must see an error, not an early end.
    if (left > 0) throw new Error(`${piece.file} is ${left} bytes short`)
  }
}

async function writeAll(handle: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (let left = chunks; left.length > 0; ) {
    const { bytesWritten } = await handle.writev(left)
    left = without(left, bytesWritten)
  }
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
