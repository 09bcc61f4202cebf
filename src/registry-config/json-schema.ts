import type { Release } from './releases.ts'
import { configuration } from './schema/configuration.ts'
import { storageMiddlewares } from './schema/middleware.ts'
import { type Key, knows, type Reads, type Section, type Type } from './schema/type.ts'

type Schema = Readonly<Record<string, unknown>>

/** The JSON Schema (draft-07, which editors read) of a release's config.yml, for completion, hover and typos. */
export function jsonSchema(release: Release): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `config.yml of registry ${release}`,
    description: 'The configuration of a container registry (CNCF Distribution).',
    ...object(configuration, release),
  }
}

function object(keys: readonly Key[], release: Release): Schema {
  const known = keys.filter((key) => knows(release, key))
  const required = known.filter((key) => key.required === true).map(({ name }) => name)
  return {
    type: ['object', 'null'],
    properties: Object.fromEntries(known.map((key) => [key.name, property(key, release)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  }
}

function property(key: Key, release: Release): Schema {
  const fallback = key.fallback === undefined ? {} : { default: typed(key.fallback, key.type) }
  return { description: key.about, ...ofType(key, release), ...fallback }
}

/** A default as the schema's type has it. */
function typed(fallback: string, type: Type): unknown {
  const reads = type.kind === 'any' ? type.reads.as : type.kind
  if (reads === 'bool' || reads === 'switch') return fallback === 'true'
  return (reads === 'int' || reads === 'size') && /^\d+$/.test(fallback) ? Number(fallback) : fallback
}

/** The parser takes any scalar for a text, so a number without quotes is none of the editor's business. */
const text: Schema = { type: ['string', 'number', 'boolean', 'null'] }
const duration: Schema = {
  anyOf: [
    { type: 'string', pattern: '^[-+]?((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+$' },
    { const: 0 },
    { const: '0' },
    { type: 'null' },
  ],
}

function ofType(key: Key, release: Release): Schema {
  const { type } = key
  switch (type.kind) {
    case 'string':
      return text
    case 'bool':
      return { type: ['boolean', 'null'] }
    case 'int':
      return { type: ['integer', 'null'] }
    case 'duration':
      return duration
    case 'version':
      return { enum: [0.1, '0.1'] }
    case 'word':
      return { enum: type.words }
    case 'list':
      return { type: ['array', 'null'], items: ofType({ ...key, type: type.of }, release) }
    case 'struct':
      return object(type.keys, release)
    case 'map':
      return key.name === 'middleware'
        ? middlewares(type.of, key, release)
        : { type: ['object', 'null'], additionalProperties: ofType({ ...key, type: type.of }, release) }
    case 'choice':
      return { anyOf: [{ type: 'string' }, sections(type.sections, release)] }
    case 'any':
      return ofReads(type.reads, release)
  }
}

function sections(all: readonly Section[], release: Release): Schema {
  const known = all.filter((section) => knows(release, section))
  return {
    type: 'object',
    properties: Object.fromEntries(
      known.map((section) => [
        section.name,
        { description: section.about, ...object(section.keys, release) },
      ]),
    ),
    // In-memory storage and unknown drivers aside, a driver's own keys are known.
    additionalProperties: false,
  }
}

function middlewares(list: Type, key: Key, release: Release): Schema {
  const known = storageMiddlewares.filter((section) => knows(release, section))
  const entry = list.kind === 'list' ? ofType({ ...key, name: 'entry', type: list.of }, release) : {}
  const storage = {
    type: ['array', 'null'],
    items: {
      ...entry,
      allOf: known.map((section) => ({
        if: { properties: { name: { const: section.name } }, required: ['name'] },
        // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's own word.
        then: { properties: { options: { description: section.about, ...object(section.keys, release) } } },
      })),
    },
  }
  return {
    type: ['object', 'null'],
    properties: {
      storage,
      registry: { type: ['array', 'null'], items: entry },
      repository: { type: ['array', 'null'], items: entry },
    },
    additionalProperties: false,
  }
}

function ofReads(reads: Reads, release: Release): Schema {
  switch (reads.as) {
    case 'switch':
      return { type: 'boolean' }
    case 'bool':
      return { anyOf: [{ type: ['boolean', 'null'] }, { enum: ['true', 'false'] }] }
    case 'size':
      return { type: ['integer', 'string', 'null'], minimum: reads.min, maximum: reads.max }
    case 'int':
      return { type: 'integer' }
    case 'printed':
      return text
    case 'string':
      return { type: 'string' }
    case 'word':
      return reads.fold
        ? words(reads.words(release))
        : { anyOf: [{ enum: reads.words(release) }, { type: 'string' }] }
    case 'duration':
      return { type: 'string', pattern: '^[-+]?(0|((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+)$' }
    case 'strings':
      return { type: 'array', items: { type: 'string' } }
    case 'map':
      return object(reads.keys, release)
    case 'anything':
      return {}
  }
}

/** Words whose case does not matter: completion offers them as they are written here. */
function words(all: readonly string[]): Schema {
  const any = all.map((word) =>
    word.replace(/[A-Za-z]/g, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`),
  )
  return { anyOf: [{ enum: all }, { type: 'string', pattern: `^(${any.join('|')})$` }] }
}

/** For the reference page: which releases a key is in, in words. */
export function releasesOf(what: Pick<Key, 'since' | 'until'>): string {
  if (what.since === undefined && what.until === undefined) return 'all'
  if (what.until === undefined) return `≥ ${what.since}`
  return what.since === undefined ? `< ${what.until}` : `${what.since} … < ${what.until}`
}
