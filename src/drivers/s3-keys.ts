/** A key as a listing tells it. */
export interface Listed {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly modified: Date
}

/** Keys in the order in which the store gave them. */
export interface Keys {
  readonly length: number
  /** Whether each is behind the one before, in the order of S3. */
  readonly ascending: boolean
  key(index: number): string
  /** A slash and the key, without the first `skipped` characters of both. */
  path(index: number, skipped: number): string
  size(index: number): number
  modified(index: number): Date
  /** Throws RangeError for an index that is none. */
  at(index: number): Listed
}

/** Keys that were read one by one. */
export function keysOf(listed: readonly Listed[]): Keys {
  const at = (index: number) => {
    const found = listed[index]
    if (found === undefined) throw new RangeError(`no key ${index}`)
    return found
  }
  return {
    length: listed.length,
    ascending: listed.every(({ key }, index) => index === 0 || isBefore(at(index - 1).key, key)),
    key: (index) => at(index).key,
    path: (index, skipped) => `/${at(index).key}`.slice(skipped),
    size: (index) => at(index).size,
    modified: (index) => at(index).modified,
    at,
  }
}

const beyondAscii = /[^\0-\x7f]/

/** The order of S3, by the bytes of UTF-8; for ASCII it is that of JavaScript. */
export function isBefore(a: string, b: string): boolean {
  if (!beyondAscii.test(a) && !beyondAscii.test(b)) return a < b
  return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
}

/**
 * Cuts the keys out of an answer to ListObjectsV2, and gives the answer without them; in a tenth of the time that a
 * parser of XML takes, and in a third of the memory. Undefined when there are none, or one of them is written in
 * another way than S3 writes plain ones, which is then for the parser.
 */
export function cutKeys(body: Buffer): { readonly keys: Keys; readonly rest: Buffer } | undefined {
  const begin = body.indexOf('<Contents>')
  // Comments and CDATA may hold what only looks like elements.
  if (begin < 0 || body.subarray(0, begin).includes('<!')) return undefined
  makeRoom(body.length)
  const { names, ends, sizes, times } = scratch
  let count = 0
  let filled = 0
  let ascending = true
  let at = begin
  while (at < body.length && is(body, at, contents)) {
    at += contents.length
    let [key, size, modified] = [false, Number.NaN, Number.NaN]
    names[filled++] = slash
    const start = filled
    while (!is(body, at, contentsEnd)) {
      if (is(body, at, keyTag) && !key) {
        key = true
        at += keyTag.length
        for (let byte = body[at] ?? 0; byte !== less; byte = body[++at] ?? 0) {
          if (byte <= 0x20 || byte >= 0x7f || byte === ampersand) return undefined
          names[filled++] = byte
        }
        if (filled === start || !is(body, at, keyEnd)) return undefined
        at += keyEnd.length
      } else if (is(body, at, sizeTag) && Number.isNaN(size)) {
        at += sizeTag.length
        const end = next(body, at, less)
        size = end - at > 15 ? Number.NaN : digits(body, at, end)
        if (Number.isNaN(size) || !is(body, end, sizeEnd)) return undefined
        at = end + sizeEnd.length
      } else if (is(body, at, modifiedTag) && Number.isNaN(modified)) {
        at += modifiedTag.length
        const end = next(body, at, less)
        modified = instant(body, at, end)
        if (Number.isNaN(modified) || !is(body, end, modifiedEnd)) return undefined
        at = end + modifiedEnd.length
      } else {
        at = afterElement(body, at)
        if (at < 0) return undefined
      }
    }
    if (!key || Number.isNaN(size) || Number.isNaN(modified)) return undefined
    if (count > 0) {
      const [from, to] = [(ends[count - 2] ?? 0) + 1, ends[count - 1]]
      ascending &&= names.compare(names, from, to, start, filled) > 0
    }
    ends[count] = filled
    sizes[count] = size
    times[count] = modified
    count += 1
    at += contentsEnd.length
  }
  const tail = body.subarray(at)
  // Common prefixes may follow, no second run of keys.
  if (tail.includes('<Contents') || tail.includes('<!')) return undefined
  return {
    keys: kept(count, filled, ascending),
    rest: Buffer.concat([body.subarray(0, begin), tail]),
  }
}

function roomFor(length: number) {
  // No element of a key is shorter than its tags.
  const most = Math.ceil(length / contents.length)
  return {
    names: Buffer.allocUnsafeSlow(length),
    ends: new Uint32Array(most),
    sizes: new Float64Array(most),
    times: new Float64Array(most),
  }
}

