import { setMaxListeners } from 'node:events'
import {
  type Cut,
  cutAfter,
  digitCuts,
  directoriesOf,
  directoryCuts,
  type Level,
  type Levels,
  pagesTo,
  pass,
  presumed,
} from './s3-cuts.ts'
import { isBefore, type Keys, type Listed } from './s3-keys.ts'

/** One page of a listing; with a `token` there are more. */
export interface KeyPage {
  readonly keys: Keys
  readonly token: string | undefined
}

/** Where a page begins: behind a key, or where an earlier page ended. */
export type From = { readonly after: string } | { readonly token: string }

/** Pages asked for at a time. */
const mostAsked = 12
/** Pages that may wait for their turn or be under way: what bounds the memory. */
const mostHeld = 80
/** Pages that one range should have, so that what its last one has too many is little of it. */
const rangeLength = 4
/** One key in so many shows how the keys of a page lie. */
const sampled = 16

/** Some of the keys of a page: from one index up to another. */
export interface Stretch {
  readonly of: Keys
  readonly from: number
  readonly to: number
}

/** Keys behind `after`, up to and with `until`, which are listed one page after the other. */
interface Range {
  readonly after: string
  until: string | undefined
  /** Where it may be cut, in order; and what the cut that it ends with tells about others. */
  cuts: readonly Cut[]
  ends: Level | undefined
  state: 'waiting' | 'asked' | 'done'
  /** Pages that came since it began or since the last cut: of what has been long, more is presumed. */
  gone: number
  /** Whether the store is being asked for directories in it. */
  exploring: boolean
  token: string | undefined
  /** Pages that wait for their turn. */
  readonly ready: Stretch[]
  /** What came behind `until`: needed when the next range turns out to be wrong. */
  beyond: Stretch | undefined
  /** The page that came last; until then nothing is known about how the keys lie. */
  page: Keys | undefined
  failure: { readonly error: unknown } | undefined
}

/** How `ahead` asks the store; each must reject when its signal is aborted, as it is when the consumer stops. */
export interface Listing {
  /** What all keys begin with. */
  readonly prefix: string
  page(from: From, signal: AbortSignal): Promise<KeyPage>
  /** Common prefixes up to the next `/` behind `directory`, those before `after` not needed; and whether it is all. */
  directories(
    directory: string,
    after: string,
    signal: AbortSignal,
  ): Promise<{ readonly prefixes: readonly string[]; readonly all: boolean }>
}

/**
 * The keys of a listing in the store's order, page by page, of which `first` is there already. S3 gives pages one after
 * the other; but a page may begin anywhere, so that ranges of keys are listed side by side, cut where directories begin
 * or digits change. Which ranges there are changes what is asked for, not what comes out. Ranges near the beginning
 * come first, and no more than 81 pages are held. A store that does not begin where it is told is listed from page to
 * page.
 */
