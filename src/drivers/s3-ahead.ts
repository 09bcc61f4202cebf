import { setMaxListeners } from 'node:events'
import { isBefore, type Keys, type Listed } from './s3-keys.ts'
import { endOf, learn, position, step, textAt, within, type Zone, zoneOf } from './s3-zone.ts'

/** One page of a listing; with a `token` there are more. */
export interface KeyPage {
  readonly keys: Keys
  readonly token: string | undefined
}

/** Where a page begins: behind a key, or where an earlier page ended. */
export type From = { readonly after: string } | { readonly token: string }

/** Pages asked for at a time. */
const mostAsked = 12
/** Pages that may wait, or be under way, before one more is asked for behind them. */
const mostNearer = 40
/** The same in all, wherever they are: what bounds the memory. */
const mostHeld = 80
/** Pages that one range should have, so that what its last one has too many is little of it. */
const rangeLength = 4

/** Some of the keys of a page. */
interface Stretch {
  readonly of: Keys
  readonly from: number
  readonly to: number
}

/** Keys behind `after`, up to and with `until`, which are listed one page after the other. */
interface Range {
  readonly after: string
  until: string | undefined
  zone: Zone | undefined
  /** The zone that it begins behind, while nothing is known about what follows. */
  readonly left: Zone | undefined
  state: 'waiting' | 'asked' | 'done'
  token: string | undefined
  /** Pages that wait for their turn. */
  readonly ready: Stretch[]
  /** What came behind `until`: needed when the next range turns out to be wrong. */
  beyond: Stretch | undefined
  /** Pages and keys so far, and the first key and the last. */
  pages: number
  keys: number
  first: string | undefined
  last: string | undefined
  failure: { readonly error: unknown } | undefined
}

/**
 * The keys of a listing in the store's order, page by page, of which `first` is there already. S3 gives pages one after
 * the other; but a page may begin anywhere, so that ranges of keys are listed side by side, cut where keys are
 * presumed. Which ranges there are changes what is asked for, not what comes out. Ranges near the beginning come first,
 * and no more than 64 pages are held. A store that does not begin where it is told is listed from page to page.
 * `ask` must reject when its signal is aborted, as it is when the consumer stops.
 */
