import { before, type Release } from './releases.ts'
import { regionsOf } from './s3-values.ts'
import { configuration } from './schema/configuration.ts'
import { storageMiddlewares } from './schema/middleware.ts'
import { type Key, knows, type Reads, type Section, type Type } from './schema/type.ts'

type Schema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema (draft-07, which editors read) of a release's config.yml, for completion, hover and typos. What only
 * other releases know is in it too, refused, so that the editor can say so: `deprecationMessage` is VS Code's keyword.
 */
export function jsonSchema(release: Release): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `config.yml of registry ${release}`,
    description: 'The configuration of a container registry (CNCF Distribution).',
    ...object(configuration, release),
    type: 'object',
  }
}

function object(keys: readonly Key[], release: Release): Schema {
  const names = keys.filter((key) => key.required === true && knows(release, key)).map(({ name }) => name)
  const required = names.length === 0 ? {} : { required: names }
  // What is turned off needs nothing else.
  const off = { properties: { enabled: { const: false } }, required: ['enabled'] }
  return {
    type: ['object', 'null'],
    ...properties(keys, release, (key) => property(key, release)),
    ...(keys.some(({ name }) => name === 'enabled') && names.length > 0
      ? { if: off, else: required }
      : required),
  }
}

/** Those of `all` that the release knows as `known` has them, the others refused, and nothing else. */
function properties<T extends Key | Section>(
  all: readonly T[],
  release: Release,
  known: (one: T) => Schema,
): Schema {
  const ours = all.filter((one) => knows(release, one))
  const others = all.filter(({ name }) => !ours.some((one) => one.name === name))
  const entries = [
    ...ours.map((one) => [one.name, known(one)]),
    ...others.map((one) => [one.name, foreign(one, release)]),
  ]
  return { properties: Object.fromEntries(entries), additionalProperties: false }
}

function foreign(one: Key | Section, release: Release): Schema {
  const message = `Registry ${release} does not know it; releases that do: ${releasesOf(one)}.`
  return { description: `${one.about} ${message}`, deprecationMessage: message, not: {} }
}

function property(key: Key, release: Release): Schema {
  const examples = key.example === undefined ? {} : { examples: [key.example] }
  const fallback = key.fallback === undefined ? {} : { default: typed(key.fallback, key.type) }
  return { description: key.about, ...ofType(key, release), ...fallback, ...examples }
}

/** A default as the schema's type has it. */
function typed(fallback: string, type: Type): unknown {
  const reads = type.kind === 'any' ? type.reads.as : type.kind
  if (reads === 'bool' || reads === 'switch') return fallback === 'true'
  return (reads === 'int' || reads === 'size') && /^\d+$/.test(fallback) ? Number(fallback) : fallback
}

/** The parser takes any scalar for a text, so a number without quotes is none of the editor's business. */
const text: Schema = { type: ['string', 'number', 'boolean', 'null'] }
/** A text with a unit; a bare number is nanoseconds, which nobody means, but for 0. */
const units = '((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+'
const duration: Schema = {
  type: ['string', 'integer', 'null'],
  pattern: `^[-+]?(0|${units})$`,
  minimum: 0,
  maximum: 0,
}

function ofType(key: Key, release: Release): Schema {
  const { type } = key
  if (type.kind === 'list')
    return { type: ['array', 'null'], items: ofType({ ...key, type: type.of }, release) }
  if (key.words !== undefined) return { enum: key.words(release) }
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
      return type.fold ? words(type.words) : { enum: type.words }
    case 'struct':
      return object(type.keys, release)
    case 'map':
      return key.name === 'middleware'
        ? middlewares(type.of, key, release)
        : { type: ['object', 'null'], additionalProperties: ofType({ ...key, type: type.of }, release) }
    case 'choice':
      return {
        type: type.of === 'storage' ? ['string', 'object'] : ['string', 'object', 'null'],
        ...properties(type.sections, release, (one) => section(one, release)),
      }
    case 'any':
      return ofReads(type.reads, release)
  }
}

function section({ about, keys, open }: Section, release: Release): Schema {
  return {
    description: about,
    ...object(keys, release),
    ...(open === true ? { additionalProperties: true } : {}),
    ...region(keys, release),
  }
}

/** A store with an endpoint of its own may call its region anything. */
function region(keys: readonly Key[], release: Release): Schema {
  if (!keys.some(({ name }) => name === 'regionendpoint')) return {}
  const listed = { properties: { region: { enum: regionsOf(release) } } }
  return before(release, '2.4.0')
    ? { allOf: [listed] }
    : { if: { required: ['regionendpoint'] }, else: listed }
}

function middlewares(list: Type, key: Key, release: Release): Schema {
  const known = storageMiddlewares.filter((one) => knows(release, one))
  const entry = list.kind === 'list' ? ofType({ ...key, name: 'entry', type: list.of }, release) : {}
  const named = { properties: { name: { enum: known.map(({ name }) => name) } } }
  const storage = {
    type: ['array', 'null'],
    items: {
      ...entry,
      allOf: [
        named,
        ...known.map(({ name, about, keys }) => ({
          if: { properties: { name: { const: name } }, required: ['name'] },
          // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's own word.
          then: { properties: { options: { description: about, ...object(keys, release) } } },
        })),
      ],
    },
  }
  const others = { type: ['array', 'null'], items: entry }
  return {
    type: ['object', 'null'],
    properties: {
      storage: { description: 'Middlewares of the storage; the last one is asked first.', ...storage },
      registry: { description: 'Middlewares of the registry.', ...others },
      repository: { description: 'Middlewares of the repositories.', ...others },
    },
    additionalProperties: false,
  }
}

function ofReads(reads: Reads, release: Release): Schema {
  switch (reads.as) {
    case 'switch':
      return { type: 'boolean' }
    case 'bool':
      return { enum: [true, false, 'true', 'false', null] }
    case 'size':
      return {
        type: ['integer', 'string', 'null'],
        minimum: reads.min,
        maximum: reads.max,
        pattern: before(release, '3.0.0') ? '^[-+]?(0[xX][0-9a-fA-F]+|\\d+)$' : '^[-+]?\\d+$',
      }
    case 'int':
      return { type: 'integer' }
    case 'printed':
      return text
    case 'string':
      return { type: 'string' }
    case 'word':
      if (reads.fold) return words(reads.words(release))
      return reads.open === true
        ? { anyOf: [{ enum: reads.words(release) }, { type: 'string' }] }
        : { enum: reads.words(release) }
    case 'duration':
      return { type: 'string', pattern: `^[-+]?(0|${units})$` }
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