export async function* ahead(first: KeyPage, listing: Listing): AsyncGenerator<Stretch> {
  const controller = new AbortController()
  const { signal } = controller
  setMaxListeners(0, signal)
  const ranges: Range[] = [rangeFrom('', undefined, [], undefined)]
  /** Directories that were asked for, and up to where they are known when the answer had not all. */
  const told = new Map<string, string | undefined>()
  const levels: Levels = new Map()
  let trusted = true
  let asked = 0
  let held = 0
  let allowed = 4
  let pageLength = 1
  let wake: () => void = () => undefined

  function fill(): void {
    while (!signal.aborted && asked < allowed) {
      const next = nextRequest()
      if (next === undefined) return
      asked += 1
      next().finally(() => {
        asked -= 1
        fill()
        wake()
      })
    }
  }

  function nextRequest(least = 1.5 * rangeLength): (() => Promise<void>) | undefined {
    const outer = outerDirectory()
    if (outer !== undefined) return outer
    const full = asked + held >= mostHeld
    for (const [index, range] of ranges.entries()) {
      const isNext = index === 0 && range.ready.length === 0
      if (range.state === 'waiting' && (isNext || !full)) return () => ask(range)
      if (full) return undefined
      if (range.state === 'done' || !trusted || lengthOf(range) < least) continue
      const next = split(range, index, least / 1.5)
      if (next !== undefined) return () => ask(next)
      const directory = unexplored(range)
      if (directory !== undefined) return () => explore(range, directory)
    }
    // Sooner a few keys twice than nothing to do.
    return least > 2 ? nextRequest(2) : undefined
  }

  /** Cuts off what is far from the page that is under way. */
  function split(range: Range, index: number, length: number): Range | undefined {
    if (range.cuts.length === 0) range.cuts = knownCuts(range, listing.prefix)
    const at = cutAfter(range.cuts, length)
    const cut = range.cuts[at]
    if (cut === undefined) return undefined
    const next = rangeFrom(cut.at, range.until, range.cuts.slice(at + 1), range.ends)
    range.until = cut.at
    range.ends = cut.level
    range.cuts = range.cuts.slice(0, at)
    range.gone = 0
    ranges.splice(index + 1, 0, next)
    return next
  }

  function unexplored(range: Range): string | undefined {
    if (range.page?.length === 0 || range.exploring) return undefined
    const at = reached(range)
    const first = range.page?.key(0) ?? at
    return directoriesOf(at, range.until, listing.prefix).find((name) => {
      const upTo = told.get(name)
      // What begins on a page may end on the next.
      return first.startsWith(name) && (!told.has(name) || (upTo !== undefined && !isBefore(at, upTo)))
    })
  }

  /** What comes behind the directories that are cut by digits is asked for while they are listed, not when they end. */
  function outerDirectory(): (() => Promise<void>) | undefined {
    const range = ranges.at(-1)
    const last = range?.cuts.at(-1)?.at
    if (!trusted || asked < 3 || range === undefined || range.until !== undefined || last === undefined)
      return undefined
    const directory = directoriesOf(last, undefined, listing.prefix).find(
      (name) => !told.has(name) && last.includes('/', name.length),
    )
    return directory === undefined ? undefined : () => explore(range, directory)
  }

  async function explore(range: Range, directory: string): Promise<void> {
    told.set(directory, undefined)
    range.exploring = true
    try {
      const { page } = range
      const keys = Array.from({ length: page?.length ?? 0 }, (_, index) => page?.key(index) ?? '')
      const { prefixes, all } = await listing.directories(directory, reached(range), signal)
      const cuts = directoryCuts(directory, prefixes, keys, levels)
      // The rest is asked for when it is near, unless a page tells as much as such an answer.
      if (!all && pagesTo(cuts) > 2) told.set(directory, prefixes.at(-1))
      // The range may have been cut meanwhile.
      for (const holder of ranges.slice(Math.max(0, ranges.indexOf(range)))) {
        if (holder.state === 'done') continue
        const known = new Set(holder.cuts.map(({ at }) => at))
        const found = within(holder, cuts).filter(({ at }) => !known.has(at))
        if (found.length === 0) continue
        holder.cuts = [...holder.cuts, ...found].sort((a, b) => (isBefore(a.at, b.at) ? -1 : 1))
      }
    } catch {
      // Pages tell what there is to tell; without directories they come one after the other.
    } finally {
      range.exploring = false
    }
  }

  async function ask(range: Range): Promise<void> {
    range.state = 'asked'
    try {
      const page = await listing.page(
        range.token === undefined ? { after: range.after } : { token: range.token },
        signal,
      )
      if (ranges.includes(range)) take(range, page)
    } catch (error) {
      const index = ranges.indexOf(range)
      // The range before may do without it.
      if (index > 0 && range.page === undefined) distrust(index - 1)
      range.state = 'done'
      range.failure = { error }
    }
  }

  function take(range: Range, { keys, token }: KeyPage): void {
    const index = ranges.indexOf(range)
    if (!follows(keys, reached(range))) {
      // A range that does not begin where it should says nothing; the one before goes on in its place.
      const wrong = range.page === undefined && index > 0
      distrust(wrong ? index - 1 : index)
      if (wrong) return
    }
    range.token = token
    if (token === undefined) {
      // The page has all there is.
      dropAfter(index)
      range.until = undefined
      range.cuts = []
    }
    const { length } = keys
    if (length > 0) skipHole(index, keys.key(0))
    const { until } = range
    const count = until === undefined ? length : countUpTo(keys, until)
    // Few at first, since most listings are short; and fewer where keys are not where they are presumed.
    if (count * 2 >= length) allowed = Math.min(mostAsked, allowed + 1)
    hold(range, { of: keys, from: 0, to: count })
    range.beyond = { of: keys, from: count, to: length }
    const ended = token === undefined || count < length || (length > 0 && lastOf(keys) === until)
    range.state = ended ? 'done' : 'waiting'
    pageLength = Math.max(pageLength, length)
    if (length > 0) {
      const from = reached(range)
      const to = until !== undefined && count < length ? until : lastOf(keys)
      range.page = keys
      const left = pass(range.cuts, range.ends, from, to, count / pageLength)
      range.gone = left.length < range.cuts.length ? 0 : range.gone + count / pageLength
      range.cuts = left
    }
    range.page ??= keys
    if (ended && range.ends !== undefined && range.ends.place === undefined) range.ends.cuts += 1
  }

  /** What comes before the first key of a page is empty; ranges that begin there would begin with the same page. */
  function skipHole(index: number, key: string): void {
    const range = ranges[index] as Range
    for (;;) {
      const next = ranges[index + 1]
      if (next === undefined || next.page !== undefined || !isBefore(next.after, key)) return
      range.until = next.until
      range.cuts = next.cuts
      range.ends = next.ends
      ranges.splice(index + 1, 1)
    }
  }

  /** Also a page of which nothing is left in its range, since it waits with it. */
  function hold(range: Range, stretch: Stretch): void {
    range.ready.push(stretch)
    held += 1
  }

  function dropAfter(index: number): void {
    for (const { ready } of ranges.splice(index + 1)) held -= ready.length
  }

  /** From this range on everything is listed from page to page. */
  function distrust(index: number): void {
    trusted = false
    dropAfter(index)
    const range = ranges[index]
    if (range === undefined) return
    range.until = undefined
    if (range.beyond !== undefined) hold(range, range.beyond)
    range.beyond = undefined
    if (range.state === 'done' && range.token !== undefined) range.state = 'waiting'
  }

  try {
    take(ranges[0] as Range, first)
    for (;;) {
      const range = ranges[0]
      const next = ranges[1]
      if (range === undefined) return
      const ready = range.ready.shift()
      if (ready !== undefined) {
        held -= 1
        fill()
        if (ready.to > ready.from) yield ready
      } else if (range.failure !== undefined) throw range.failure.error
      // Only a page of the next one shows that it begins where this one ends.
      else if (range.state === 'done' && (next === undefined || next.page !== undefined)) ranges.shift()
      else {
        fill()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    controller.abort()
  }
}

function rangeFrom(
  after: string,
  until: string | undefined,
  cuts: readonly Cut[],
  ends: Level | undefined,
): Range {
  return {
    after,
    until,
    cuts,
    ends,
    state: 'waiting',
    gone: 0,
    exploring: false,
    token: undefined,
    ready: [],
    beyond: undefined,
    page: undefined,
    failure: undefined,
  }
}

/** Pages that are presumed in it. */
const lengthOf = ({ cuts, ends, gone }: Range) => Math.max(presumed(cuts, ends), 2 * gone)

/** The cuts that follow from how the keys of the last page are spelt. */
function knownCuts(range: Range, prefix: string): readonly Cut[] {
  const { page, until } = range
  if (page === undefined || page.length === 0) return []
  const sample = sampleOf(page)
  for (const directory of directoriesOf(lastOf(page), until, prefix)) {
    const found = within(range, digitCuts(directory, sample))
    if (found.length > 0) return found
  }
  return []
}

/** Those that lie in what is left of a range. */
const within = (range: Range, cuts: readonly Cut[]) =>
  cuts.filter(
    ({ at }) => isBefore(reached(range), at) && (range.until === undefined || isBefore(at, range.until)),
  )

/** Where what is left of a range begins. */
const reached = ({ page, after }: Range) => (page === undefined || page.length === 0 ? after : lastOf(page))

/** Some keys of a page, with the first and the last. */
const sampleOf = (page: Keys) => [
  ...Array.from({ length: Math.ceil((page.length - 1) / sampled) }, (_, index) => page.key(index * sampled)),
  lastOf(page),
]

const lastOf = (page: Keys) => page.key(page.length - 1)

/** One at a time, so that they are garbage at once. */
export function* listed({ of, from, to }: Stretch): Generator<Listed> {
  for (let index = from; index < to; index++) yield of.at(index)
}

/** Whether keys ascend, all of them behind `after`. */
function follows(keys: Keys, after: string): boolean {
  return keys.length === 0 || (keys.ascending && (after === '' || isBefore(after, keys.key(0))))
}

/** How many of the keys, which ascend, are not behind `until`. */
function countUpTo(keys: Keys, until: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(until, keys.key(middle))) high = middle
    else low = middle + 1
  }
  return low
}