function makeRoom(length: number): void {
  if (scratch.names.length < length) scratch = roomFor(length)
}

/** The first `count` keys of what was read, in one piece of memory, since many pages wait. */
function kept(count: number, filled: number, ascending: boolean): Keys {
  const whole = new ArrayBuffer(count * 20 + filled)
  const sizes = new Float64Array(whole, 0, count)
  const times = new Float64Array(whole, count * 8, count)
  const ends = new Uint32Array(whole, count * 16, count)
  const names = Buffer.from(whole, count * 20, filled)
  sizes.set(scratch.sizes.subarray(0, count))
  times.set(scratch.times.subarray(0, count))
  ends.set(scratch.ends.subarray(0, count))
  names.set(scratch.names.subarray(0, filled))
  const path = (index: number, skipped: number) => {
    if (index < 0 || index >= count) throw new RangeError(`no key ${index}`)
    return names.toString('latin1', (ends[index - 1] ?? 0) + skipped, ends[index])
  }
  const key = (index: number) => path(index, 1)
  const size = (index: number) => sizes[index] ?? 0
  const modified = (index: number) => new Date(times[index] ?? 0)
  return {
    length: count,
    ascending,
    key,
    path,
    size,
    modified,
    at: (index) => ({ key: key(index), size: size(index), modified: modified(index) }),
  }
}

const bytes = (text: string) => Buffer.from(text)
const [contents, contentsEnd] = [bytes('<Contents>'), bytes('</Contents>')]
const [keyTag, keyEnd] = [bytes('<Key>'), bytes('</Key>')]
const [sizeTag, sizeEnd] = [bytes('<Size>'), bytes('</Size>')]
const [modifiedTag, modifiedEnd] = [bytes('<LastModified>'), bytes('</LastModified>')]
const [less, slash, greater, ampersand, exclamation] = [0x3c, 0x2f, 0x3e, 0x26, 0x21]

function is(body: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (body[at + i] !== text[i]) return false
  return true
}

/** Where `byte` comes next, or the end; for what is near, in less time than `indexOf`. */
function next(body: Buffer, from: number, byte: number): number {
  let at = from
  while (at < body.length && body[at] !== byte) at += 1
  return at
}

/** Where an element ends that holds nothing of interest: text, or elements with text; -1 when that cannot be told. */
function afterElement(body: Buffer, from: number): number {
  let at = from
  let depth = 0
  do {
    if (body[at] !== less || body[at + 1] === exclamation) return -1
    const closes = body[at + 1] === slash
    const end = next(body, at, greater)
    if (end === body.length || body[end - 1] === slash) return -1
    depth += closes ? -1 : 1
    at = depth > 0 ? next(body, end, less) : end + 1
  } while (depth > 0)
  return depth < 0 ? -1 : at
}

/** A whole number, or NaN. */
function digits(body: Buffer, from: number, to: number): number {
  if (to <= from) return Number.NaN
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = (body[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** `2026-01-31T12:00:00.000Z` as milliseconds, or NaN; milliseconds may be missing. No text is made of it. */
function instant(body: Buffer, from: number, to: number): number {
  const end = from + 19
  if (to !== end + 1 && (to !== end + 5 || body[end] !== dot)) return Number.NaN
  if (body[from + 4] !== dash || body[from + 7] !== dash || body[from + 10] !== letterT) return Number.NaN
  if (body[from + 13] !== colon || body[from + 16] !== colon || body[to - 1] !== letterZ) return Number.NaN
  const [year, month] = [digits(body, from, from + 4), digits(body, from + 5, from + 7)]
  const [day, hour] = [digits(body, from + 8, from + 10), digits(body, from + 11, from + 13)]
  const [minute, second] = [digits(body, from + 14, from + 16), digits(body, from + 17, end)]
  const time = Date.UTC(
    year,
    month - 1,
    day,
    hour,
    minute,
    second,
    to === end + 1 ? 0 : digits(body, end + 1, end + 4),
  )
  // Anything else, as the 30th of February, is for the parser.
  const usual =
    year >= 1000 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59
  return usual && (day <= 28 || new Date(time).getUTCDate() === day) ? time : Number.NaN
}

const [dash, colon, dot, letterT, letterZ] = [0x2d, 0x3a, 0x2e, 0x54, 0x5a]

/** What a page is read into; used by one call at a time. */
let scratch = roomFor(0)
