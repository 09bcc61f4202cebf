import { type ReadCloudFront, readCloudFront } from './cloudfront-options.ts'
import { type Decoder, decode, isReserved, parameters } from './decode.ts'
import type { ConfigDocument } from './document.ts'
import { type Environment, overlay } from './environment.ts'
import type { Dropped, Refusal } from './problem.ts'
import { atLeast, type Release } from './releases.ts'
import { type ReadS3, readS3 } from './s3-parameters.ts'
import { configuration } from './schema/configuration.ts'
import type { Type } from './schema/type.ts'
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
  checkVersion(root, decoder, document)
  if (decoder.refusals.length === 0) overlay(root, environment, decoder)
  const storage = storageOf(root, decoder)
  checkTags(root, decoder)
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

function fileOrigin(document: ConfigDocument): StructValue['origin'] {
  return { from: 'file', node: document.root ?? { kind: 'map', pairs: [], start: 0, end: 0 } }
}

function checkVersion(root: StructValue, decoder: Decoder, document: ConfigDocument): void {
  if (decoder.refusals.some(({ reason }) => reason === 'version')) return
  const version = root.fields.get('version')
  if (textOf(version?.value) === '0.1') return
  const node = version?.value.origin.from === 'file' ? version.value.origin.node : document.root
  decoder.refusals.push({
    kind: 'refusal',
    reason: 'version',
    path: ['version'],
    where: node === undefined || version === undefined ? { kind: 'file' } : { kind: 'node', node },
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
  const origin = entry?.value.origin
  decoder.refusals.push({
    kind: 'refusal',
    reason: 'storage',
    path: ['storage'],
    where:
      origin === undefined
        ? { kind: 'file' }
        : origin.from === 'file'
          ? { kind: 'node', node: entry?.key ?? origin.node }
          : { kind: 'variable', name: origin.name },
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
    where:
      limit.origin.from === 'file'
        ? { kind: 'node', node: limit.origin.node }
        : { kind: 'variable', name: limit.origin.name },
    message: 'maxtags limit must be a non-negative integer value',
  })
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

/** The S3 driver's parameters and what the registry refuses in them; undefined for another driver. */
export function s3Of(config: EffectiveConfig): ReadS3 | undefined {
  const { storage, release } = config
  return storage !== undefined && isS3(storage.driver) ? readS3(storage.parameters, release) : undefined
}

/** Whether a driver's name is the S3 driver's. */
export function isS3(driver: string): boolean {
  return driver === 's3' || driver === 's3aws' || driver === 's3goamz'
}

/** The CloudFront middleware's options and what the registry refuses in them; undefined without the middleware. */
export function cloudFrontOf(config: EffectiveConfig): ReadCloudFront | undefined {
  const entry = config.storageMiddleware.find(({ name }) => name === 'cloudfront')
  return entry === undefined ? undefined : readCloudFront(entry.options, config.release)
}

/** The storage driver's parameters as plain data, for opening the driver. */
export function driverParameters(config: EffectiveConfig): Readonly<Record<string, unknown>> {
  return config.storage === undefined ? {} : (plain(config.storage.parameters) as Record<string, unknown>)
}
