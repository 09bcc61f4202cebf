import { EventEmitter, once } from 'node:events'
import { open, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'

/** A body on its way from the origin to a file, which any number of readers can read while it still grows. */
export interface Spool {
  /** The bytes from `start` up to, not including, `end`; to the end of the body when it is undefined. Fails where the body broke off. */
  read(start?: number, end?: number): Readable
  /** Fulfilled with the number of bytes when the body is complete; rejected when it broke off. */
  readonly complete: Promise<number>
  /** Keeps the file until the function that is returned has been called. Call it in the same tick as the lookup. */
  hold(): () => void
  /** Deletes the file as soon as nobody holds it. */
  remove(): void
}

const chunkSize = 256 * 1024

/** Writes `source` to `file`, which must not exist. */
export function spool(file: string, source: Readable): Spool {
  // It may fail before the file is open; the loop that reads it then sees the failure.
  source.on('error', () => {})
  const progress = new EventEmitter().setMaxListeners(0)
  let written = 0
  let ended = false
  let holders = 0
  let doomed = false

  const release = () => {
    holders -= 1
    if (doomed && holders === 0) void rm(file, { force: true }).catch(() => {})
  }
  const hold = () => {
    holders += 1
    let held = true
    return () => {
      if (held) release()
      held = false
    }
  }

  async function fill(): Promise<number> {
    const filled = hold()
    try {
      const handle = await open(file, 'wx')
      try {
        for await (const chunk of source as AsyncIterable<Buffer>) {
          await handle.appendFile(chunk)
          written += chunk.length
          progress.emit('more')
        }
      } finally {
        await handle.close()
      }
      return written
    } catch (error) {
      source.destroy()
      throw error
    } finally {
      ended = true
      progress.emit('more')
      filled()
    }
  }
  const complete = fill()
  // Readers see the failure; whoever waits for `complete` sees it too, but nobody has to.
  complete.catch(() => {})

  async function* read(start: number, end: number): AsyncGenerator<Buffer> {
    let position = start
    while (written <= position && !ended) await once(progress, 'more')
    const handle = await open(file, 'r')
    try {
      while (position < end) {
        while (written <= position && !ended) await once(progress, 'more')
        const length = Math.min(end, written) - position
        if (length <= 0) break
        const { buffer, bytesRead } = await handle.read(
          Buffer.allocUnsafe(Math.min(length, chunkSize)),
          0,
          Math.min(length, chunkSize),
          position,
        )
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await handle.close()
    }
    if (position < end) await complete
  }

  return {
    read: (start = 0, end = Number.POSITIVE_INFINITY) =>
      Readable.from(read(start, end), { objectMode: false }),
    complete,
    hold,
    remove() {
      if (doomed) return
      doomed = true
      hold()()
    },
  }
}
