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
