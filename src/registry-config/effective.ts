import { decode, isReserved, zero } from './decode.ts'
import type { Decoder } from './decode-state.ts'
import type { ConfigDocument } from './document.ts'
import { type Environment, overlay } from './environment.ts'
import type { Dropped, Refusal, Where } from './problem.ts'
import { atLeast, before, type Release } from './releases.ts'
import { type ReadS3, readS3 } from './s3-parameters.ts'
import { configuration } from './schema/configuration.ts'
import { anything, parameters, type Type } from './schema/type.ts'
import {
  at,
  type Entry,
  entryOf,
  isTrue,
  type MapValue,
  plain,
  type StructValue,
  textOf,
  type Value,
} from './value.ts'

/**
 * What the registry uses: the file, changed by the environment, as one release reads it. `refusals` is what stops
 * its parser; when there is any, the rest is what could still be read.
 */
export interface EffectiveConfig {
  readonly document: ConfigDocument
  readonly release: Release
  readonly environment: Environment
  readonly root: StructValue
  readonly refusals: readonly Refusal[]
  readonly dropped: readonly Dropped[]
  readonly storage: Storage | undefined
  /** The entries of middleware.storage in order; the last one is asked first. */
  readonly storageMiddleware: readonly Middleware[]
  /** Whether the registry serves blobs itself, so that no middleware is asked. */
  readonly redirectDisabled: boolean
}

export interface Storage {
  /** The driver's name as it is written: `s3`, `filesystem`, … */
  readonly driver: string
  /** Where the driver's name is written, or the variable that named it. */
  readonly entry: Entry
  readonly parameters: MapValue
}

export interface Middleware {
  readonly index: number
  readonly name: string
  readonly options: MapValue
  readonly value: Value
}

const rootType: Type = { kind: 'struct', keys: configuration }

/** Reads `document` as `release` does, with `environment` over it. Never throws on bad input. */
export function effectiveConfig(
  document: ConfigDocument,
  options: { readonly release: Release; readonly environment: Environment },
): EffectiveConfig {
  const { release, environment } = options
  const decoder: Decoder = { release, refusals: [], dropped: [] }
  const empty: StructValue = {
    kind: 'struct',
    fields: new Map(),
    keys: configuration,
    origin: fileOrigin(document),
  }
  const value = document.root === undefined ? undefined : decode(document.root, rootType, decoder)
  const root = value?.kind === 'struct' ? value : empty
  if (value !== undefined || decoder.refusals.length === 0) {
    checkVersion(root, decoder)
    // A registry that stops here looks at no variable; once the file is right, it will.
    overlay(root, without(environment, decoder.refusals), decoder)
  }
  const storage = storageOf(root, decoder)
  checkTags(root, decoder)
  fillDefaults(root, release)
  return {
    document,
    release,
    environment,
    root,
    refusals: decoder.refusals,
    dropped: decoder.dropped,
    storage,
    storageMiddleware: middlewareOf(root, 'storage'),
    redirectDisabled: isTrue(at(root, 'storage', 'redirect', 'disable')),
  }
}

/** The variables but for those of whole sections that are refused: what these make of nothing is no config. */
function without(environment: Environment, refusals: readonly Refusal[]): Environment {
  const sections = refusals
    .filter(({ path }) => path.length === 1)
    .map(({ path: [section] }) => `REGISTRY_${String(section).toUpperCase()}`)
  if (sections.length === 0) return environment
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !sections.some((section) => name === section || name.startsWith(`${section}_`)),
    ),
  )
}

function fileOrigin(document: ConfigDocument): StructValue['origin'] {
  return { from: 'file', node: document.root ?? { kind: 'map', pairs: [], start: 0, end: 0 } }
}

function checkVersion(root: StructValue, decoder: Decoder): void {
  if (decoder.refusals.some(({ reason }) => reason === 'version')) return
  const version = root.fields.get('version')
  if (textOf(version?.value) === '0.1') return
  decoder.refusals.push({
    kind: 'refusal',
    reason: 'version',
    path: ['version'],
    where: version === undefined ? { kind: 'file' } : whereIs(version.value),
    message: `unsupported version: ${JSON.stringify(textOf(version?.value))}`,
  })
}

function storageOf(root: StructValue, decoder: Decoder): Storage | undefined {
  const section = root.fields.get('storage')
  const type = configuration.find(({ name }) => name === 'storage')?.type
  if (section?.value.kind !== 'map' || type?.kind !== 'choice') {
    if (decoder.refusals.length === 0) refuseStorage(section, decoder, 'no storage configuration provided')
    return undefined
  }
  const drivers = [...section.value.entries].filter(
    ([name]) => !isReserved(type, String(name), decoder.release),
  )
  const [first, ...more] = drivers
  if (first === undefined || (more.length === 0 && first[0] === '')) {
    if (decoder.refusals.length === 0) refuseStorage(section, decoder, 'no storage configuration provided')
    return undefined
  }
  if (more.length > 0) {
    const names = drivers.map(([name]) => String(name)).join(', ')
    const message = `multiple storage drivers specified in configuration or environment: ${names}`
    // 2.0 and 2.1 take one of them at random instead.
    refuseStorage(
      drivers.find(([, entry]) => entry.value.origin.from === 'variable')?.[1] ?? section,
      decoder,
      message,
    )
    return undefined
  }
  const [name, entry] = first
  const given: MapValue =
    entry.value.kind === 'map'
      ? entry.value
      : { kind: 'map', entries: new Map(), keys: 'text', of: parameters, origin: entry.value.origin }
  return { driver: String(name), entry, parameters: given }
}

