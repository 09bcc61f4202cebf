import { rules } from '../../src/lint/all.ts'
import { releasesText } from '../../src/lint/pages.ts'
import type { Example, Rule } from '../../src/lint/rule.ts'
import { releasesOf } from '../../src/registry-config/json-schema.ts'
import { atLeast, before, releases } from '../../src/registry-config/releases.ts'
import { configuration } from '../../src/registry-config/schema/configuration.ts'
import { storageMiddlewares } from '../../src/registry-config/schema/middleware.ts'
import type { Key, Section, Type } from '../../src/registry-config/schema/type.ts'

/** docs/rules.md: every rule with why, and the examples that are run as tests. */
export function rulesPage(): string {
  return `# Rules of lint

${rules.length} rules. Each example is run as a test: the rule complains of the first config and not of the second. Rendered from
\`src/lint/rules/\`; \`regctl lint --explain RULE\` shows the same.

A comment silences a rule for its line, or for the next one when it stands alone: \`# regctl-ignore s3-acl-refused: the bucket has
ACLs\`. \`# regctl-ignore-file RULE: reason\` does so for the whole file. Without a reason nothing is silenced.

${rules.map(section).join('\n\n')}
`
}

function section(rule: Rule): string {
  const [example] = rule.examples
  return [
    `## ${rule.id}`,
    '',
    `${capital(rule.summary)}. *${rule.severity}, ${releasesText(rule.releases)}*`,
    '',
    rule.why,
    ...(example === undefined ? [] : ['', ...shown(example)]),
  ].join('\n')
}

function shown(example: Example): string[] {
  const { environment, goodEnvironment = environment } = example
  return [
    '```yaml',
    '# bad',
    ...variables(environment),
    example.bad.trimEnd(),
    '```',
    '',
    '```yaml',
    '# good',
    ...variables(goodEnvironment),
    example.good.trimEnd(),
    '```',
  ]
}

function variables(environment: Example['environment'] = {}): string[] {
  return Object.entries(environment).map(([name, value]) => `# with ${name}='${value}'`)
}

/** docs/config-keys.md: every key of every release. */
export function keysPage(): string {
  const drivers = configuration.find(({ name }) => name === 'storage')?.type
  const providers = configuration.find(({ name }) => name === 'auth')?.type
  return `# Keys of config.yml

Every key that a release from 2.0 to main reads, with what it is when it is not set. Keys are in lower case, and a key that a
release does not know is ignored without a word. The environment names a key by the parts of its path, in capitals, joined with
underscores after \`REGISTRY_\`; where the last column has a name, that part is spelt so. Rendered from
\`src/registry-config/schema/\`.

## Sections

${table(
  rowsOf(
    configuration.filter(({ name }) => !['storage', 'auth'].includes(name)),
    '',
  ),
)}

## storage

${drivers?.kind === 'choice' ? drivers.sections.map((...one) => sectionTable('storage', ...one)).join('\n\n') : ''}

## auth

${providers?.kind === 'choice' ? providers.sections.map((...one) => sectionTable('auth', ...one)).join('\n\n') : ''}

## Options of storage middlewares

${storageMiddlewares.map((...one) => sectionTable('middleware.storage', ...one)).join('\n\n')}
`
}

function sectionTable(parent: string, section: Section, index: number, all: readonly Section[]): string {
  const { name, about, keys } = section
  const head = `### ${parent}: ${name}\n\n${about} Releases: ${releasesOf(section)}.`
  if (keys.length === 0) return head
  const same = all.slice(0, index).find((other) => other.keys === keys)
  if (same !== undefined) return `${head} Its keys are those of ${same.name}.`
  return `${head}\n\n${table(rowsOf(keys, '', section))}`
}

/** A key is known where it and all that it stands in are. */
function narrowed(key: Key, outer: Pick<Key, 'since' | 'until'>): Key {
  const since = [key.since, outer.since].filter((one) => one !== undefined)
  const until = [key.until, outer.until].filter((one) => one !== undefined)
  const latest = since.find((one) => since.every((other) => atLeast(one, other)))
  const first = until.find((one) => until.every((other) => atLeast(other, one)))
  return { ...key, ...(latest && { since: latest }), ...(first && { until: first }) }
}

function rowsOf(keys: readonly Key[], prefix: string, outer: Pick<Key, 'since' | 'until'> = {}): string[][] {
  return keys.flatMap((own) => {
    const key = narrowed(own, outer)
    const path = `${prefix}${key.name}`
    const row = [
      `\`${path}\``,
      `${wordsOf(key) ?? typeText(key.type)}${key.required === true ? ', required' : ''}`,
      key.fallback === undefined ? '' : `\`${key.fallback}\``,
      releasesOf(key),
      key.about,
      key.variable ?? '',
    ]
    return [row, ...rowsOf(innerKeys(key.type), `${path}${key.type.kind === 'list' ? '[]' : ''}.`, key)]
  })
}

/** The words of the newest release that takes the key; undefined where they would fill the table. */
function wordsOf({ type, words, until }: Key): string | undefined {
  const newest = releases.findLast((release) => until === undefined || before(release, until))
  const read = type.kind === 'any' && type.reads.as === 'word' ? type.reads.words : words
  const all = newest === undefined ? [] : (read?.(newest) ?? [])
  return all.length === 0 || all.length > 12 ? undefined : all.join(', ')
}

function innerKeys(type: Type): readonly Key[] {
  if (type.kind === 'struct') return type.keys
  if (type.kind === 'list') return innerKeys(type.of)
  return type.kind === 'any' && type.reads.as === 'map' ? type.reads.keys : []
}

function typeText(type: Type): string {
  switch (type.kind) {
    case 'list':
      return type.of.kind === 'struct' ? 'list of sections' : `list of ${typeText(type.of)}`
    case 'map':
      return 'map'
    case 'struct':
      return 'section'
    case 'word':
      return type.words.join(', ')
    case 'any':
      return {
        switch: 'boolean',
        bool: 'boolean',
        size: 'integer',
        int: 'integer',
        printed: 'text',
        string: 'text',
        word: 'word',
        duration: 'duration',
        strings: 'list of text',
        map: 'section',
        anything: 'any',
      }[type.reads.as]
    case 'choice':
      return 'section'
    default:
      return { string: 'text', bool: 'boolean', int: 'integer', duration: 'duration', version: 'text' }[
        type.kind
      ]
  }
}

function table(rows: readonly string[][]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    line(['key', 'type', 'default', 'releases', 'meaning', 'variable']),
    line(['---', '---', '---', '---', '---', '---']),
    ...rows.map(line),
  ].join('\n')
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
