/**
 * Whether Go's regexp compiles a pattern, and what it says if not. JavaScript's own is another language: it takes
 * look-around and back references, which Go does not. Source: Go's regexp/syntax.
 */
export function re2Error(pattern: string): string | undefined {
  try {
    const cursor: Cursor = { text: pattern, names: new Set(), at: 0 }
    alternatives(cursor, 0)
    if (cursor.at < pattern.length) fail('unexpected )', pattern)
    return undefined
  } catch (error) {
    if (error instanceof PatternError) return `error parsing regexp: ${error.message}`
    throw error
  }
}

class PatternError extends Error {}

function fail(what: string, part: string): never {
  throw new PatternError(`${what}: \`${part}\``)
}

interface Cursor {
  readonly text: string
  readonly names: Set<string>
  at: number
}

const maxRepeat = 1000

/** Branches up to a closing parenthesis or the end. Gives the largest repetition inside. */
function alternatives(cursor: Cursor, depth: number): number {
  let size = 1
  let repeatable = false
  let repeated = ''
  let inner = 1
  while (cursor.at < cursor.text.length) {
    const char = cursor.text[cursor.at] ?? ''
    if (char === ')') return size
    if (char === '|' || char === '^' || char === '$') {
      cursor.at += 1
      repeatable = char !== '|'
      repeated = ''
      inner = 1
      continue
    }
    const operator = repetition(cursor)
    if (operator === undefined) {
      repeated = ''
      const found = atom(cursor, depth)
      // A group that only sets flags leaves what is before it to be repeated.
      if (found === 0) continue
      repeatable = true
      inner = found
      size = Math.max(size, inner)
      continue
    }
    const { text, count } = operator
    if (!repeatable)
      fail('missing argument to repetition operator', text.length > 1 ? text.replace(/\?$/, '') : text)
    if (repeated !== '') fail('invalid nested repetition operator', repeated + text)
    inner *= count
    if (inner > maxRepeat) fail('invalid repeat count', text)
    size = Math.max(size, inner)
    repeated = text
  }
  return size
}

function repetition(cursor: Cursor): { readonly text: string; readonly count: number } | undefined {
  const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/.exec(cursor.text.slice(cursor.at, cursor.at + 40))
  if (found === null) return undefined
  const [text, low, comma, high = ''] = found
  // A number with a leading zero is no count, and the braces stand for themselves.
  if (/^0\d/.test(low ?? '') || /^0\d/.test(high)) return undefined
  cursor.at += text.length
  const min = Number(low ?? 0)
  const max = comma === undefined ? min : high === '' ? -1 : Number(high)
  if (max > -1 && max < min) fail('invalid repeat count', text.replace(/\?$/, ''))
  return { text, count: Math.max(min, max, 1) }
}

/** One character, class, escape or group. Gives the largest repetition inside, 0 for a group that only sets flags. */
function atom(cursor: Cursor, depth: number): number {
  switch (cursor.text[cursor.at]) {
    case '(':
      return group(cursor, depth)
    case '[':
      charClass(cursor)
      return 1
    case '\\':
      escaped(cursor)
      return 1
    default:
      cursor.at += (cursor.text.codePointAt(cursor.at) ?? 0) > 0xffff ? 2 : 1
      return 1
  }
}

