import type { Call } from './call.ts'
import { invalidArgument } from './errors.ts'
import type { SortedKeys } from './keys.ts'

/** The most items a page holds. */
export const maxPage = 1000

/** Where a page begins: after one key, or after everything that starts with a text. */
export type Start = { readonly after: string } | { readonly beyond: string }

/** One page: entries of the set, and the common prefixes that stand for others, in order; both count. */
export interface Page {
  readonly items: readonly ({ readonly entry: string } | { readonly commonPrefix: string })[]
  readonly truncated: boolean
}

/**
 * The page of at most `most` items of `keys` under `prefix`, from `start` on. `keyOf` gives the part of an
 * entry in which the delimiter counts, when that is not all of it. O(log n + page), whatever is skipped.
 */
export function pageOf(
  keys: SortedKeys,
  options: {
    readonly prefix: string
    readonly delimiter: string
    readonly start: Start | undefined
    readonly most: number
    readonly keyOf?: (entry: string) => string
  },
): Page {
  const { prefix, delimiter, start, most, keyOf = (entry) => entry } = options
  const items: Page['items'][number][] = []
  if (most === 0) return { items, truncated: false }
  let cursor = firstOf(keys, prefix, start)
  for (;;) {
    const next = cursor.next()
    if (next.done || !next.value.startsWith(prefix)) return { items, truncated: false }
    if (items.length === most) return { items, truncated: true }
    const commonPrefix = commonPrefixOf(keyOf(next.value), prefix, delimiter)
    if (commonPrefix === undefined) items.push({ entry: next.value })
    else {
      items.push({ commonPrefix })
      cursor = keys.beyond(commonPrefix)
    }
  }
}

function firstOf(keys: SortedKeys, prefix: string, start: Start | undefined): Generator<string> {
  if (start === undefined) return keys.from(prefix)
  const text = 'after' in start ? start.after : start.beyond
  if (Buffer.compare(Buffer.from(text), Buffer.from(prefix)) < 0) return keys.from(prefix)
  return 'after' in start ? keys.from(text, true) : keys.beyond(text)
}

/** The key up to and with the first delimiter behind the prefix. */
function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

/** Where to go on after an item that ended a page. */
export function startAfter(item: string, prefix: string, delimiter: string): Start {
  return commonPrefixOf(item, prefix, delimiter) === item ? { beyond: item } : { after: item }
}

/** A query parameter that counts something, at most `most`. Throws InvalidArgument. */
export function integerParameter(call: Call, name: string, fallback: number, most = maxPage): number {
  const given = call.request.query.get(name)
  if (given === null || given === '') return fallback
  const value = Number(given)
  if (!/^-?\d+$/.test(given) || value > 2 ** 31 - 1) {
    throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, given)
  }
  if (value < 0)
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, name, given)
  return Math.min(value, most)
}

/** The parameters that every listing has, and how its names are written. */
export function listParameters(call: Call) {
  const given = (name: string) => call.request.query.get(name) ?? ''
  const encodingType = call.request.query.get('encoding-type') ?? undefined
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType)
  }
  const encode = encodingType === 'url' ? urlEncode : (name: string) => name
  return { given, prefix: given('prefix'), delimiter: given('delimiter'), encodingType, encode }
}

/** S3's `encoding-type=url`: a slash stays, and a space is a plus. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
}

/** The last item of a page, by which the next is asked for; '' for an empty page. */
export function lastOf(page: Page): string {
  const item = page.items.at(-1)
  return item === undefined ? '' : 'entry' in item ? item.entry : item.commonPrefix
}
