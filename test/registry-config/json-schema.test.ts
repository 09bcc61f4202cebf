import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { rules } from '../../src/lint/all.ts'
import { findSubjects } from '../../src/lint/find.ts'
import type { Example } from '../../src/lint/rule.ts'
import { jsonSchema } from '../../src/registry-config/json-schema.ts'
import { latest, parseRelease, type Release, releases } from '../../src/registry-config/releases.ts'
import { type LanguageServer, startLanguageServer } from '../support/language-server.ts'

const compiled = new Map<Release, ValidateFunction>()

/** The schema of a release, compiled: that checks it against its meta-schema, and strict mode refuses what is no keyword. */
function schemaOf(release: Release): ValidateFunction {
  const known = compiled.get(release)
  if (known !== undefined) return known
  const ajv = new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    keywords: ['deprecationMessage'],
  })
  const made = ajv.compile(jsonSchema(release))
  compiled.set(release, made)
  return made
}

/** What the schema has against a config; none when it takes it. */
function problems(text: string, release: Release): readonly string[] {
  const validate = schemaOf(release)
  validate(parse(text, { version: '1.1', merge: true, uniqueKeys: false, logLevel: 'silent' }))
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)
}

/** Rules whose bad example the schema can tell: the first one, or all of them. */
const told: Readonly<Record<string, 'all' | 'first'>> = {
  'auth-options': 'first',
  cache: 'first',
  'cloudfront-options': 'all',
  'config-version': 'all',
  'delete-enabled': 'all',
  'duration-unit': 'all',
  'log-formatter': 'all',
  'one-driver': 'all',
  'read-only': 'all',
  'redirect-disable': 'all',
  'rewrite-options': 'all',
  's3-boolean': 'all',
  's3-bucket': 'all',
  's3-log-level': 'all',
  's3-object-acl': 'all',
  's3-region': 'all',
  's3-region-nil': 'all',
  's3-size': 'all',
  's3-size-truncated': 'all',
  's3-storage-class': 'all',
  'tag-concurrency': 'all',
  'unknown-auth-provider': 'first',
  'unknown-driver': 'all',
  'unknown-key': 'all',
  'unknown-middleware': 'first',
  'unknown-word': 'all',
  'upload-purging': 'all',
  'value-type': 'all',
}

/** Good examples that are no whole config by themselves, or right for the parser and not for an editor. */
const beyond: Readonly<Record<string, string>> = {
  'config-mount-path': 'the config is in a compose file',
  's3-early-values': 'the lines around the example have objectacl, which came with 2.6',
  's3-part-limit': 'the lines around the example have objectacl, which came with 2.6',
}

const examplesOf = (id: string) => rules.find((rule) => rule.id === id)?.examples ?? []

describe('the JSON Schema', () => {
  it.each(releases)('is a draft-07 schema for %s', (release) => {
    expect(() => schemaOf(release)).not.toThrow()
  })

  it.each(Object.entries(told))('refuses what %s complains of', (id, which) => {
    const examples = which === 'all' ? examplesOf(id) : examplesOf(id).slice(0, 1)
    expect(examples.length).toBeGreaterThan(0)
    for (const { bad, release = latest } of examples) expect(problems(bad, release), bad).not.toEqual([])
  })

  const good = rules.flatMap(({ id, examples }) =>
    examples.map((example: Example, index) => [`${id} ${index}`, id, example] as const),
  )
  it.each(good.filter(([, id]) => beyond[id] === undefined))(
    'takes the good example %s',
    (_, __, example) => {
      expect(problems(example.good, example.release ?? latest)).toEqual([])
    },
  )

  const folder = resolve(import.meta.dirname, '../lint/sound')
  it.each(readdirSync(folder))('takes the sound config %s', (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const named = /^# registry: (\S+)/.exec(text)?.[1]
    const release = named === undefined ? latest : parseRelease(named)
    // Harbor’s own build of the registry has a key of its own.
    const harbors = text.includes('enableTLS') ? ['/redis additionalProperties'] : []
    for (const subject of findSubjects(text, file, {}))
      expect(problems(subject.document.text, subject.release ?? release)).toEqual(harbors)
  })
})

describe('in an editor', () => {
  let server: LanguageServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regctl-editor-'))
    server = await startLanguageServer()
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  /** A config whose first line names the schema of `release`, as `regctl schema` says to do it. */
  function config(name: string, release: Release, lines: readonly string[]): [path: string, text: string] {
    const schema = `${release}.schema.json`
    writeFileSync(join(folder, schema), JSON.stringify(jsonSchema(release)))
    return [
      join(folder, name),
      [`# yaml-language-server: $schema=${schema}`, 'version: 0.1', ...lines, ''].join('\n'),
    ]
  }

  it('underlines what the release does not know, and says which one does', async () => {
    const [path, text] = config('old.yml', '2.8.3', [
      'storage:',
      '  s3: {bucket: b, region: eu-west-1, forcepathstyle: true, chunksiez: 5}',
    ])
    const said = await server.open(path, text)
    expect(said.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        'Registry 2.8.3 does not know it; releases that do: ≥ 3.0.0.',
        'Property chunksiez is not allowed.',
      ]),
    )
    expect(said.every(({ range }) => range.start.line === 3)).toBe(true)
  })

  it('has nothing against a sound config', async () => {
    const [path, text] = config('sound.yml', latest, ['storage:', '  s3: {bucket: b, region: eu-west-1}'])
    expect(await server.open(path, text)).toEqual([])
  })

  it('explains a key, its words and an example', async () => {
    const [path, text] = config('hover.yml', latest, [
      'storage:',
      '  s3:',
      '    bucket: b',
      '    region: eu-west-1',
      '    objectacl: private',
      'middleware:',
      '  storage:',
      '    - name: cloudfront',
      '      options: {baseurl: https://d.example.com/, privatekey: /k.pem, keypairid: K2JCJMDEHXQW5F}',
    ])
    await server.open(path, text)
    expect(await server.hover(path, 6, 6)).toMatch(
      /canned ACL sent with every object[\s\S]*bucket-owner-full-control/,
    )
    expect(await server.hover(path, 10, 20)).toMatch(
      /distribution’s URL[\s\S]*https:\/\/d111111abcdef8\.cloudfront\.net/,
    )
  })

  it('completes keys and words of the release', async () => {
    const [path, text] = config('complete.yml', latest, [
      'storage:',
      '  s3:',
      '    bucket: b',
      '    region: ',
      '    ',
      'log:',
      '  formatter: ',
    ])
    await server.open(path, text)
    const labels = async (line: number, character: number) =>
      (await server.complete(path, line, character)).map(({ label }) => label)
    const keys = await labels(6, 4)
    expect(keys).toEqual(expect.arrayContaining(['forcepathstyle', 'chunksize', 'objectacl']))
    expect(keys).not.toContain('redirectendpoint')
    expect(await labels(5, 12)).toEqual(expect.arrayContaining(['eu-west-1', 'us-east-1']))
    expect((await labels(8, 13)).sort()).toEqual(['json', 'logstash', 'text'])
  })
})
