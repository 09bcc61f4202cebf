import type { EffectiveConfig } from './effective.ts'
import type { Path } from './problem.ts'
import { configuration } from './schema/configuration.ts'
import { storageMiddlewares } from './schema/middleware.ts'
import type { Key, Section, Type } from './schema/type.ts'
import { at, type MapValue, textOf } from './value.ts'

/** The lists of `middleware` that the registry looks at. */
const middlewareLists: readonly Key[] = (['registry', 'repository', 'storage'] as const).map((name) => ({
  name,
  type: configuration.find((key) => key.name === 'middleware')?.type ?? {
    kind: 'any',
    reads: { as: 'anything' },
  },
  about: `Middlewares of the ${name === 'repository' ? 'repositories' : name}.`,
}))

/**
 * The keys that any release knows in the section at `path`; undefined where every key is allowed, or where the
 * section's name is unknown itself.
 */
export function keysAt(config: EffectiveConfig, path: Path): readonly Key[] | undefined {
  if (path.length === 0) return configuration
  if (path[0] === 'middleware') return middlewareKeys(config, path)
  let keys: readonly Key[] | undefined = configuration
  let sections: readonly Section[] | undefined
  for (const part of path) {
    if (typeof part === 'number') continue
    if (sections !== undefined) {
      const found = sections.find((section) => section.name === part)
      keys = found?.open === true ? undefined : found?.keys
      sections = undefined
      continue
    }
    const type = inner(keys?.find((key) => key.name === part)?.type)
    if (type?.kind === 'choice') {
      sections = type.sections
      keys = sectionKeys(type.sections)
    } else {
      keys = type === undefined ? undefined : keysOf(type)
    }
  }
  return keys
}

const asKeys = new WeakMap<readonly Section[], readonly Key[]>()

/** Sections as keys of what holds them. */
function sectionKeys(sections: readonly Section[]): readonly Key[] {
  const found =
    asKeys.get(sections) ??
    sections.map(
      ({ name, about, since, until }): Key => ({
        name,
        about,
        type: { kind: 'any', reads: { as: 'anything' } },
        ...(since && { since }),
        ...(until && { until }),
      }),
    )
  asKeys.set(sections, found)
  return found
}

function inner(type: Type | undefined): Type | undefined {
  return type?.kind === 'list' ? inner(type.of) : type
}

function keysOf(type: Type): readonly Key[] | undefined {
  if (type.kind === 'struct') return type.keys
  return type.kind === 'any' && type.reads.as === 'map' ? type.reads.keys : undefined
}

function middlewareKeys(config: EffectiveConfig, path: Path): readonly Key[] | undefined {
  const [, list, index, options] = path
  if (list === undefined) return middlewareLists
  if (options === 'options' && list === 'storage') {
    const name = textOf(at(config.root, 'middleware', 'storage', index ?? 0, 'name'))
    return storageMiddlewares.find((section) => section.name === name)?.keys
  }
  return undefined
}

/** The key that `path` names, whatever the release; undefined when none is known there. */
export function keyAt(config: EffectiveConfig, path: Path): Key | undefined {
  return keysAt(config, path.slice(0, -1))?.find((key) => key.name === path.at(-1))
}

const maps = new WeakMap<EffectiveConfig, readonly (readonly [Path, MapValue])[]>()

/** Every map of parameters that the parser lets through untyped, with its path. Found once. */
export function parameterMaps(config: EffectiveConfig): readonly (readonly [Path, MapValue])[] {
  const found = maps.get(config) ?? [...findMaps(config)]
  maps.set(config, found)
  return found
}

function* findMaps(config: EffectiveConfig): Iterable<readonly [Path, MapValue]> {
  const middleware = at(config.root, 'middleware')
  if (middleware?.kind === 'map') yield [['middleware'], middleware]
  for (const { index, options } of config.storageMiddleware)
    yield [['middleware', 'storage', index, 'options'], options]
  for (const name of ['storage', 'auth']) {
    const section = at(config.root, name)
    if (section?.kind !== 'map') continue
    for (const [entry, { value }] of section.entries) {
      if (value.kind !== 'map') continue
      yield [[name, String(entry)], value]
      for (const [key, nested] of value.entries) {
        if (nested.value.kind === 'map') yield [[name, String(entry), String(key)], nested.value]
      }
    }
  }
}

let sections: Map<string, string[]> | undefined

/** Where else a key of that name is known: the paths of the sections, as people write them. */
export function sectionsWith(name: string): readonly string[] {
  sections ??= indexSections()
  return sections.get(name) ?? []
}

function indexSections(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const walk = (keys: readonly Key[], path: string) => {
    for (const key of keys) {
      const here = path === '' ? key.name : `${path}.${key.name}`
      found.set(key.name, [...(found.get(key.name) ?? []), path])
      const type = inner(key.type)
      if (type?.kind === 'choice')
        for (const section of type.sections) walk(section.keys, `${here}.${section.name}`)
      else if (type !== undefined) walk(keysOf(type) ?? [], here)
    }
  }
  walk(configuration, '')
  return found
}
