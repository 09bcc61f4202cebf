import { decode, zero } from './decode.ts'
import type { Decoder } from './decode-state.ts'
import { readDocument } from './document.ts'
import type { Path, Refusal } from './problem.ts'
import { atLeast, majorOf, type Release } from './releases.ts'
import { anything, type Key, knows, parameters, type Type } from './schema/type.ts'
import type { Entry, ListValue, MapValue, Origin, StructValue, Value } from './value.ts'

/**
 * How environment variables change a config: every variable that starts with REGISTRY_, in byte order, its name
 * split at each underscore, its value read as YAML. Source: the registry's configuration/parser.go; facts registry 6.6.
 */
export type Environment = Readonly<Record<string, string | undefined>>

/** Applies `environment` to `root` in place, as the release does. Problems go to the decoder's lists. */
export function overlay(root: StructValue, environment: Environment, decoder: Decoder): undefined {
  const names = Object.keys(environment)
    .filter((name) => name.startsWith('REGISTRY_'))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (!atLeast(decoder.release, '2.2.0')) return overlayEarly(root, environment, names, decoder)
  for (const name of names) {
    const run: Run = { name, payload: environment[name] ?? '', decoder }
    const before = decoder.refusals.length
    overwriteStruct(run, root, name.split('_').slice(1), [])
    // The registry gives up at the first variable it cannot apply.
    if (decoder.refusals.length > before) return
  }
}

interface Run {
  readonly name: string
  readonly payload: string
  readonly decoder: Decoder
}

function origin(run: Run): Origin {
  return { from: 'variable', name: run.name }
}

function drop(run: Run, path: Path, reason: string): undefined {
  run.decoder.dropped.push({ kind: 'variable', path, where: { kind: 'variable', name: run.name }, reason })
}

function refuse(run: Run, path: Path, message: string, reason: Refusal['reason'] = 'variable'): undefined {
  const prefix = majorOf(run.decoder.release) === 3 ? `parsing environment variable ${run.name}: ` : ''
  run.decoder.refusals.push({
    kind: 'refusal',
    reason,
    path,
    where: { kind: 'variable', name: run.name },
    message: `${prefix}${message}`,
  })
}

/** The payload as YAML of `type`; undefined for nothing, null, and for what was refused. */
function read(run: Run, type: Type, path: Path): Value | undefined {
  const document = readDocument(run.payload, run.name)
  if ('problems' in document) {
    const [problem] = document.problems
    refuse(run, path, `yaml: ${problem?.message ?? 'not YAML'}`)
    return undefined
  }
  if (document.document.root === undefined) return undefined
  return decode(document.document.root, type, { ...run.decoder, variable: run.name }, path)
}

/** The key that a part of a variable's name stands for. */
function keyNamed(keys: readonly Key[], part: string, release: Release): Key | undefined {
  return keys.find((key) => knows(release, key) && (key.variable ?? key.name.toUpperCase()) === part)
}

function overwriteStruct(run: Run, value: StructValue, parts: readonly string[], path: Path): undefined {
  const [part, ...rest] = parts
  const { release } = run.decoder
  if (part === undefined) return refuse(run, path, 'runtime error: index out of range [0] with length 0')
  const redis = path.length === 1 && path[0] === 'redis' && majorOf(release) === 3
  if (redis) return overwriteRedis(run, value, parts, path)
  const key = keyNamed(value.keys, part, release)
  if (key === undefined)
    return drop(run, [...path, part.toLowerCase()], 'the registry knows no such key and logs a warning')
  overwriteField(run, value, key, rest, path)
}

