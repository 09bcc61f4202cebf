import { parseInteger } from './resolve.ts'
import type { Value } from './value.ts'

/** How the registry's Go code turns untyped parameters into what it needs. Source: facts registry 1.2. */

/** Go's fmt.Sprint of a value, as the registry uses it on untyped parameters. */
export function sprint(value: Value | undefined): string {
  if (value === undefined) return '<nil>'
  switch (value.kind) {
    case 'scalar':
      if (value.value === null) return '<nil>'
      return value.type === 'float' ? sprintFloat(Number(value.value)) : String(value.value)
    case 'list':
      return `[${value.items.map(sprint).join(' ')}]`
    case 'map':
      return `map[${pairs([...value.entries].map(([key, entry]) => [String(key), sprint(entry.value)]))}]`
    case 'struct':
      return `{${pairs([...value.fields].map(([key, entry]) => [key, sprint(entry.value)]))}}`
  }
}

function pairs(list: readonly (readonly [string, string])[]): string {
  return [...list]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => `${key}:${text}`)
    .join(' ')
}

/** Go's %v of a float64: the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
export function sprintFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (value === 0 || (exponent >= -4 && exponent < 6)) return String(value)
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** Go's strconv.ParseBool. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false
  return undefined
}

/**
 * fmt.Sscanf(text, "%d"): blanks, a sign, digits; what follows is ignored, so that `32MB` is 32. Undefined when
 * there is no digit, or when the number does not fit 64 bits.
 */
export function scanInteger(text: string): number | bigint | undefined {
  const digits = /^[ \t]*([-+]?\d+)/.exec(text)?.[1]
  if (digits === undefined) return undefined
  const value = BigInt(digits)
  if (value > 2n ** 63n - 1n || value < -(2n ** 63n)) return undefined
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** strconv.ParseInt(text, 0, 64): the base by prefix, single underscores between digits. */
export function parseIntBase0(text: string): number | bigint | undefined {
  if (text.includes('_') && !/^[-+]?(?:0[xXoObB](?:_?[0-9a-fA-F]+)+|[0-9]+(?:_[0-9]+)*)$/.test(text))
    return undefined
  const value = parseInteger(text.replaceAll('_', ''))
  if (value === undefined || /^0b[-+]/.test(text)) return undefined
  return BigInt(value) > 2n ** 63n - 1n ? undefined : value
}

/** strconv.Atoi: decimal digits with a sign, no underscores. */
export function parseAtoi(text: string): number | bigint | undefined {
  return /^[-+]?\d+$/.test(text) ? scanInteger(text) : undefined
}
