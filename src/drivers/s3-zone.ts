/**
 * A guess of where keys lie. Keys with a common prefix are read as numbers in [0, 1), one digit a character that
 * occurs in them, and are taken to lie about evenly; so the key that a page ends with can be foretold. A wrong guess
 * costs a request, never a key.
 */
export interface Zone {
  readonly prefix: string
  /** The characters that each place behind the prefix can have, in order. */
  readonly alphabets: readonly string[]
  /** The first key that was seen in it. */
  readonly first: string
  /** Over how much of [0, 1) how many pages were counted. */
  distance: number
  pages: number
  /** The zone that goes on behind this one. */
  readonly outer: Zone | undefined
}

/** Digits that a double can tell apart. */
const longest = 16
/** What was counted before weighs this much less than what is counted now. */
const fading = 0.7

/** The zone of keys in which `pages` pages reached from `first` to `last`; `sample` shows how they are spelt. */
export function zoneOf(
  { first, last, pages }: { readonly first: string; readonly last: string; readonly pages: number },
  sample: readonly string[],
): Zone | undefined {
  const prefix = commonPrefix(first, last)
  const rests = [...sample, first, last].flatMap((key) =>
    key.startsWith(prefix) ? [key.slice(prefix.length, prefix.length + longest)] : [],
  )
  const alphabets = Array.from({ length: longest }, (_, place) =>
    alphabetOf(
      rests.map((rest) => rest[place] ?? ''),
      place,
      rests.join(''),
    ),
  )
  const zone = { prefix, alphabets, first, distance: 0, pages, outer: undefined }
  zone.distance = position(zone, last) - position(zone, first)
  return zone.distance > 0 ? zone : undefined
}

/** The characters that were seen at a place, and those that are to be expected there; `all` is what was seen at all. */
function alphabetOf(seen: readonly string[], place: number, all: string): string {
  const found = new Set(seen.filter((c) => c >= ' ' && c < '~'))
  const add = (characters: string) => {
    for (const c of characters) found.add(c)
  }
  const has = (pattern: RegExp) => seen.some((c) => pattern.test(c))
  if (/^[0-9a-f/]*[a-f][0-9a-f/]*$/.test(all)) {
    if (has(/[0-9a-f]/)) add('0123456789abcdef')
  } else if (has(/[0-9]/)) add('0123456789')
  else if (place === 0 && has(/[a-z]/)) add('abcdefghijklmnopqrstuvwxyz')
  return [...found].sort().join('')
}

/** The zone to go on with, where `inner` is what was found in `outer`: behind it, the same density is presumed. */
export function within(outer: Zone, inner: Zone | undefined): Zone {
  if (inner === undefined) return outer
  if (inner.prefix === outer.prefix) return { ...inner, outer: outer.outer }
  const rest = inner.first.slice(outer.prefix.length)
  const known = outer.alphabets.join('')
  const alphabets = outer.alphabets.map((alphabet, place) =>
    alphabetOf([...alphabet, rest[place] ?? ''], place, known + rest),
  )
  const wide = { ...outer, alphabets }
  wide.distance = position(wide, endOf(inner)) - position(wide, inner.first)
  wide.pages = (1 - position(inner, inner.first)) / step(inner)
  return { ...inner, outer: wide.distance > 0 ? wide : outer }
}

/** Where a key lies in the zone; 0 before it and 1 behind it. */
export function position({ prefix, alphabets }: Zone, key: string): number {
  if (!key.startsWith(prefix)) return key < prefix ? 0 : 1
  let x = 0
  let scale = 1
  for (const [place, alphabet] of alphabets.entries()) {
    const c = key[prefix.length + place]
    if (c === undefined || alphabet === '') break
    scale /= alphabet.length
    let rank = 0
    while (rank < alphabet.length && (alphabet[rank] ?? '') < c) rank += 1
    x += rank * scale
    if (alphabet[rank] !== c) break
  }
  return Math.min(x, 1)
}

/** The shortest text that lies about at `x`. */
export function textAt(zone: Zone, x: number): string {
  let text = zone.prefix
  let rest = x
  let scale = 1
  for (const alphabet of zone.alphabets) {
    if (alphabet === '' || scale <= step(zone) / 8) break
    scale /= alphabet.length
    const digit = Math.min(alphabet.length - 1, Math.floor(rest / scale))
    text += alphabet[digit]
    rest -= digit * scale
  }
  return text
}

/** How much of [0, 1) a page takes. */
export const step = ({ distance, pages }: Zone) => distance / pages

/** Where the zone ends: a text behind all that a registry can have in it. */
export const endOf = ({ prefix }: Zone) => `${prefix}~`

/** Takes into account that `pages` pages, or a fraction of one, reached over `distance`. */
export function learn(zone: Zone, distance: number, pages: number): void {
  zone.distance = zone.distance * fading + distance
  zone.pages = zone.pages * fading + pages
}

/** The ASCII text that both begin with; what is beyond ASCII is not foretold. */
function commonPrefix(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length] && (a[length] ?? '') <= '~') length += 1
  return a.slice(0, length)
}
