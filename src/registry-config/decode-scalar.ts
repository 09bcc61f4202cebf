import { bad, mismatch, type Outcome, originOf, refuse, resolveNode, type State } from './decode-state.ts'
import { parseDuration } from './duration.ts'
import type { Node, ScalarNode } from './node.ts'
import type { Path } from './problem.ts'
import { majorOf } from './releases.ts'
import type { Resolved, Scalar } from './resolve.ts'
import { anything, parameters, type Type } from './schema/type.ts'
import type { MapValue, Value } from './value.ts'

const shortTags = { string: '!!str', null: '!!null', bool: '!!bool', int: '!!int', float: '!!float' } as const

/** A scalar as a value of `type`. Source: yaml.v2 decode.go, and the registry's own UnmarshalYAML functions. */
export function scalar(state: State, node: ScalarNode, type: Type, path: Path): Outcome {
  const found = resolveNode(state, node, path)
  const isNull = found.type === 'null'
  const written = textOf(found, node)
  const make = (kind: Resolved['type'] | 'duration', value: Scalar): Value => ({
    kind: 'scalar',
    type: kind,
    value,
    text: node.text,
    origin: originOf(state, node),
  })
  const fail = (): typeof bad => mismatch(state, node, path, type, shortTags[found.type])
  switch (type.kind) {
    case 'any':
      return make(found.type, found.value)
    case 'string':
      return isNull ? undefined : make('string', written)
    case 'bool':
      if (isNull) return undefined
      return found.type === 'bool' ? make('bool', found.value) : fail()
    case 'int':
    case 'duration': {
      // Go makes the pointer for NULL and Null, which are not null to yaml.v2 at that point.
      if (isNull)
        return type.kind === 'duration' && type.optional && !skipsReader(node)
          ? make('duration', 0n)
          : undefined
      const value = integer(found, type.kind)
      if (value === undefined) return fail()
      return type.kind === 'duration' ? make('duration', BigInt(value)) : make('int', value)
    }
    case 'list':
    case 'struct':
    case 'map':
      return isNull ? undefined : fail()
    case 'version':
    case 'word': {
      const text = isNull ? '' : written
      if (skipsReader(node)) return text === '' ? undefined : make('string', text)
      const read =
        type.kind === 'word' ? word(state, node, type, text, path) : version(state, node, text, path)
      return read === bad ? bad : make('string', read)
    }
    case 'choice':
      if (isNull) return undefined
      return skipsReader(node) ? fail() : bareWord(state, node, written)
  }
}

/** What a scalar is as text: as it is written, but for !!binary. */
export function textOf(found: Resolved, node: ScalarNode): string {
  return found.type === 'string' ? String(found.value) : node.text
}

/** yaml.v2 does not ask a type's own reader for what is spelt like null, quoted or not: `"null"`, `"~"`. */
function skipsReader(node: ScalarNode): boolean {
  if (node.tag === 'tag:yaml.org,2002:null') return true
  return (
    node.tag === undefined && (node.text === 'null' || node.text === '~' || (node.text === '' && node.plain))
  )
}

const maxInt64 = 2n ** 63n - 1n

function integer(found: Resolved, kind: 'int' | 'duration'): number | bigint | undefined {
  const { value } = found
  if (found.type === 'int' && (typeof value === 'number' || typeof value === 'bigint')) {
    return BigInt(value) <= maxInt64 ? value : undefined
  }
  if (found.type === 'float' && typeof value === 'number') {
    if (!(value <= Number(maxInt64))) return undefined
    const whole = Math.trunc(value)
    // What Go's conversion makes of a float that does not fit.
    if (whole >= 2 ** 63 || whole < -(2 ** 63)) return -(2n ** 63n)
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole)
  }
  if (kind === 'duration' && found.type === 'string') {
    const read = parseDuration(String(value))
    return 'nanoseconds' in read ? read.nanoseconds : undefined
  }
  return undefined
}

function word(
  state: State,
  node: Node,
  type: Type & { kind: 'word' },
  text: string,
  path: Path,
): string | typeof bad {
  const value = type.fold ? text.toLowerCase() : text
  if (type.words.includes(value)) return value
  const list = type.fold ? ` [${type.words.join(', ')}]` : `: ${type.words.join(', ')}`
  return refuse(state, node, path, 'word', `invalid ${type.called} ${value} Must be one of${list}`)
}

/** The parts of the version must be numbers; what is after a second point is looked at in 3.x only. */
function version(state: State, node: Node, text: string, path: Path): string | typeof bad {
  const [first = '', ...rest] = text.split('.')
  if (rest.length === 0 && majorOf(state.release) === 2 && /^\d+$/.test(first)) {
    return refuse(state, node, path, 'version', 'runtime error: index out of range [1] with length 1')
  }
  for (const part of [first, majorOf(state.release) === 3 ? rest.join('.') : (rest[0] ?? '')]) {
    if (/^\d+$/.test(part) && BigInt(part) < 2n ** 64n) continue
    return refuse(
      state,
      node,
      path,
      'version',
      `strconv.ParseUint: parsing ${JSON.stringify(part)}: invalid syntax`,
    )
  }
  return text
}

/** `storage: inmemory` is a driver without parameters. */
function bareWord(state: State, node: Node, text: string): Value {
  const origin = originOf(state, node)
  const none: MapValue = { kind: 'map', entries: new Map(), keys: 'text', of: anything, origin }
  return {
    kind: 'map',
    entries: new Map([[text, { key: node, value: none }]]),
    keys: 'text',
    of: parameters,
    origin,
  }
}
