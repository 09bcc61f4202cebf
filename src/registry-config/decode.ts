import { formatDuration, parseDuration } from './duration.ts'
import type { MapNode, Node, ScalarNode } from './node.ts'
import type { Dropped, Path, Refusal, Where } from './problem.ts'
import { majorOf, type Release } from './releases.ts'
import { type Resolved, resolve, type Scalar } from './resolve.ts'
import { anything, type Key, knows, type Type } from './schema/type.ts'
import type { Entry, MapValue, Origin, StructValue, Value } from './value.ts'

/**
 * Puts the registry's types on a document, as gopkg.in/yaml.v2 does with Go's structs: unknown keys are dropped,
 * later duplicates win (and are merged into a struct), `<<` is applied where it stands. Source: yaml.v2 decode.go.
 */
export interface Decoder {
  readonly release: Release
  readonly refusals: Refusal[]
  readonly dropped: Dropped[]
  /** The variable whose value is being read, if it is not the file. */
  readonly variable?: string
}

/** Thrown inside the decoder where the registry's parser gives up at once; never leaves this file. */
class Stop extends Error {}

/**
 * `node` as a value of `type`, or undefined for null and for what cannot be read; problems go to the decoder.
 * `into` is the value that a duplicate key or a merge adds to.
 */
export function decode(
  node: Node,
  type: Type,
  decoder: Decoder,
  path: Path = [],
  into?: Value,
): Value | undefined {
  const state: State = { ...decoder, aliases: new Set(), steps: 0, aliasSteps: 0 }
  try {
    const result = unmarshal(state, node, type, path, into)
    return result === bad ? undefined : result
  } catch (error) {
    if (error instanceof Stop) return undefined
    throw error
  }
}

interface State extends Decoder {
  readonly aliases: Set<Node>
  steps: number
  aliasSteps: number
}

const bad: unique symbol = Symbol('bad')
type Outcome = Value | undefined | typeof bad

function whereOf(decoder: Decoder, node: Node): Where {
  return decoder.variable === undefined
    ? { kind: 'node', node }
    : { kind: 'variable', name: decoder.variable }
}

function originOf(decoder: Decoder, node: Node): Origin {
  return decoder.variable === undefined
    ? { from: 'file', node }
    : { from: 'variable', name: decoder.variable }
}

function refuse(
  state: State,
  node: Node,
  path: Path,
  reason: Refusal['reason'],
  message: string,
): typeof bad {
  state.refusals.push({ kind: 'refusal', reason, path, where: whereOf(state, node), message })
  return bad
}

function stop(state: State, node: Node, path: Path, reason: Refusal['reason'], message: string): never {
  refuse(state, node, path, reason, message)
  throw new Stop(message)
}

/** What an alias stands for. */
export function target(node: Node): Exclude<Node, { kind: 'alias' }> {
  let here = node
  while (here.kind === 'alias') here = here.target
  return here
}

function unmarshal(state: State, node: Node, type: Type, path: Path, into: Value | undefined): Outcome {
  state.steps += 1
  if (state.aliases.size > 0) state.aliasSteps += 1
  if (
    state.aliasSteps > 100 &&
    state.steps > 1000 &&
    state.aliasSteps / state.steps > allowedAliases(state.steps)
  ) {
    stop(state, node, path, 'alias', 'document contains excessive aliasing')
  }
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

/** 3.x refuses a document that is mostly aliases; for 2.x, which would fill the memory, we stop there too. */
function allowedAliases(steps: number): number {
  if (steps <= 400_000) return 0.99
  if (steps >= 4_000_000) return 0.1
  return 0.99 - 0.89 * ((steps - 400_000) / 3_600_000)
}

const goNames: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int: 'int',
  duration: 'time.Duration',
  version: 'string',
  word: 'string',
}

function goName(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `[]${goName(type.of)}`
    case 'map':
      return `map[string]${goName(type.of)}`
    case 'struct':
      return 'struct'
    case 'choice':
      return type.of === 'storage' ? 'configuration.Storage' : 'configuration.Auth'
    case 'any':
      return 'interface {}'
    default:
      return goNames[type.kind] ?? type.kind
  }
}

function mismatch(state: State, node: Node, path: Path, type: Type, tag: string): typeof bad {
  const text =
    node.kind === 'scalar' ? ` \`${node.text.length > 10 ? `${node.text.slice(0, 7)}...` : node.text}\`` : ''
  return refuse(state, node, path, 'type', `cannot unmarshal ${tag}${text} into ${goName(type)}`)
}

const shortTags: Readonly<Record<string, string>> = {
  string: '!!str',
  null: '!!null',
  bool: '!!bool',
  int: '!!int',
  float: '!!float',
}

function resolveNode(state: State, node: ScalarNode, path: Path): Resolved {
  const found = resolve(node.text, { plain: node.plain, tag: node.tag, release: state.release })
  if (found.type === 'error') return stop(state, node, path, 'type', found.message)
  return found
}