/** go-redis' options are a struct of their own inside `redis`: OPTIONS in 3.0, reached directly too from 3.1. */
function overwriteRedis(run: Run, value: StructValue, parts: readonly string[], path: Path): undefined {
  const [first = '', second] = parts
  const inlined = atLeast(run.decoder.release, '3.1.0')
  const direct = keyNamed(value.keys, inlined ? first.toUpperCase() : first, run.decoder.release)
  if (direct?.name === 'tls') {
    if (first === 'TLS') return overwriteField(run, value, direct, parts.slice(1), path)
  } else if (direct !== undefined && inlined) {
    // An inlined struct is entered with the whole rest of the name, whose first part must be in upper case.
    if (first === first.toUpperCase()) return overwriteField(run, value, direct, parts.slice(1), path)
  }
  if (first === 'OPTIONS' && second === undefined) return replaceOptions(run, value, path)
  if (first === 'OPTIONS' && second !== undefined) {
    const option = keyNamed(value.keys, second, run.decoder.release)
    if (option !== undefined && option.name !== 'tls')
      return overwriteField(run, value, option, parts.slice(2), path)
  }
  const hint = direct === undefined || inlined ? '' : `; it is reached as REGISTRY_REDIS_OPTIONS_${first}`
  drop(run, [...path, first.toLowerCase()], `the registry knows no such key and logs a warning${hint}`)
}

/** REGISTRY_REDIS_OPTIONS alone replaces every option but tls. */
function replaceOptions(run: Run, value: StructValue, path: Path): undefined {
  const options: Type = { kind: 'struct', keys: value.keys.filter(({ name }) => name !== 'tls') }
  const before = run.decoder.refusals.length
  const given = read(run, options, path)
  if (run.decoder.refusals.length > before) return
  for (const name of [...value.fields.keys()]) if (name !== 'tls') value.fields.delete(name)
  if (given?.kind === 'struct') for (const [name, entry] of given.fields) value.fields.set(name, entry)
}

function overwriteField(
  run: Run,
  value: StructValue,
  key: Key,
  rest: readonly string[],
  path: Path,
): undefined {
  const here = [...path, key.name]
  if (rest.length === 0) {
    const before = run.decoder.refusals.length
    const read_ = read(run, key.type, here)
    if (run.decoder.refusals.length > before) return
    if (read_ === undefined) value.fields.delete(key.name)
    else value.fields.set(key.name, { key: undefined, value: read_ })
    return
  }
  const existing = value.fields.get(key.name)
  const field = existing ?? { key: undefined, value: zero(key.type, origin(run)) }
  if (existing === undefined && isContainer(field.value)) value.fields.set(key.name, field)
  overwrite(run, field.value, rest, here, true)
}

function isContainer(value: Value): boolean {
  return value.kind !== 'scalar'
}

/** `settable` is false for what stands directly in a map, which Go cannot append to. */
function overwrite(
  run: Run,
  value: Value,
  parts: readonly string[],
  path: Path,
  settable: boolean,
): undefined {
  switch (value.kind) {
    case 'struct':
      return overwriteStruct(run, value, parts, path)
    case 'map':
      return overwriteMap(run, value, parts, path)
    case 'list':
      return overwriteList(run, value, parts, path, settable)
    case 'scalar':
      return drop(run, path, 'it names something below a plain value, which the registry ignores silently')
  }
}

function overwriteList(
  run: Run,
  value: ListValue,
  parts: readonly string[],
  path: Path,
  settable: boolean,
): undefined {
  const { release } = run.decoder
  if (majorOf(release) === 2) return drop(run, path, '2.x ignores variables that reach into a list, silently')
  const [part = '', ...rest] = parts
  const index = /^[-+]?\d+$/.test(part) ? Number(part) : undefined
  if (index === undefined) return refuse(run, path, `non-numeric index: ${part}`)
  if (index > value.items.length) return refuse(run, path, `undefined index: ${part}`)
  if (index === value.items.length || value.items.length === 0) {
    if (!settable) return refuse(run, path, 'reflect: reflect.Value.Set using unaddressable value')
    value.items.push(zero(value.of, origin(run)))
  }
  const here = [...path, index]
  const item = value.items[index]
  if (item === undefined) return refuse(run, here, 'reflect: slice index out of range')
  if (rest.length === 0) {
    if (item.kind === 'scalar' && item.type !== 'null') {
      return drop(run, here, 'the registry ignores the value of a variable that ends in an index')
    }
    return refuse(run, here, 'runtime error: index out of range [0] with length 0')
  }
  if (item.kind === 'scalar' && item.type === 'null') {
    const map = untypedMap(run)
    value.items[index] = map
    return overwriteMap(run, map, rest, here)
  }
  overwrite(run, item, rest, here, true)
}

