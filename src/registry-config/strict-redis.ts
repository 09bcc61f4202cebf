import { type Outcome, type State, stop } from './decode-state.ts'
import { parseDuration } from './duration.ts'
import type { Node } from './node.ts'
import type { Path } from './problem.ts'
import { type Key, knows, type Type } from './schema/type.ts'
import type { Entry, MapValue, StructValue, Value } from './value.ts'

/**
 * 3.0 reads `redis` by a way of its own that converts nothing: no integer for a duration, no number for a text.
 * Gives up at the first value of the wrong type. Source: 3.0.0, configuration.go, Redis.UnmarshalYAML.
 */
export function strictRedis(
  state: State,
  node: Node,
  given: MapValue,
  keys: readonly Key[],
  path: Path,
): Outcome {
  const out: StructValue = { kind: 'struct', fields: new Map(), keys, origin: given.origin }
  const known = keys.filter((key) => knows(state.release, key))
  for (const key of known) {
    const entry = given.entries.get(key.name)
    if (entry === undefined) continue
    const here = [...path, key.name]
    const at = entry.key ?? node
    const value =
      key.name === 'tls' ? tls(state, at, entry, key.type, here) : option(state, at, entry.value, key, here)
    if (value !== undefined) out.fields.set(key.name, { key: entry.key, value })
  }
  for (const [name, entry] of given.entries) {
    if (known.some((key) => key.name === name) || entry.key === undefined) continue
    state.dropped.push({
      kind: 'unknown',
      path: [...path, String(name)],
      where: { kind: 'node', node: entry.key },
    })
  }
  return out
}

function option(state: State, at: Node, value: Value, key: Key, path: Path): Value | undefined {
  if (key.type.kind === 'duration') {
    if (value.kind !== 'scalar' || value.type !== 'string') {
      stop(state, at, path, 'type', `invalid duration value for field: ${key.name}`)
    }
    const read = parseDuration(String(value.value))
    if ('error' in read) {
      stop(state, at, path, 'type', `failed to parse duration for field: ${key.name}, error: ${read.error}`)
    }
    return { ...value, type: 'duration', value: read.nanoseconds }
  }
  const problem = convert(value, key.type)
  if (typeof problem === 'string') {
    stop(state, at, path, 'type', `failed to set value for field: ${key.name}, error: ${problem}`)
  }
  return problem
}

/** The value, or why Go's setFieldValue refuses it; null is Go's zero value. */
function convert(value: Value, type: Type): Value | undefined | string {
  if (value.kind === 'scalar' && value.type === 'null') return undefined
  switch (type.kind) {
    case 'string':
      return isScalar(value, 'string') ? value : 'failed to convert value to string'
    case 'int':
      return isScalar(value, 'int') && !isUnsigned(value) ? value : 'failed to convert value to integer'
    case 'bool':
      return isScalar(value, 'bool') ? value : 'failed to convert value to boolean'
    case 'list': {
      if (value.kind !== 'list') return 'failed to convert value to slice'
      const items: Value[] = []
      for (const item of value.items) {
        const converted = convert(item, type.of)
        if (typeof converted === 'string') return converted
        items.push(converted ?? { kind: 'scalar', type: 'string', value: '', text: '', origin: item.origin })
      }
      return { kind: 'list', items, of: type.of, origin: value.origin }
    }
    default:
      return undefined
  }
}

function isScalar(value: Value, type: string): boolean {
  return value.kind === 'scalar' && value.type === type
}

/** Beyond 63 bits yaml.v2 gives an unsigned integer, which is another type. */
function isUnsigned(value: Value): boolean {
  return value.kind === 'scalar' && typeof value.value === 'bigint' && value.value > 2n ** 63n - 1n
}

function tls(state: State, at: Node, entry: Entry, type: Type, path: Path): Value | undefined {
  const given = entry.value
  if (given.kind !== 'map' || given.keys !== 'any')
    stop(state, at, path, 'type', 'invalid TLS data structure')
  const out: StructValue = {
    kind: 'struct',
    fields: new Map(),
    keys: type.kind === 'struct' ? type.keys : [],
    origin: given.origin,
  }
  for (const [name, called] of [
    ['certificate', 'certificate'],
    ['key', '(private) key'],
  ] as const) {
    const value = given.entries.get(name)
    if (value === undefined) continue
    if (!isScalar(value.value, 'string'))
      stop(state, at, [...path, name], 'type', `Redis TLS ${called} must be a string`)
    out.fields.set(name, value)
  }
  const authorities = given.entries.get('clientcas')
  if (authorities !== undefined) {
    if (authorities.value.kind !== 'list')
      stop(state, at, [...path, 'clientcas'], 'type', 'invalid clientcas data structure')
    const items = authorities.value.items.filter((item) => isScalar(item, 'string'))
    out.fields.set('clientcas', { key: authorities.key, value: { ...authorities.value, items } })
  }
  return out
}