export async function* ahead(
  first: KeyPage,
  ask: (from: From, signal: AbortSignal) => Promise<KeyPage>,
): AsyncGenerator<Iterable<Listed>> {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const ranges: Range[] = [rangeFrom('', undefined, undefined, undefined)]
  let trusted = true
  let asked = 0
  let held = 0
  let allowed = 2
  let pageLength = 1
  let wake: () => void = () => undefined

  function fill(): void {
    while (!controller.signal.aborted && asked < allowed) {
      const range = nextRange()
      if (range === undefined) return
      start(range)
    }
  }

  function nextRange(): Range | undefined {
    let nearer = 0
    for (const [index, range] of ranges.entries()) {
      nearer += range.ready.length + (range.state === 'asked' ? 1 : 0)
      if (index > 0 && (nearer >= mostNearer || asked + held >= mostHeld)) return undefined
      if (range.state === 'waiting') return range
      if (range.state === 'done' || !trusted) continue
      const cut = cutOf(range)
      if (cut === undefined) continue
      const { zone } = range
      const behind = zone !== undefined && cut === endOf(zone)
      const next = rangeFrom(cut, range.until, behind ? zone.outer : zone, zone)
      range.until = cut
      ranges.splice(index + 1, 0, next)
      return next
    }
    return undefined
  }

  function start(range: Range): void {
    range.state = 'asked'
    asked += 1
    const from = range.token === undefined ? { after: range.after } : { token: range.token }
    ask(from, controller.signal)
      .then(
        (page) => {
          if (ranges.includes(range)) take(range, page)
        },
        (error: unknown) => {
          const index = ranges.indexOf(range)
          // The range before may do without it.
          if (index > 0 && range.pages === 0) distrust(index - 1)
          range.state = 'done'
          range.failure = { error }
        },
      )
      .finally(() => {
        asked -= 1
        fill()
        wake()
      })
  }

  function take(range: Range, page: KeyPage): void {
    const index = ranges.indexOf(range)
    if (!follows(page.keys, range.last ?? range.after)) {
      // A range that does not begin where it should says nothing; the one before goes on in its place.
      const wrong = range.pages === 0 && index > 0
      distrust(wrong ? index - 1 : index)
      if (wrong) return
    }
    range.pages += 1
    range.token = page.token
    if (page.token === undefined) {
      // The page has all there is.
      dropAfter(index)
      range.until = undefined
    }
    const { length } = page.keys
    if (length > 0) skipHole(index, page.keys.key(0))
    const { until } = range
    const count = until === undefined ? length : countUpTo(page.keys, until)
    // Few at first, since most listings are short; and fewer where keys are not where they are presumed.
    allowed = count * 2 < length ? Math.max(2, allowed - 1) : Math.min(mostAsked, allowed + 1)
    hold(range, { of: page.keys, from: 0, to: count })
    range.keys += count
    range.beyond = { of: page.keys, from: count, to: length }
    if (length > 0) {
      range.first ??= page.keys.key(0)
      range.last = page.keys.key(length - 1)
    }
    range.state = page.token === undefined || count < length || range.last === until ? 'done' : 'waiting'
    pageLength = Math.max(pageLength, length)
    survey(range, page.keys, pageLength)
  }

  /** What comes before the first key of a page is empty; ranges that begin there would begin with the same page. */
  function skipHole(index: number, key: string): void {
    const range = ranges[index] as Range
    for (;;) {
      const next = ranges[index + 1]
      if (next === undefined || next.pages > 0 || !isBefore(next.after, key)) return
      range.until = next.until
      range.zone = next.zone
      ranges.splice(index + 1, 1)
    }
  }

  function hold(range: Range, stretch: Stretch): void {
    if (stretch.to === stretch.from) return
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
        yield listed(ready)
      } else if (range.failure !== undefined) throw range.failure.error
      // Only a page of the next one shows that it begins where this one ends.
      else if (range.state === 'done' && (next === undefined || next.pages > 0)) ranges.shift()
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
  zone: Zone | undefined,
  left: Zone | undefined,
): Range {
  return {
    after,
    until,
    zone,
    left,
    state: 'waiting',
    token: undefined,
    ready: [],
    beyond: undefined,
    pages: 0,
    keys: 0,
    first: undefined,
    last: undefined,
    failure: undefined,
  }
}

/** Where to cut off the rest of a range whose next page is under way; undefined when it is short already. */
function cutOf({ zone, last, after, until }: Range): string | undefined {
  if (zone === undefined) return undefined
  const from = last ?? after
  const length = rangeLength * step(zone)
  const at = position(zone, from)
  const end = until?.startsWith(zone.prefix) ? position(zone, until) : Number.POSITIVE_INFINITY
  if (end - at < 1.5 * length) return undefined
  const cut = at + length >= 1 ? endOf(zone) : textAt(zone, at + length)
  return from < cut && (until === undefined || cut < until) ? cut : undefined
}

/** Learns from a page how the keys lie. */
function survey(range: Range, keys: Keys, pageLength: number): void {
  const { zone, left, after, until, first, last, pages } = range
  if (first === undefined || last === undefined) return
  const sample = Array.from({ length: Math.ceil(keys.length / 32) }, (_, index) => keys.key(index * 32))
  if (range.state === 'done') {
    if (
      zone !== undefined &&
      until !== undefined &&
      after.startsWith(zone.prefix) &&
      until.startsWith(zone.prefix)
    )
      learn(zone, position(zone, until) - position(zone, after), range.keys / pageLength)
  } else if (zone === undefined) {
    // What it begins behind was estimated; with it, the zone is wide enough to hold what comes next.
    range.zone =
      left === undefined
        ? zoneOf({ first, last, pages: 1 }, sample)
        : zoneOf({ first: left.first, last, pages: 1 + (1 - position(left, left.first)) / step(left) }, [
            ...sample,
            left.first,
          ])
  } else if (pages > rangeLength + 1) {
    // Many more keys than foretold: they show best themselves how they lie.
    range.zone = within(zone, zoneOf({ first, last, pages }, sample))
    range.first = last
    range.pages = 1
  }
}

// One at a time, so that they are garbage at once.
function* listed({ of, from, to }: Stretch): Generator<Listed> {
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
