import { sprintFloat } from '../../../src/registry-config/go-values.ts'
import type { Value } from '../../../src/registry-config/value.ts'

/** A value in the form that the oracle's dump.go prints. */
export function dump(value: Value): unknown {
  switch (value.kind) {
    case 'scalar':
      return scalar(value.type, value.value)
    case 'list':
      return value.items.map(dump)
    case 'map':
      return Object.fromEntries(
        [...value.entries].map(([key, entry]) => [
          value.keys === 'text' ? String(key) : keyText(key),
          dump(entry.value),
        ]),
      )
    case 'struct': {
      const fields = [...value.fields].map(([name, entry]) => [name, dump(entry.value)] as const)
      return Object.fromEntries(fields.filter(([name, dumped]) => !isZero(dumped) || pointers.has(name)))
    }
  }
}

/** Durations that Go holds by pointer, so that 0 differs from nothing. */
const pointers = new Set(['ttl', 'lifetime', 'cachewritetimeout'])

function scalar(type: string, value: unknown): string {
  switch (type) {
    case 'null':
      return 'n'
    case 'bool':
      return `b${value}`
    case 'int':
      return `i${value}`
    case 'float':
      return `f${goFloat(Number(value))}`
    case 'duration':
      return `d${value}`
    default:
      return `s${value}`
  }
}

/** strconv.FormatFloat(f, 'g', -1, 64): an exponent from 21 digits on. */
function goFloat(value: number): string {
  return sprintFloat(value)
}

function keyText(key: unknown): string {
  if (key === null) return 'n'
  if (typeof key === 'boolean') return `b${key}`
  if (typeof key === 'bigint') return `i${key}`
  if (typeof key === 'number') return Number.isInteger(key) ? `i${key}` : `f${goFloat(key)}`
  return `s${key}`
}

function isZero(dumped: unknown): boolean {
  if (typeof dumped === 'string') return ['n', 's', 'bfalse', 'i0', 'd0'].includes(dumped)
  return typeof dumped === 'object' && dumped !== null && Object.keys(dumped).length === 0
}
