/**
 * What a YAML scalar is to the registry. It reads with gopkg.in/yaml.v2 (2.2.1 in 2.x, 2.4.0 in 3.x), which
 * is YAML 1.1 with exceptions: no base 60, and "y", "n", "on", "off" are booleans. Source: yaml.v2 resolve.go.
 */
import { before, majorOf, type Release } from './releases.ts'

export type ScalarType = 'null' | 'bool' | 'int' | 'float' | 'string'

/** A scalar as Go holds it. Integers beyond 2^53 are bigint, so that no digit is lost. */
export type Scalar = null | boolean | number | bigint | string

export interface Resolved {
  readonly type: ScalarType
  readonly value: Scalar
}

/** The text cannot be what its tag says, or the tag has no such value; the registry stops with this message. */
export interface Unresolvable {
  readonly type: 'error'
  readonly message: string
}

const words = new Map<string, Resolved>()
for (const [value, list] of [
  [true, 'y Y yes Yes YES true True TRUE on On ON'],
  [false, 'n N no No NO false False FALSE off Off OFF'],
] as const) {
  for (const word of list.split(' ')) words.set(word, { type: 'bool', value })
}
for (const word of ['', '~', 'null', 'Null', 'NULL']) words.set(word, { type: 'null', value: null })
for (const word of ['.nan', '.NaN', '.NAN']) words.set(word, { type: 'float', value: Number.NaN })
for (const [sign, value] of [
  ['', Number.POSITIVE_INFINITY],
  ['+', Number.POSITIVE_INFINITY],
  ['-', Number.NEGATIVE_INFINITY],
] as const) {
  for (const word of ['.inf', '.Inf', '.INF']) words.set(sign + word, { type: 'float', value })
}

const float24 = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
/** From 2.4 to 2.8 an exponent needs a sign, so 1e5 is text. Source: facts registry 1.2. */
const float22 = /^[-+]?[0-9]*\.?[0-9]+([eE][-+][0-9]+)?$/

const tags: Readonly<Record<string, ScalarType | 'timestamp' | 'binary'>> = {
  'tag:yaml.org,2002:str': 'string',
  'tag:yaml.org,2002:bool': 'bool',
  'tag:yaml.org,2002:int': 'int',
  'tag:yaml.org,2002:float': 'float',
  'tag:yaml.org,2002:null': 'null',
  'tag:yaml.org,2002:timestamp': 'timestamp',
  'tag:yaml.org,2002:binary': 'binary',
}

/** `text` as the registry's parser resolves it; `plain` is false for quoted and block scalars. */
export function resolve(
  text: string,
  options: { readonly plain: boolean; readonly tag?: string | undefined; readonly release: Release },
): Resolved | Unresolvable {
  const { tag } = options
  if (tag === undefined || tag === '!') {
    return options.plain && tag === undefined ? resolvePlain(text, options.release) : string(text)
  }
  const wanted = tags[tag]
  if (wanted === undefined) return string(text)
  if (wanted === 'string') return string(text)
  if (wanted === 'binary') return binary(text)
  const found = resolvePlain(text, options.release)
  if (found.type === wanted) return found
  if (wanted === 'float' && found.type === 'int') return { type: 'float', value: Number(found.value) }
  if (wanted === 'timestamp' && isTimestamp(text)) return string(text)
  const short = (type: string) => `!!${type === 'string' ? 'str' : type}`
  return { type: 'error', message: `cannot decode ${short(found.type)} \`${text}\` as a ${short(wanted)}` }
}

function string(text: string): Resolved {
  return { type: 'string', value: text }
}

function binary(text: string): Resolved | Unresolvable {
  const clean = text.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(clean, 'base64')
  if (bytes.toString('base64') !== clean)
    return { type: 'error', message: '!!binary value contains invalid base64 data' }
  return string(bytes.toString('utf8'))
}

function resolvePlain(text: string, release: Release): Resolved {
  const word = words.get(text)
  if (word !== undefined) return word
  const first = text[0] ?? ''
  if (first === '.') {
    const value = parseFloatGo(text)
    return value === undefined ? string(text) : { type: 'float', value }
  }
  if (!/[-+0-9]/.test(first) || isTimestamp(text)) return string(text)
  const digits = text.replaceAll('_', '')
  const int = parseInteger(digits)
  if (int !== undefined) return { type: 'int', value: int }
  if ((majorOf(release) === 3 || before(release, '2.4.0') ? float24 : float22).test(digits)) {
    const value = Number(digits)
    if (Number.isFinite(value)) return { type: 'float', value }
  }
  return string(text)
}

/** Go's ParseInt and ParseUint with base 0, on a text without underscores: 64 bits, signed or unsigned. */
export function parseInteger(text: string): number | bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|0([0-7]+)|(0|[1-9][0-9]*))$/.exec(
    text,
  )
  // yaml.v2 has a way of its own for binary numbers, which lets a second sign through: 0b-1, -0b+1.
  if (match === null) return parseSignedBinary(text)
  const [, sign, hex, octal, binaryDigits, oldOctal, decimal] = match
  const magnitude =
    hex !== undefined
      ? BigInt(`0x${hex}`)
      : octal !== undefined || oldOctal !== undefined
        ? BigInt(`0o${octal ?? oldOctal}`)
        : binaryDigits !== undefined
          ? BigInt(`0b${binaryDigits}`)
          : BigInt(decimal ?? '0')
  // ParseUint, which takes what is beyond ParseInt, knows no sign.
  const limit = sign === '-' ? 2n ** 63n : sign === '+' ? 2n ** 63n - 1n : 2n ** 64n - 1n
  if (magnitude > limit) return undefined
  return narrow(sign === '-' ? -magnitude : magnitude)
}

function parseSignedBinary(text: string): number | bigint | undefined {
  const match = /^0b([-+])([01]+)$/.exec(text)
  if (match === null) return undefined
  const magnitude = BigInt(`0b${match[2]}`)
  if (magnitude > 2n ** 63n - (match[1] === '-' ? 0n : 1n)) return undefined
  return narrow(match[1] === '-' ? -magnitude : magnitude)
}

function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value
}

/** Go's ParseFloat as far as a text that starts with a point can reach it: digits, exponent, underscores refused. */
function parseFloatGo(text: string): number | undefined {
  if (!/^\.[0-9]+([eE][-+]?[0-9]+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Whether yaml.v2 takes the text for a timestamp; it then stays text for every key the registry has. */
function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[-+]\d\d:\d\d)?)?$/.exec(
      text,
    )
  if (match === null) return false
  const [, year, month, day, separator, hour, minute, second, zone] = match
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return false
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return false
  return Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60
}
