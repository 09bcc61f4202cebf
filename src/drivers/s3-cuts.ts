import { isBefore } from './s3-keys.ts'

/** A text between two keys, where one range of a listing may end and another begin. */
export interface Cut {
  readonly at: string
  readonly level: Level
}

/** What was seen of cuts that are taken to lie alike: pages, and cuts that lay in them. */
export interface Level {
  pages: number
  cuts: number
  /** How many of the cuts lie before a key, with the part of the next; only where its digits tell. */
  readonly place?: (key: string) => number
}

/** How many pages are presumed from one cut to the next. */
const spacing = ({ pages, cuts }: Level) => (pages + 0.5) / (cuts + 0.5)

/** The levels of directories, by the directory around them: neighbours are taken to be alike. */
export type Levels = Map<string, Level>

/** The cuts that are common prefixes, as a listing with the delimiter `/` gives them, of a directory with a page of keys. */
export function directoryCuts(
  directory: string,
  prefixes: readonly string[],
  page: readonly string[],
  levels: Levels,
): Cut[] {
  // What is around `a/` is `.`, and nothing is around the outermost.
  const around = `./${directory}`.split('/').slice(0, -2).join('/')
  const level = levels.get(around) ?? { pages: 0, cuts: 0 }
  levels.set(around, level)
  if (page.length > 0) {
    level.pages += 1
    level.cuts += new Set(page.map((key) => nameIn(directory, key))).size - 1
  }
  return prefixes.map((at) => ({ at, level }))
}

/** All that two digits can be, in order. */
const pairs = (base: 10 | 16) =>
  Array.from({ length: base ** 2 }, (_, value) => value.toString(base).padStart(2, '0'))
const pairsOf = { 10: pairs(10), 16: pairs(16) }

/**
 * The cuts behind the last key of a page that need not be asked for: names that go on with two digits, as digests,
 * uploads and numbers do, are taken to go on with all others. None when they do not, or when the page has more than this
 * directory, which may be a small one.
 */
export function digitCuts(directory: string, page: readonly string[]): Cut[] {
  const [first = '', last = ''] = [page[0], page.at(-1)].map((key) => nameIn(directory, key ?? ''))
  if (first === '' || !hexadecimal.test(last)) return []
  let same = 0
  while (same < last.length && first[same] === last[same]) same += 1
  // Two by two, so that `0` and `05` are told apart by `00` and `05`; a name alone does not say where others differ.
  const start = directory + last.slice(0, first === last ? 0 : same - (same % 2))
  const base = page.some((key) => /[a-f]/.test(digits.exec(key.slice(start.length))?.[0] ?? '')) ? 16 : 10
  const all = pairsOf[base]
  const found = all.indexOf((directory + last).slice(start.length, start.length + 2))
  if (found < 0) return []
  const place = (key: string) => {
    if (!key.startsWith(start)) return isBefore(key, start) ? 0 : all.length
    const [, pair = '', next = ''] = fourDigits.exec(key.slice(start.length)) ?? []
    const whole = all.indexOf(pair)
    // What is no number of this kind lies between two.
    if (whole < 0) return all.filter((pair) => isBefore(start + pair, key)).length
    return whole + Math.max(0, all.indexOf(next)) / all.length
  }
  const level = { pages: 1, cuts: place(page.at(-1) ?? '') - place(page[0] ?? ''), place }
  return all.slice(found + 1).map((pair) => ({ at: start + pair, level }))
}

/** Two digits as blobs lie under, or as many as only digests, identifiers and numbers have. */
const hexadecimal = /^[0-9a-f]{2}$|[0-9a-f]{6}/

/** All digits of a name; those of a blob lie under its first two. */
const digits = /^([0-9a-f]{2}\/)?[0-9a-f]*/

const fourDigits = /^([0-9a-f]{2})(?:\/\1)?([0-9a-f]{2})?/

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

/** How many pages are presumed up to the last of these cuts. */
export const pagesTo = (cuts: readonly Cut[]) => cuts.reduce((pages, { level }) => pages + spacing(level), 0)

/** How many pages are presumed in a range with these cuts, which one of the level `ends` ends. */
export const presumed = (cuts: readonly Cut[], ends: Level | undefined) =>
  ends === undefined ? Number.POSITIVE_INFINITY : pagesTo(cuts) + spacing(ends)

/** The index of a cut that has `pages` pages before it or some more, the last of them rather full; -1 for none. */
export function cutAfter(cuts: readonly Cut[], pages: number): number {
  let before = 0
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (const [index, { level }] of cuts.entries()) {
    before += spacing(level)
    if (before < pages) continue
    const unused = (Math.ceil(before) - before) / before
    if (unused < least) [best, least] = [index, unused]
    // How much directories hold is not known so well.
    if (level.place === undefined || before > 1.5 * pages) break
  }
  return best
}

/**
 * Takes into account that so many pages led from one key to another in a range with these cuts, which a cut of the level
 * `ends` ends. Gives the cuts that are still ahead.
 */
export function pass(
  cuts: readonly Cut[],
  ends: Level | undefined,
  from: string,
  to: string,
  pages: number,
): readonly Cut[] {
  const passed = cuts.filter(({ at }) => !isBefore(to, at))
  const levels = [...cuts, ...(ends === undefined ? [] : [{ level: ends }])].map(({ level }) => level)
  for (const level of new Set(levels)) {
    level.pages += pages
    level.cuts += level.place?.(to) ?? passed.filter((cut) => cut.level === level).length
    level.cuts -= level.place?.(from) ?? 0
  }
  return cuts.slice(passed.length)
}