function refuseStorage(entry: Entry | undefined, decoder: Decoder, message: string): void {
  decoder.refusals.push({
    kind: 'refusal',
    reason: 'storage',
    path: ['storage'],
    where:
      entry === undefined
        ? { kind: 'file' }
        : entry.key !== undefined
          ? { kind: 'node', node: entry.key }
          : whereIs(entry.value),
    message,
  })
}

function checkTags(root: StructValue, decoder: Decoder): void {
  const limit = at(root, 'tags', 'maxtags')
  if (!atLeast(decoder.release, '3.1.0') || limit?.kind !== 'scalar' || !(Number(limit.value) < 0)) return
  decoder.refusals.push({
    kind: 'refusal',
    reason: 'other',
    path: ['tags', 'maxtags'],
    where: whereIs(limit),
    message: 'maxtags limit must be a non-negative integer value',
  })
}

/** What the registry sets itself where it finds nothing. Source: each release's configuration.Parse. */
function fillDefaults(root: StructValue, release: Release): void {
  const set = (section: 'log' | 'catalog' | 'tags', name: string, value: Value) => {
    const found = root.fields.get(section)
    const keys = configuration.find((key) => key.name === section)?.type
    const struct = found?.value.kind === 'struct' ? found.value : zero(keys ?? anything, byDefault)
    if (struct.kind !== 'struct') return
    struct.fields.set(name, { key: undefined, value })
    root.fields.set(section, { key: found?.key, value: struct })
  }
  const old = root.fields.get('loglevel')
  if (before(release, '2.7.0')) {
    if (textOf(old?.value) === '') root.fields.set('loglevel', { key: undefined, value: word('info') })
  } else {
    if (textOf(at(root, 'log', 'level')) === '')
      set('log', 'level', textOf(old?.value) === '' ? word('info') : (old?.value ?? word('info')))
    root.fields.delete('loglevel')
  }
  if (atLeast(release, '2.8.2') && !isPositive(at(root, 'catalog', 'maxentries')))
    set('catalog', 'maxentries', number(1000))
  if (atLeast(release, '3.1.0') && !isPositive(at(root, 'tags', 'maxtags')))
    set('tags', 'maxtags', number(1000))
}

const byDefault = { from: 'default' } as const

function word(text: string): Value {
  return { kind: 'scalar', type: 'string', value: text, text, origin: byDefault }
}

function number(value: number): Value {
  return { kind: 'scalar', type: 'int', value, text: String(value), origin: byDefault }
}

function isPositive(value: Value | undefined): boolean {
  return value?.kind === 'scalar' && Number(value.value) > 0
}

/** The entries of one list of `middleware`. */
export function middlewareOf(
  root: StructValue,
  list: 'storage' | 'registry' | 'repository',
): readonly Middleware[] {
  const entries = at(root, 'middleware', list)
  if (entries?.kind !== 'list') return []
  return entries.items.map((value, index) => {
    const options = entryOf(value, 'options')?.value
    return {
      index,
      name: textOf(at(value, 'name')),
      options:
        options?.kind === 'map'
          ? options
          : { kind: 'map', entries: new Map(), keys: 'text', of: parameters, origin: value.origin },
      value,
    }
  })
}

const read = new WeakMap<EffectiveConfig, ReadS3>()

/** The S3 driver's parameters and what the registry refuses in them; undefined for another driver. Read once. */
export function s3Of(config: EffectiveConfig): ReadS3 | undefined {
  const { storage, release } = config
  if (storage === undefined || !isS3(storage.driver)) return undefined
  const found = read.get(config) ?? readS3(storage.parameters, release)
  read.set(config, found)
  return found
}

/** Whether a driver's name is the S3 driver's. */
export function isS3(driver: string): boolean {
  return driver === 's3' || driver === 's3aws' || driver === 's3goamz'
}

/** The storage driver's parameters as plain data, for opening the driver. */
export function driverParameters(config: EffectiveConfig): Readonly<Record<string, unknown>> {
  return config.storage === undefined ? {} : (plain(config.storage.parameters) as Record<string, unknown>)
}

/** Where a value comes from, as problems say it. */
export function whereIs(value: Value): Where {
  const { origin } = value
  switch (origin.from) {
    case 'file':
      return { kind: 'node', node: origin.node }
    case 'variable':
      return { kind: 'variable', name: origin.name }
    case 'default':
      return { kind: 'file' }
  }
}