function scalar(state: State, node: ScalarNode, type: Type, path: Path): Outcome {
  // yaml.v2 asks a type's own reader only for what is not spelt like null, quoted or not.
  const spelledNull =
    node.tag === undefined && (node.text === 'null' || node.text === '~' || (node.text === '' && node.plain))
  const found = resolveNode(state, node, path)
  const origin = originOf(state, node)
  const make = (kind: Resolved['type'] | 'duration', value: Scalar): Value => ({
    kind: 'scalar',
    type: kind,
    value,
    text: node.text,
    origin,
  })
  const fail = (): typeof bad => mismatch(state, node, path, type, shortTags[found.type] ?? '!!str')
  switch (type.kind) {
    case 'any':
      return make(found.type, found.value)
    case 'string':
      return found.type === 'null' ? undefined : make('string', node.text)
    case 'version':
    case 'word': {
      const text = found.type === 'null' ? '' : node.text
      if (spelledNull) return text === '' ? undefined : make('string', text)
      return type.kind === 'word'
        ? word(state, node, type, text, path, make)
        : version(state, node, text, path, make)
    }
    case 'choice':
      if (found.type === 'null' && spelledNull) return undefined
      if (spelledNull) return fail()
      return bareWord(state, node, type, found.type === 'null' ? '' : node.text, path)
    case 'bool':
      if (found.type === 'null') return undefined
      return found.type === 'bool' ? make('bool', found.value) : fail()
    case 'int':
    case 'duration': {
      if (found.type === 'null') return undefined
      const value = integer(found, type.kind)
      if (value === undefined) return fail()
      return type.kind === 'duration' ? make('duration', BigInt(value)) : make('int', value)
    }
    case 'list':
    case 'struct':
    case 'map':
      return found.type === 'null' ? undefined : fail()
  }
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
    if (whole <= -(2 ** 63)) return -(2n ** 63n)
    return Number.isSafeInteger(whole) ? whole : BigInt(whole)
  }
  if (kind === 'duration' && found.type === 'string') {
    const read = parseDuration(String(value))
    return 'nanoseconds' in read ? read.nanoseconds : undefined
  }
  return undefined
}

type Make = (kind: 'string', value: string) => Value

function word(
  state: State,
  node: Node,
  type: Type & { kind: 'word' },
  text: string,
  path: Path,
  make: Make,
): Outcome {
  const value = type.fold ? text.toLowerCase() : text
  if (type.words.includes(value)) return make('string', value)
  const list = type.fold ? `[${type.words.join(', ')}]` : `: ${type.words.join(', ')}`
  const message = `invalid ${type.called} ${value} Must be one of${type.fold ? ' ' : ''}${list}`
  return stop(state, node, path, 'word', message)
}

/** The parts of `version` must be numbers; what is after the second point is looked at in 3.x only. */
function version(state: State, node: Node, text: string, path: Path, make: Make): Outcome {
  const [major = '', ...rest] = text.split('.')
  const minor = majorOf(state.release) === 3 ? rest.join('.') : rest[0]
  for (const part of [major, minor]) {
    if (part === undefined)
      return stop(state, node, path, 'version', 'runtime error: index out of range [1] with length 1')
    if (!/^\d+$/.test(part) || BigInt(part) > 2n ** 64n - 1n) {
      return stop(
        state,
        node,
        path,
        'version',
        `strconv.ParseUint: parsing ${JSON.stringify(part)}: invalid syntax`,
      )
    }
  }
  return make('string', text)
}

function sequence(state: State, items: readonly Node[], node: Node, type: Type, path: Path): Outcome {
  if (type.kind === 'word' || type.kind === 'version') return mismatch(state, node, path, type, '!!seq')
  if (type.kind !== 'list' && type.kind !== 'any') return mismatch(state, node, path, type, '!!seq')
  const of = type.kind === 'list' ? type.of : anything
  const values: Value[] = []
  for (const [index, item] of items.entries()) {
    const value = unmarshal(state, item, of, [...path, index], undefined)
    if (value === bad) continue
    values.push(value ?? zero(of, originOf(state, item)))
  }
  return { kind: 'list', items: values, of, origin: originOf(state, node) }
}

/** Go's zero value of a list's element. */
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

/** Go's Parameters: map[string]interface{}. */
export const parameters: Type = { kind: 'map', of: anything }

