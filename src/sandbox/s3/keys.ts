/**
 * A set of keys in S3's order, which is that of their UTF-8 bytes, as a list of short sorted lists:
 * finding takes O(log n), adding and removing move at most one short list, and nothing is ever re-sorted.
 */
export interface SortedKeys {
  readonly size: number
  /** Adding a key that is there changes nothing. */
  add(key: string): void
  /** Removing a key that is not there changes nothing. */
  remove(key: string): void
  /** The keys from `start` on, in order. `start` itself is included unless `after` is true. The set must not change meanwhile. */
  from(start: string, after?: boolean): Generator<string>
  /** The keys that are greater than every key with this prefix. */
  beyond(prefix: string): Generator<string>
}

const longest = 1024

/** An empty set. */
export function sortedKeys(): SortedKeys {
  const lists: string[][] = []
  let size = 0

  /** The list that holds `bytes` or would: the last one whose first entry is not greater. */
  const listOf = (bytes: string) =>
    Math.max(0, lowerBound(lists.length, (i) => (lists[i]?.[0] ?? '') <= bytes) - 1)
  const positionIn = (list: readonly string[], bytes: string) =>
    lowerBound(list.length, (i) => (list[i] ?? '') < bytes)

  function* scan(bytes: string, after: boolean): Generator<string> {
    let at = listOf(bytes)
    let position = positionIn(lists[at] ?? [], bytes)
    if (after && lists[at]?.[position] === bytes) position += 1
    for (; at < lists.length; at += 1, position = 0) {
      const list = lists[at] ?? []
      for (; position < list.length; position += 1) yield fromBytes(list[position] ?? '')
    }
  }

  return {
    get size() {
      return size
    },
    add(key) {
      const bytes = toBytes(key)
      const at = listOf(bytes)
      const list = lists[at]
      if (list === undefined) {
        lists.push([bytes])
        size += 1
        return
      }
      const position = positionIn(list, bytes)
      if (list[position] === bytes) return
      list.splice(position, 0, bytes)
      size += 1
      if (list.length > longest) lists.splice(at + 1, 0, list.splice(longest / 2))
    },
    remove(key) {
      const bytes = toBytes(key)
      const at = listOf(bytes)
      const list = lists[at] ?? []
      const position = positionIn(list, bytes)
      if (list[position] !== bytes) return
      list.splice(position, 1)
      size -= 1
      if (list.length === 0) lists.splice(at, 1)
    },
    from: (start, after = false) => scan(toBytes(start), after),
    beyond: (prefix) => scan(successor(toBytes(prefix)), false),
  }
}

/** The first index below `length` at which `before` is false; `before` must be true up to there. */
function lowerBound(length: number, before: (index: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** The smallest text greater than everything that starts with `bytes`. UTF-8 has no byte 0xFF, so adding one is safe. */
function successor(bytes: string): string {
  const last = bytes.length - 1
  return last < 0 ? '\xff' : bytes.slice(0, last) + String.fromCharCode(bytes.charCodeAt(last) + 1)
}

// JavaScript compares UTF-16 code units, which is another order. One character a UTF-8 byte gives S3's;
// for ASCII, which registry keys are, the text is the same.
const beyondAscii = /\P{ASCII}/u
const toBytes = (key: string) => (beyondAscii.test(key) ? Buffer.from(key, 'utf8').toString('latin1') : key)
const fromBytes = (bytes: string) =>
  beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes
