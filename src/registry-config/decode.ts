import { scalar, textOf } from './decode-scalar.ts'
import {
  bad,
  type Decoder,
  mismatch,
  type Outcome,
  originOf,
  refuse,
  resolveNode,
  type State,
  Stop,
  stop,
  target,
  whereOf,
} from './decode-state.ts'
import type { MapNode, Node, Pair } from './node.ts'
import type { Path } from './problem.ts'
import { lineOf, type Release } from './releases.ts'
import type { Scalar } from './resolve.ts'
import { anything, knows, parameters, type Type } from './schema/type.ts'
import { strictRedis } from './strict-redis.ts'
import type { MapValue, Origin, StructValue, Value } from './value.ts'

/**
 * Puts the registry's types on a document, as gopkg.in/yaml.v2 does with Go's structs: unknown keys are dropped,
 * later duplicates win (and are merged into a struct), `<<` is applied where it stands. Source: yaml.v2 decode.go.
 *
 * Gives `node` as a value of `type`, or undefined for null and for what cannot be read; problems go to the decoder.
 */
export function decode(node: Node, type: Type, decoder: Decoder, path: Path = []): Value | undefined {
  const state: State = { ...decoder, aliases: new Set(), steps: 0, aliasSteps: 0 }
  try {
    const result = unmarshal(state, node, type, path, undefined)
    return result === bad ? undefined : result
  } catch (error) {
    if (error instanceof Stop) return undefined
    throw error
  }
}

function count(state: State, node: Node, path: Path): void {
  state.steps += 1
  if (state.aliases.size > 0) state.aliasSteps += 1
  const { steps, aliasSteps } = state
  if (aliasSteps > 100 && steps > 1000 && aliasSteps / steps > allowedAliases(steps)) {
    stop(state, node, path, 'alias', 'document contains excessive aliasing')
  }
}

/** 3.x refuses a document that is mostly aliases; for 2.x, which would fill the memory, we stop there too. */
function allowedAliases(steps: number): number {
  if (steps <= 400_000) return 0.99
  if (steps >= 4_000_000) return 0.1
  return 0.99 - 0.89 * ((steps - 400_000) / 3_600_000)
}

/** `into` is the value that a duplicate key adds to. */
function unmarshal(state: State, node: Node, type: Type, path: Path, into: Value | undefined): Outcome {
  try {
    return read(state, node, type, path, into)
  } catch (error) {
    if (error instanceof Stop && error.goesOn) return bad
    throw error
  }
}

function read(state: State, node: Node, type: Type, path: Path, into: Value | undefined): Outcome {
  count(state, node, path)
  switch (node.kind) {
    case 'alias': {
      if (state.aliases.has(node))
        stop(state, node, path, 'alias', `anchor '${node.name}' value contains itself`)
      state.aliases.add(node)
      const result = unmarshal(state, node.target, type, path, into)
      state.aliases.delete(node)
      return result
    }
    case 'scalar':
      return scalar(state, node, type, path)
    case 'map':
      return mapping(state, node, type, path, into)
    case 'list':
      return sequence(state, node.items, node, type, path)
  }
}

function sequence(state: State, items: readonly Node[], node: Node, type: Type, path: Path): Outcome {
  if (type.kind !== 'list' && type.kind !== 'any') return mismatch(state, node, path, type, '!!seq')
  const of = type.kind === 'list' ? type.of : anything
  const values: Value[] = []
  for (const [index, item] of items.entries()) {
    const value = unmarshal(state, item, of, [...path, index], undefined)
    if (value !== bad) values.push(value ?? zero(of, originOf(state, item)))
  }
  return { kind: 'list', items: values, of, origin: originOf(state, node) }
}

/** Go's zero value of a type. */
export function zero(type: Type, origin: Origin): Value {
  switch (type.kind) {
    case 'list':
      return { kind: 'list', items: [], of: type.of, origin }
    case 'map':
      return { kind: 'map', entries: new Map(), keys: 'text', of: type.of, origin }
    case 'choice':
      return { kind: 'map', entries: new Map(), keys: 'text', of: parameters, origin }
    case 'struct':
      return { kind: 'struct', fields: new Map(), keys: type.keys, origin }
    case 'any':
      return { kind: 'scalar', type: 'null', value: null, text: '', origin }
    case 'bool':
      return { kind: 'scalar', type: 'bool', value: false, text: '', origin }
    case 'int':
      return { kind: 'scalar', type: 'int', value: 0, text: '', origin }
    case 'duration':
      return { kind: 'scalar', type: 'duration', value: 0n, text: '', origin }
    default:
      return { kind: 'scalar', type: 'string', value: '', text: '', origin }
  }
}

function mapping(state: State, node: MapNode, type: Type, path: Path, into: Value | undefined): Outcome {
  const origin = originOf(state, node)
  switch (type.kind) {
    case 'struct': {
      if (type.strict === true && lineOf(state.release) === '3.0') {
        const untyped = mapping(state, node, parameters, path, undefined)
        return untyped === bad || untyped?.kind !== 'map'
          ? untyped
          : strictRedis(state, node, untyped, type.keys, path)
      }
      const out: StructValue =
        into?.kind === 'struct' ? into : { kind: 'struct', fields: new Map(), keys: type.keys, origin }
      fillStruct(state, node, out, path)
      return out
    }
    case 'map': {
      const made: MapValue = { kind: 'map', entries: new Map(), keys: 'text', of: type.of, origin }
      const out = into?.kind === 'map' ? into : made
      fillMap(state, node, out, path)
      return out
    }
    case 'any': {
      const out: MapValue = { kind: 'map', entries: new Map(), keys: 'any', of: anything, origin }
      fillMap(state, node, out, path)
      return out
    }
    case 'choice':
      return choice(state, node, type, path)
    default:
      return mismatch(state, node, path, type, '!!map')
  }
}

/** Calls `each` for a map's pairs, `<<` resolved where it stands: what comes later wins over it. */
function forEachPair(
  state: State,
  node: MapNode,
  path: Path,
  each: (pair: Pair, merged: boolean) => void,
  merged = false,
): void {
  for (const pair of node.pairs) {
    if (!isMerge(pair.key)) {
      each(pair, merged)
      continue
    }
    // Of several merged maps the earlier ones win.
    const parts = pair.value.kind === 'list' ? [...pair.value.items].reverse() : [pair.value]
    for (const part of parts) {
      const map = target(part)
      if (map.kind !== 'map') {
        stop(state, part, path, 'merge', 'map merge requires map or sequence of maps as the value')
      }
      count(state, part, path)
      if (state.aliases.has(part)) stop(state, part, path, 'alias', 'anchor value contains itself')
      if (part.kind === 'alias') state.aliases.add(part)
      forEachPair(state, map, path, each, true)
      state.aliases.delete(part)
    }
  }
}

function isMerge(node: Node): boolean {
  return (
    node.kind === 'scalar' && node.text === '<<' && (node.plain || node.tag === 'tag:yaml.org,2002:merge')
  )
}

function fillStruct(state: State, node: MapNode, out: StructValue, path: Path): void {
  const written = new Map<string, Node>()
  forEachPair(state, node, path, (pair, merged) => {
    const name = keyText(state, pair.key, path)
    if (name === undefined) return
    const here = [...path, name]
    const key = out.keys.find((known) => known.name === name && knows(state.release, known))
    if (key === undefined) {
      state.dropped.push({ kind: 'unknown', path: here, where: whereOf(state, pair.key) })
      return
    }
    const earlier = out.fields.get(name)
    if (!merged)
      noteDuplicate(
        state,
        written,
        name,
        pair.key,
        here,
        key.type.kind === 'struct' || key.type.kind === 'map',
      )
    const value = unmarshal(state, pair.value, key.type, here, earlier?.value)
    if (value === bad) return
    if (value === undefined) out.fields.delete(name)
    else out.fields.set(name, { key: pair.key, value })
  })
}

function fillMap(state: State, node: MapNode, out: MapValue, path: Path): void {
  const written = new Map<Scalar, Node>()
  forEachPair(state, node, path, (pair, merged) => {
    const key = out.keys === 'text' ? keyText(state, pair.key, path) : anyKey(state, pair.key, path)
    if (key === undefined) return
    const here = [...path, String(key)]
    if (!merged) noteDuplicate(state, written, key, pair.key, here, false)
    const value = unmarshal(state, pair.value, out.of, here, undefined)
    if (value === bad) return
    out.entries.set(key, { key: pair.key, value: value ?? zero(out.of, originOf(state, pair.value)) })
  })
}

/** A key that stands twice in one map; what `<<` brings is meant to be replaced. */
function noteDuplicate<K>(
  state: State,
  written: Map<K, Node>,
  name: K,
  key: Node,
  path: Path,
  merged: boolean,
): void {
  const earlier = written.get(name)
  written.set(name, key)
  if (earlier === undefined) return
  state.dropped.push({
    kind: 'duplicate',
    path,
    where: whereOf(state, earlier),
    kept: whereOf(state, key),
    merged,
  })
}

function keyText(state: State, node: Node, path: Path): string | undefined {
  const key = target(node)
  if (key.kind !== 'scalar') {
    refuse(state, node, path, 'key', `cannot unmarshal ${key.kind === 'map' ? '!!map' : '!!seq'} into string`)
    return undefined
  }
  const found = resolveNode(state, key, path)
  return found.type === 'null' ? '' : textOf(found, key)
}

function anyKey(state: State, node: Node, path: Path): Scalar {
  const key = target(node)
  if (key.kind !== 'scalar') return stop(state, node, path, 'key', 'invalid map key')
  return resolveNode(state, key, path).value
}

/** `storage` and `auth`: a map of parameters. Source: Storage.UnmarshalYAML, Auth.UnmarshalYAML. */
function choice(state: State, node: MapNode, type: Type & { kind: 'choice' }, path: Path): Outcome {
  const out: MapValue = {
    kind: 'map',
    entries: new Map(),
    keys: 'text',
    of: parameters,
    origin: originOf(state, node),
  }
  const before = state.refusals.length
  fillMap(state, node, out, path)
  if (state.refusals.length > before) return bad
  const chosen = [...out.entries.keys()].map(String).filter((name) => !isReserved(type, name, state.release))
  if (chosen.length > 1) {
    const what = type.of === 'storage' ? 'one storage type' : 'one type'
    return refuse(state, node, path, type.of, `must provide exactly ${what}. Provided: [${chosen.join(' ')}]`)
  }
  return out
}

/** Whether `name` is a section of `storage` that is no driver, to this release. */
export function isReserved(type: Type & { kind: 'choice' }, name: string, release: Release): boolean {
  return type.sections.some((section) => section.reserved && section.name === name && knows(release, section))
}
