import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { z } from 'zod'
import { unreadable, writeText } from '../files.ts'
import { objectRecord, partRecord, uploadRecord } from './records.ts'

const text = z.string()

/** What can happen to the objects and open uploads of a bucket. */
const change = z.discriminatedUnion('what', [
  z.object({ what: z.literal('put'), object: objectRecord }),
  z.object({ what: z.literal('delete'), key: text }),
  z.object({ what: z.literal('create'), upload: uploadRecord }),
  z.object({ what: z.literal('part'), uploadId: text, part: partRecord }),
  z.object({ what: z.literal('complete'), uploadId: text, object: objectRecord }),
  z.object({ what: z.literal('abort'), uploadId: text }),
])

export type Change = z.infer<typeof change>

/** The changes of one bucket in a file, one on each line, which is on disk as soon as it is appended. */
export interface Journal {
  /** Throws what the file system does; then nothing was appended. */
  append(change: Change): void
}

/** Bytes that the file may grow by, and as much again as it had, before it is written anew. */
const slack = 16 * 1_048_576

/**
 * Calls `apply` with each change in `path`, in order; a last line without an end was never answered, and is dropped.
 * `state` gives the changes that lead to what is there now; the file is made of them when it is opened, and again
 * whenever most of it no longer matters. Throws a usage Failure when the file cannot be read.
 */
export function openJournal(
  path: string,
  apply: (change: Change) => void,
  state: () => Iterable<Change>,
): Journal {
  let size = 0
  let limit = 0
  const rewrite = () => {
    const lines = Array.from(state(), lineOf).join('')
    writeText(path, lines)
    size = Buffer.byteLength(lines)
    limit = 2 * size + slack
  }
  try {
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
    for (const line of lines) apply(change.parse(JSON.parse(line)))
  } catch (error) {
    throw unreadable(path, error)
  }
  rewrite()
  return {
    append(next) {
      const line = lineOf(next)
      try {
        appendFileSync(path, line)
      } catch (error) {
        truncateSync(path, size)
        throw error
      }
      size += Buffer.byteLength(line)
      if (size > limit) rewrite()
    },
  }
}

const lineOf = (change: Change) => `${JSON.stringify(change)}\n`
