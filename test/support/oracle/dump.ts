import { sprintFloat } from '../../../src/registry-config/go-values.ts'
import type { Origin, Value } from '../../../src/registry-config/value.ts'

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

/** Where each scalar of a value comes from, by its path in what `dump` gives, as JSON. */
export function origins(value: Value, path: readonly (string | number)[] = []): Map<string, Origin> {
  switch (value.kind) {
    case 'scalar':
      return new Map([[JSON.stringify(path), value.origin]])
    case 'list':
      return new Map(value.items.flatMap((item, index) => [...origins(item, [...path, index])]))
    case 'map':
      return new Map(
        [...value.entries].flatMap(([key, entry]) => [
          ...origins(entry.value, [...path, value.keys === 'text' ? String(key) : keyText(key)]),
        ]),
      )
    case 'struct':
      return new Map([...value.fields].flatMap(([name, entry]) => [...origins(entry.value, [...path, name])]))
  }
}

/** The scalars of what `dump` or the oracle gives, by path as JSON. */
export function leaves(dumped: unknown, path: readonly (string | number)[] = []): Map<string, unknown> {
  if (Array.isArray(dumped))
    return new Map(dumped.flatMap((item, index) => [...leaves(item, [...path, index])]))
  if (typeof dumped !== 'object' || dumped === null) return new Map([[JSON.stringify(path), dumped]])
  return new Map(Object.entries(dumped).flatMap(([name, inner]) => [...leaves(inner, [...path, name])]))
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