function group(cursor: Cursor, depth: number): number {
  if (depth > 900) fail('expression nests too deeply', cursor.text)
  const start = cursor.at
  cursor.at += 1
  if (cursor.text[cursor.at] === '?') {
    const rest = cursor.text.slice(start)
    const name = /^\(\?P?<([^>]*)>/.exec(rest)
    if (name !== null) {
      const [all, word = ''] = name
      if (!/^[A-Za-z0-9_]+$/.test(word)) fail('invalid named capture', all)
      if (cursor.names.has(word)) fail('duplicate capture group name', word)
      cursor.names.add(word)
      cursor.at = start + all.length
    } else {
      const flags = /^\(\?[imsU]*(?:-[imsU]+)?([:)])/.exec(rest)
      if (flags === null) {
        fail(
          /^\(\?P?</.test(rest) ? 'invalid named capture' : 'invalid or unsupported Perl syntax',
          rest.slice(0, 3),
        )
      }
      cursor.at = start + flags[0].length
      if (flags[1] === ')') return 0
    }
  }
  const size = alternatives(cursor, depth + 1)
  if (cursor.text[cursor.at] !== ')') fail('missing closing )', cursor.text)
  cursor.at += 1
  return size
}

const escapes =
  /^\\(?:[^A-Za-z0-9]|[AbBzdswDSWafnrtv]|0[0-7]{0,2}|[1-7][0-7]{1,2}|x[0-9A-Fa-f]{2}|x\{[0-9A-Fa-f]{1,6}\}|[pP][LMNPSZClmnpszc]|[pP]\{\^?[A-Za-z_]+\})/u

function escaped(cursor: Cursor): void {
  const rest = cursor.text.slice(cursor.at)
  if (rest.length === 1) fail('trailing backslash at end of expression', '')
  const known = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest) ?? escapes.exec(rest)
  if (known === null || /^\\[\u0080-\uffff]/.test(rest)) {
    const unicode = /^\\[pP](\{[^}]*\}|.)?/.exec(rest)?.[0]
    fail(
      unicode === undefined ? 'invalid escape sequence' : 'invalid character class range',
      unicode ?? rest.slice(0, 2),
    )
  }
  const code = /^\\x\{([0-9A-Fa-f]+)\}/.exec(rest)?.[1]
  if (code !== undefined && Number.parseInt(code, 16) > 0x10ffff) fail('invalid escape sequence', known[0])
  const named = /^\\[pP]\{\^?([A-Za-z_]+)\}/.exec(rest)?.[1]
  if (named !== undefined && !isUnicodeClass(named)) fail('invalid character class range', known[0])
  cursor.at += known[0].length
}

/** Whether Unicode has a category or a script of that name. */
function isUnicodeClass(name: string): boolean {
  return [`gc=${name}`, `sc=${name}`].some((property) => {
    try {
      return new RegExp(`\\p{${property}}`, 'u').source !== ''
    } catch {
      return false
    }
  })
}

const posix = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
)

function charClass(cursor: Cursor): void {
  const start = cursor.at
  cursor.at += 1
  if (cursor.text[cursor.at] === '^') cursor.at += 1
  for (let first = true; ; first = false) {
    const rest = cursor.text.slice(cursor.at)
    if (rest === '') fail('missing closing ]', cursor.text.slice(start))
    if (rest.startsWith(']') && !first) break
    const named = /^\[:(\^?)([^\]]*):\]/.exec(rest)
    if (named !== null) {
      if (!posix.has(named[2] ?? '')) fail('invalid character class range', named[0])
      cursor.at += named[0].length
      continue
    }
    if (/^\\[dswDSWpP]/.test(rest)) {
      escaped(cursor)
      continue
    }
    const low = member(cursor)
    const isRange =
      cursor.text[cursor.at] === '-' &&
      cursor.at + 1 < cursor.text.length &&
      cursor.text[cursor.at + 1] !== ']'
    if (!isRange) continue
    cursor.at += 1
    if (member(cursor) < low) fail('invalid character class range', cursor.text.slice(start, cursor.at))
  }
  cursor.at += 1
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** The code point of one member of a class. */
function member(cursor: Cursor): number {
  const start = cursor.at
  if (cursor.text[start] !== '\\') {
    const code = cursor.text.codePointAt(start) ?? 0
    cursor.at += code > 0xffff ? 2 : 1
    return code
  }
  const rest = cursor.text.slice(start)
  if (/^\\[AbBzQEdswDSWpP]/.test(rest)) fail('invalid escape sequence', rest.slice(0, 2))
  escaped(cursor)
  const body = cursor.text.slice(start + 1, cursor.at)
  const hex = /^x\{?([0-9A-Fa-f]+)/.exec(body)?.[1]
  if (hex !== undefined) return Number.parseInt(hex, 16)
  if (/^[0-7]/.test(body)) return Number.parseInt(body, 8)
  return controls[body] ?? body.codePointAt(0) ?? 0
}
