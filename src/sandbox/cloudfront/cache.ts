/** What one edge keeps of its origin: heads in memory, bodies in files. The least recently used go first. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Spool, spool } from './spool.ts'

/** The head of an answer; header names are in lower case. */
export interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

export interface Entry extends Head {
  /** `path?query` of the request, for invalidations. */
  readonly url: string
  /** The object key that the origin was asked for. */
  readonly key: string | undefined
  /** The length of the body in bytes, when the origin said it. */
  readonly length: number | undefined
  readonly body: Spool
  /** Milliseconds since the epoch. */
  readonly stored: number
  /** Milliseconds since the epoch; may be moved when the origin says that nothing has changed. */
  expires: number
}

export interface Cache {
  get(key: string): Entry | undefined
  /** Takes the body in, under `key` and in place of what was there. */
  put(key: string, entry: Omit<Entry, 'body'>, body: Readable): Entry
  /** Forgets every entry whose url satisfies `matches`. */
  forget(matches: (url: string) => boolean): void
}

/** A cache of at most `capacity` bytes in the existing folder `directory`. */
export function createCache(directory: string, capacity: number): Cache {
  const entries = new Map<string, Entry>()
  const sizes = new Map<Entry, number>()

  const drop = (key: string, entry: Entry) => {
    entry.body.remove()
    sizes.delete(entry)
    if (entries.get(key) === entry) entries.delete(key)
  }
  const shrink = () => {
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    for (const [key, entry] of entries) {
      if (total <= capacity) return
      total -= sizes.get(entry) ?? 0
      drop(key, entry)
    }
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry
    },
    put(key, head, source) {
      const previous = entries.get(key)
      if (previous !== undefined) drop(key, previous)
      const entry: Entry = { ...head, body: spool(join(directory, randomUUID()), source) }
      entries.set(key, entry)
      entry.body.complete.then(
        (size) => {
          if (head.length !== undefined && head.length !== size) drop(key, entry)
          if (entries.get(key) !== entry) return
          sizes.set(entry, size)
          shrink()
        },
        () => drop(key, entry),
      )
      return entry
    },
    forget(matches) {
      for (const [key, entry] of entries) if (matches(entry.url)) drop(key, entry)
    },
  }
}
