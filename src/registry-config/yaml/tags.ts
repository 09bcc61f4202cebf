import { isBlank, isBreakOrEnd, isSpaceOrEnd, isWord } from './characters.ts'
import { NotYaml, type Source } from './source.ts'

/** A tag as it is written: `!handle!suffix`; without a handle the suffix is the whole tag. */
export interface ScannedTag {
  readonly handle: string
  readonly suffix: string
}

/** A line that begins with a percent sign. */
export type Directive =
  | { readonly name: 'YAML'; readonly version: string }
  | { readonly name: 'TAG'; readonly handle: string; readonly prefix: string }

/** The tag that begins here with `!`. */
export function scanTag(source: Source): ScannedTag {
  const tag = source.code(1) === 0x3c ? scanVerbatim(source) : scanShort(source)
  if (!isSpaceOrEnd(source.code()))
    throw new NotYaml('did not find expected whitespace or line break', source.at)
  return tag
}

function scanVerbatim(source: Source): ScannedTag {
  source.skip(2)
  const suffix = scanUri(source, '')
  if (source.code() !== 0x3e) throw new NotYaml("did not find the expected '>'", source.at)
  source.skip()
  return { handle: '', suffix }
}

function scanShort(source: Source): ScannedTag {
  const handle = scanHandle(source)
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(source, '') }
  const suffix = scanUri(source, handle)
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix }
}

function scanHandle(source: Source): string {
  const start = source.at
  if (source.code() !== 0x21) throw new NotYaml("did not find expected '!'", start)
  source.skip()
  while (isWord(source.code())) source.skip()
  if (source.code() === 0x21) source.skip()
  return source.text.slice(start, source.at)
}

const uriSigns = /[;/?:@&=+$,.!~*'()[\]%]/

/** `head` is a handle that turned out to be none; what follows its exclamation mark belongs to the tag. */
function scanUri(source: Source, head: string): string {
  const start = source.at
  let uri = head.slice(1)
  while (isWord(source.code()) || uriSigns.test(source.text[source.at] ?? '')) {
    if (source.code() === 0x25) uri += scanOctets(source)
    else {
      uri += source.text[source.at]
      source.skip()
    }
  }
  if (head === '' && source.at === start) throw new NotYaml('did not find expected tag URI', start)
  return uri
}

/** One character as its UTF-8 octets: `%C3%A9`. */
function scanOctets(source: Source): string {
  const octets: number[] = []
  let wanted = 1
  while (octets.length < wanted) {
    const found = /^%[0-9A-Fa-f]{2}/.exec(source.text.slice(source.at, source.at + 3))?.[0]
    if (found === undefined) throw new NotYaml('did not find URI escaped octet', source.at)
    const octet = Number.parseInt(found.slice(1), 16)
    if (octets.length === 0) {
      wanted = octetsAfter(octet)
      if (wanted === 0) throw new NotYaml('found an incorrect leading UTF-8 octet', source.at)
    } else if ((octet & 0xc0) !== 0x80) {
      throw new NotYaml('found an incorrect trailing UTF-8 octet', source.at)
    }
    octets.push(octet)
    source.skip(3)
  }
  return new TextDecoder().decode(Uint8Array.from(octets))
}

/** How many octets a character has that begins with this one; 0 for none. */
function octetsAfter(first: number): number {
  if (first < 0x80) return 1
  if ((first & 0xe0) === 0xc0) return 2
  if ((first & 0xf0) === 0xe0) return 3
  return (first & 0xf8) === 0xf0 ? 4 : 0
}

/** The directive that begins here with `%`, and the rest of its line. */
export function scanDirective(source: Source): Directive {
  const start = source.at
  source.skip()
  const from = source.at
  while (isWord(source.code())) source.skip()
  const name = source.text.slice(from, source.at)
  if (name === '') throw new NotYaml('could not find expected directive name', start)
  if (!isSpaceOrEnd(source.code()))
    throw new NotYaml('found unexpected non-alphabetical character', source.at)
  if (name !== 'YAML' && name !== 'TAG') throw new NotYaml('found unknown directive name', start)
  while (isBlank(source.code())) source.skip()
  const directive = name === 'YAML' ? scanVersion(source) : scanTagDirective(source)
  while (isBlank(source.code())) source.skip()
  if (source.code() === 0x23) while (!isBreakOrEnd(source.code())) source.skip()
  if (!isBreakOrEnd(source.code()))
    throw new NotYaml('did not find expected comment or line break', source.at)
  if (!Number.isNaN(source.code())) source.skipBreak()
  return directive
}

function scanVersion(source: Source): Directive {
  const found = /(\d{1,2})\.(\d{1,2})(?!\d)/y
  found.lastIndex = source.at
  const [whole, major, minor] = found.exec(source.text) ?? []
  if (whole === undefined) throw new NotYaml('did not find expected version number', source.at)
  source.skip(whole.length)
  return { name: 'YAML', version: `${Number(major)}.${Number(minor)}` }
}

function scanTagDirective(source: Source): Directive {
  const start = source.at
  const handle = scanHandle(source)
  if (handle !== '!' && !handle.endsWith('!')) throw new NotYaml("did not find expected '!'", start)
  if (!isBlank(source.code())) throw new NotYaml('did not find expected whitespace', source.at)
  while (isBlank(source.code())) source.skip()
  const prefix = scanUri(source, '')
  if (!isSpaceOrEnd(source.code()))
    throw new NotYaml('did not find expected whitespace or line break', source.at)
  return { name: 'TAG', handle, prefix }
}