/** What the registry puts where it finds nothing: a map[string]interface{}. */
function untypedMap(run: Run): MapValue {
  return { kind: 'map', entries: new Map(), keys: 'text', of: anything, origin: origin(run) }
}

function overwriteMap(run: Run, map: MapValue, parts: readonly string[], path: Path): undefined {
  const [part, ...rest] = parts
  if (map.keys === 'any')
    return drop(
      run,
      path,
      'the registry cannot change a section below parameters that come from the file; it logs a warning',
    )
  if (part === undefined) return refuse(run, path, 'runtime error: index out of range [0] with length 0')
  const name = part.toLowerCase()
  if (rest.length > 0) {
    const existing = [...map.entries].find(([key]) => String(key).toUpperCase() === part)
    if (existing !== undefined && !isNil(existing[1])) {
      return overwrite(run, existing[1].value, rest, [...path, String(existing[0])], false)
    }
    const made = map.of.kind === 'any' ? untypedMap(run) : zero(map.of, origin(run))
    const before = run.decoder.refusals.length
    overwrite(run, made, rest, [...path, name], true)
    if (run.decoder.refusals.length === before) map.entries.set(name, { key: undefined, value: made })
    return
  }
  const before = run.decoder.refusals.length
  const value = read(run, map.of, [...path, name])
  if (run.decoder.refusals.length > before) return
  map.entries.set(name, { key: undefined, value: value ?? zero(map.of, origin(run)) })
}

function isNil(entry: Entry): boolean {
  return entry.value.kind === 'scalar' && entry.value.type === 'null'
}

/** 2.0 and 2.1: only names that spell a field, or a parameter of a section that the file has. */
function overlayEarly(
  root: StructValue,
  environment: Environment,
  names: readonly string[],
  decoder: Decoder,
): undefined {
  const used = new Set<string>()
  const apply = (name: string, type: Type, path: Path): { value: Value | undefined } | undefined => {
    if (environment[name] === undefined) return undefined
    used.add(name)
    const before = decoder.refusals.length
    const value = read({ name, payload: environment[name] ?? '', decoder }, type, path)
    return decoder.refusals.length > before ? undefined : { value }
  }
  const visit = (value: Value, prefix: string, path: Path): undefined => {
    if (value.kind === 'struct') {
      for (const key of value.keys) {
        if (!knows(decoder.release, key)) continue
        const name = `${prefix}_${key.variable ?? key.name.toUpperCase()}`
        const found = apply(name, key.type, [...path, key.name])
        if (found?.value !== undefined) value.fields.set(key.name, { key: undefined, value: found.value })
        else if (found !== undefined) value.fields.delete(key.name)
        const here = value.fields.get(key.name)?.value ?? zero(key.type, { from: 'variable', name })
        if (here.kind === 'scalar') continue
        visit(here, name, [...path, key.name])
        if (here.kind === 'struct' && here.fields.size > 0)
          value.fields.set(key.name, { key: undefined, value: here })
      }
    }
    if (value.kind !== 'map') return
    if (value.of.kind === 'map' || value.of === parameters) {
      for (const [key, entry] of value.entries) {
        visit(entry.value, `${prefix}_${String(key).toUpperCase()}`, [...path, String(key)])
      }
      return
    }
    for (const name of names) {
      const last = name.startsWith(`${prefix}_`) ? name.slice(prefix.length + 1) : ''
      if (!/^[A-Z0-9]+$/.test(last)) continue
      const found = apply(name, value.of, [...path, last.toLowerCase()])
      if (found === undefined) continue
      value.entries.set(last.toLowerCase(), {
        key: undefined,
        value: found.value ?? zero(value.of, { from: 'variable', name }),
      })
    }
  }
  visit(root, 'REGISTRY', [])
  for (const name of names) {
    if (used.has(name)) continue
    const run: Run = { name, payload: '', decoder }
    drop(run, [], 'the registry finds nothing by that name and ignores it silently')
  }
}
