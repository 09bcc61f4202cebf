import { fold, isBlank, isBreak, isBreakOrEnd, isSpaceOrEnd } from './characters.ts'
import { NotYaml, type Source } from './source.ts'

/** The content of a scalar and where it ends. */
export interface ScannedScalar {
  readonly text: string
  readonly end: number
}

/** Whether a plain scalar is followed by a line that may begin with a key, too. */
export interface ScannedPlain extends ScannedScalar {
  readonly broken: boolean
}

const colon = 0x3a

/** A scalar without quotes. `indent` is the least column of its further lines. */
export function scanPlain(source: Source, indent: number, inFlow: boolean): ScannedPlain {
  const { text } = source
  const start = source.at
  let end = start
  let content = ''
  let blanks = ''
  let first = ''
  let more = ''
  let broken = false
  for (;;) {
    if (source.atDocumentMark() || source.code() === 0x23) break
    const from = source.at
    for (let code = source.code(); !isSpaceOrEnd(code); code = source.code()) {
      if (code === colon && isSpaceOrEnd(source.code(1))) break
      if (inFlow && endsPlainInFlow(code)) break
      source.skip()
    }
    if (source.at > from) {
      content += `${broken ? fold(first, more) : blanks}${text.slice(from, source.at)}`
      end = source.at
      blanks = first = more = ''
      broken = false
    }
    if (!isBlank(source.code()) && !isBreak(source.code())) break
    for (let code = source.code(); isBlank(code) || isBreak(code); code = source.code()) {
      if (isBlank(code)) {
        if (broken && code === 0x09 && source.column() < indent)
          throw new NotYaml('found a tab character that violates indentation', source.at)
        if (!broken) blanks += String.fromCharCode(code)
        source.skip()
      } else if (broken) {
        more += source.skipBreak()
      } else {
        blanks = ''
        first = source.skipBreak()
        broken = true
      }
    }
    if (!inFlow && source.column() < indent) break
  }
  return { text: content, end, broken }
}

/** `,?[]{}` */
function endsPlainInFlow(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d
}

/** A scalar in quotes; the source stands at the opening one. */
export function scanQuoted(source: Source): ScannedScalar {
  const start = source.at
  const quote = source.code()
  const single = quote === 0x27
  source.skip()
  let content = ''
  for (;;) {
    if (source.atDocumentMark()) throw new NotYaml('found unexpected document indicator', source.at)
    if (Number.isNaN(source.code()))
      throw new NotYaml('found unexpected end of stream in a quoted scalar that begins here', start)
    let broken = false
    for (let code = source.code(); !isSpaceOrEnd(code); code = source.code()) {
      if (single && code === quote && source.code(1) === quote) {
        content += "'"
        source.skip(2)
      } else if (code === quote) {
        break
      } else if (!single && code === 0x5c && isBreak(source.code(1))) {
        source.skip()
        source.skipBreak()
        broken = true
        break
      } else if (!single && code === 0x5c) {
        content += scanEscape(source)
      } else {
        content += String.fromCharCode(code)
        source.skip()
      }
    }
    if (source.code() === quote) break
    content += scanGap(source, broken)
  }
  source.skip()
  return { text: content, end: source.at }
}

/** Blanks and breaks inside quotes, as the text they stand for. `escaped`: a break with a backslash came before. */
function scanGap(source: Source, escaped: boolean): string {
  let blanks = ''
  let first = ''
  let more = ''
  let broken = escaped
  for (let code = source.code(); isBlank(code) || isBreak(code); code = source.code()) {
    if (isBlank(code)) {
      if (!broken) blanks += String.fromCharCode(code)
      source.skip()
    } else if (broken) {
      more += source.skipBreak()
    } else {
      first = source.skipBreak()
      broken = true
    }
  }
  return broken ? fold(first, more) : blanks
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function scanEscape(source: Source): string {
  const start = source.at
  const sign = source.text[start + 1] ?? ''
  const plain = escapes[sign]
  if (plain !== undefined) {
    source.skip(2)
    return plain
  }
  const length = hexDigits[sign]
  if (length === undefined) throw new NotYaml('found unknown escape character', start)
  const digits = source.text.slice(start + 2, start + 2 + length)
  if (digits.length < length || !/^[0-9A-Fa-f]+$/.test(digits))
    throw new NotYaml('did not find expected hexdecimal number', start)
  const value = Number.parseInt(digits, 16)
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    throw new NotYaml('found invalid Unicode character escape code', start)
  source.skip(2 + length)
  return String.fromCodePoint(value)
}

/** A scalar after `|` or `>`, where the source stands. `parent` is the indent of what it belongs to, or -1. */
export function scanBlock(source: Source, parent: number): ScannedScalar {
  const start = source.at
  const literal = source.code() === 0x7c
  const { chomp, increment } = scanHeader(source)
  let indent = increment === 0 ? 0 : Math.max(parent, 0) + increment
  let content = ''
  let first = ''
  let end = source.at
  let blankBefore = false
  const breaks = () => {
    const found = scanIndents(source, indent, parent, start)
    indent = found.indent
    end = found.end
    return found.breaks
  }
  let more = breaks()
  while (source.column() === indent && !Number.isNaN(source.code())) {
    const blankHere = isBlank(source.code())
    content += literal || blankBefore || blankHere || first !== '\n' ? first + more : more === '' ? ' ' : more
    blankBefore = blankHere
    const from = source.at
    while (!isBreakOrEnd(source.code())) source.skip()
    content += source.text.slice(from, source.at)
    first = Number.isNaN(source.code()) ? '' : source.skipBreak()
    more = breaks()
  }
  if (chomp !== '-') content += first
  if (chomp === '+') content += more
  return { text: content, end }
}

function scanHeader(source: Source): { readonly chomp: string; readonly increment: number } {
  const start = source.at
  source.skip()
  const found = /([-+]?)([0-9]?)([-+]?)/y
  found.lastIndex = source.at
  const [whole = '', before = '', digit = '', after = ''] = found.exec(source.text) ?? []
  if (digit === '0') throw new NotYaml('found an indentation indicator equal to 0', start)
  // Of `|-2-` and `|--` the second sign is no part of the header.
  const extra = before !== '' ? after.length : 0
  source.skip(whole.length - extra)
  while (isBlank(source.code())) source.skip()
  if (source.code() === 0x23) while (!isBreakOrEnd(source.code())) source.skip()
  if (!isBreakOrEnd(source.code()))
    throw new NotYaml('did not find expected comment or line break', source.at)
  if (!Number.isNaN(source.code())) source.skipBreak()
  return { chomp: before || after, increment: Number(digit) }
}

/** Indents and empty lines. An indent of 0 is not known yet and found here: the deepest of the empty lines' and the next. */
function scanIndents(
  source: Source,
  given: number,
  parent: number,
  start: number,
): { readonly indent: number; readonly end: number; readonly breaks: string } {
  let deepest = 0
  let breaks = ''
  let end = source.at
  for (;;) {
    while ((given === 0 || source.column() < given) && source.code() === 0x20) source.skip()
    deepest = Math.max(deepest, source.column())
    if ((given === 0 || source.column() < given) && source.code() === 0x09)
      throw new NotYaml('found a tab character where an indentation space is expected', start)
    if (!isBreak(source.code())) break
    breaks += source.skipBreak()
    end = source.at
  }
  return { indent: given === 0 ? Math.max(deepest, parent + 1, 1) : given, end, breaks }
}
