import { isBefore } from './s3-keys.ts'

/** A text between two keys, where one range of a listing may end and another begin. */
export interface Cut {
  readonly at: string
  readonly level: Level
}

/** What was seen of the cuts that one directory, or one beginning of names, gives: pages, and cuts that lay in them. */
export interface Level {
  pages: number
  cuts: number
}

/** How many pages are presumed from one cut to the next. */
const spacing = ({ pages, cuts }: Level) => (pages + 0.5) / (cuts + 0.5)

/** A level in a page of which `sample` shows the keys. `length` is that of what tells one cut from the next. */
function levelOf(sample: readonly string[], cutOf: (key: string) => string): Level {
  return { pages: 1, cuts: new Set(sample.map(cutOf)).size - 1 }
}

/** The cuts that are common prefixes, as a listing with the delimiter `/` gives them, of a directory. */
export function directoryCuts(
  directory: string,
  prefixes: readonly string[],
  sample: readonly string[],
): Cut[] {
  const level = levelOf(sample, (key) => nameIn(directory, key))
  return prefixes.map((at) => ({ at, level }))
}

const digits = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

/**
 * The cuts behind the last key of a page that need not be asked for: names that go on with two hexadecimal digits, as
 * digests, uploads and numbers do, are taken to go on with all others. None when they do not.
 */
export function digitCuts(directory: string, page: readonly string[]): Cut[] {
  const [first = '', last = ''] = [page[0], page.at(-1)].map((key) => nameIn(directory, key ?? ''))
  if (!hexadecimal.test(last)) return []
  let same = 0
  while (same < last.length && first[same] === last[same]) same += 1
  // Two by two, so that `0` and `05` are told apart by `00` and `05`; a name alone does not say where others differ.
  const start = directory + last.slice(0, first === last ? 0 : same - (same % 2))
  const found = digits.indexOf((directory + last).slice(start.length, start.length + 2))
  if (found < 0) return []
  const level = levelOf(page, (key) => key.slice(0, start.length + 2))
  return digits.slice(found + 1).map((pair) => ({ at: start + pair, level }))
}

/** Two digits as blobs lie under, or as many as only digests, identifiers and numbers have. */
const hexadecimal = /^[0-9a-f]{2}$|[0-9a-f]{6}/

const nameIn = (directory: string, key: string) =>
  key.startsWith(directory) ? (key.slice(directory.length).split('/', 1)[0] ?? '') : ''

/** The directories of a key that hold more than what lies before `until`, from the outermost in `prefix` on. */
export function directoriesOf(key: string, until: string | undefined, prefix: string): string[] {
  const found: string[] = []
  const rest = key.slice(prefix.length)
  for (let end = 0; ; ) {
    const directory = prefix + rest.slice(0, end)
    if (until?.startsWith(directory) !== true) found.push(directory)
    const slash = rest.indexOf('/', end)
    if (slash < 0) return found
    end = slash + 1
  }
}

/** How many pages are presumed in a range with these cuts, which one of the level `ends` ends. */
export const presumed = (cuts: readonly Cut[], ends: Level | undefined) =>
  cuts.reduce(
    (pages, { level }) => pages + spacing(level),
    ends === undefined ? Number.POSITIVE_INFINITY : spacing(ends),
  )

/** The index of the first cut that has about `pages` pages before it; -1 for none. */
export function cutAfter(cuts: readonly Cut[], pages: number): number {
  let before = 0
  return cuts.findIndex(({ level }) => {
    before += spacing(level)
    return before >= pages
  })
}

/**
 * Takes into account that so many pages led up to `last` in a range with these cuts, which a cut of the level `ends`
 * ends. Gives the cuts that are still ahead.
 */
export function pass(
  cuts: readonly Cut[],
  ends: Level | undefined,
  last: string,
  pages: number,
): readonly Cut[] {
  const passed = cuts.filter(({ at }) => !isBefore(last, at))
  for (const level of new Set([...cuts.map(({ level }) => level), ...(ends === undefined ? [] : [ends])]))
    level.pages += pages
  for (const { level } of passed) level.cuts += 1
  return cuts.slice(passed.length)
}