function mapping(state: State, node: MapNode, type: Type, path: Path, into: Value | undefined): Outcome {
  switch (type.kind) {
    case 'struct': {
      const out: StructValue =
        into?.kind === 'struct'
          ? into
          : { kind: 'struct', fields: new Map(), keys: type.keys, origin: originOf(state, node) }
      fillStruct(state, node, out, path)
      return out
    }
    case 'map':
    case 'any': {
      const keys = type.kind === 'map' ? 'text' : 'any'
      const of = type.kind === 'map' ? type.of : anything
      const out: MapValue =
        into?.kind === 'map' && type.kind === 'map'
          ? into
          : { kind: 'map', entries: new Map(), keys, of, origin: originOf(state, node) }
      fillMap(state, node, out, path)
      return out
    }
    case 'choice':
      return choice(state, node, type, path)
    default:
      return mismatch(state, node, path, type, '!!map')
  }
}

function isMerge(node: Node): boolean {
  return (
    node.kind === 'scalar' && node.text === '<<' && (node.plain || node.tag === 'tag:yaml.org,2002:merge')
  )
}

function merge(state: State, node: Node, fill: (map: MapNode) => void, path: Path): void {
  const want = 'map merge requires map or sequence of maps as the value'
  const parts = node.kind === 'list' ? [...node.items].reverse() : [node]
  for (const part of parts) {
    const inner = target(part)
    if (inner.kind !== 'map' || (part.kind !== 'map' && part.kind !== 'alias'))
      stop(state, part, path, 'merge', want)
    if (state.aliases.has(part)) stop(state, part, path, 'alias', 'anchor value contains itself')
    state.steps += 1
    if (part.kind === 'alias') state.aliases.add(part)
    fill(inner)
    state.aliases.delete(part)
  }
}

function fillStruct(state: State, node: MapNode, out: StructValue, path: Path): void {
  for (const pair of node.pairs) {
    if (isMerge(pair.key)) {
      merge(state, pair.value, (map) => fillStruct(state, map, out, path), path)
      continue
    }
    const name = keyText(state, pair.key, path)
    if (name === undefined) continue
    const here = [...path, name]
    const key = out.keys.find((known) => known.name === name && knows(state.release, known))
    if (key === undefined) {
      state.dropped.push({ kind: 'unknown', path: here, where: whereOf(state, pair.key) })
      continue
    }
    const earlier = out.fields.get(name)
    noteDuplicate(state, earlier, pair.key, here, key.type.kind === 'struct' || key.type.kind === 'map')
    const value = unmarshal(state, pair.value, key.type, here, earlier?.value)
    if (value === bad) continue
    if (value === undefined) out.fields.delete(name)
    else out.fields.set(name, { key: pair.key, value })
  }
}

function noteDuplicate(
  state: State,
  earlier: Entry | undefined,
  key: Node,
  path: Path,
  merged: boolean,
): void {
  if (earlier?.key === undefined || earlier.key === key) return
  state.dropped.push({
    kind: 'duplicate',
    path,
    where: whereOf(state, earlier.key),
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
  return resolveNode(state, key, path).type === 'null' ? '' : key.text
}

function fillMap(state: State, node: MapNode, out: MapValue, path: Path): void {
  for (const pair of node.pairs) {
    if (isMerge(pair.key)) {
      merge(state, pair.value, (map) => fillMap(state, map, out, path), path)
      continue
    }
    const key = out.keys === 'text' ? keyText(state, pair.key, path) : anyKey(state, pair.key, path)
    if (key === undefined) continue
    const here = [...path, String(key)]
    noteDuplicate(state, out.entries.get(key), pair.key, here, false)
    const value = unmarshal(state, pair.value, out.of, here, undefined)
    if (value === bad) continue
    out.entries.set(key, { key: pair.key, value: value ?? zero(out.of, originOf(state, pair.value)) })
  }
}

function anyKey(state: State, node: Node, path: Path): Scalar | undefined {
  const key = target(node)
  if (key.kind !== 'scalar') return stop(state, node, path, 'key', 'invalid map key')
  return resolveNode(state, key, path).value
}

/** `storage` and `auth`: a map of parameters, or a bare word. Source: Storage.UnmarshalYAML, Auth.UnmarshalYAML. */
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
  const names = [...out.entries.keys()].map(String)
  const chosen = names.filter((name) => !isReserved(type, name, state.release))
  if (chosen.length > 1) {
    const what = type.of === 'storage' ? 'one storage type' : 'one type'
    return stop(state, node, path, type.of, `must provide exactly ${what}. Provided: [${chosen.join(' ')}]`)
  }
  return out
}

/** Whether `name` is a section of `storage` that is no driver, to this release. */
export function isReserved(type: Type & { kind: 'choice' }, name: string, release: Release): boolean {
  return type.sections.some((section) => section.reserved && section.name === name && knows(release, section))
}

function bareWord(state: State, node: Node, _type: Type, text: string, _path: Path): Value {
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

/** For messages: a duration's nanoseconds as the registry prints them. */
export function durationText(value: Value): string {
  return value.kind === 'scalar' && typeof value.value === 'bigint' ? formatDuration(value.value) : ''
}

export type { Key }
