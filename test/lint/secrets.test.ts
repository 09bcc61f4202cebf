import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lint } from '../../src/commands/lint.ts'
import { redactAll } from '../../src/core/redact.ts'
import { maskSecrets } from '../../src/lint/mask.ts'
import { configuration } from '../../src/registry-config/schema/configuration.ts'
import type { Key, Type } from '../../src/registry-config/schema/type.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

let test: TestWorld
beforeEach(() => {
  test = testWorld()
})
afterEach(() => test.remove())

/** The path of every key that the tables call secret, with a list's items as `-`. */
function* secretPaths(keys: readonly Key[], above: readonly string[] = []): Iterable<readonly string[]> {
  for (const key of keys) {
    const path = [...above, key.name]
    if (key.secret) yield path
    yield* within(key.type, path)
  }
}

function* within(type: Type, path: readonly string[]): Iterable<readonly string[]> {
  if (type.kind === 'struct') yield* secretPaths(type.keys, path)
  if (type.kind === 'list') yield* within(type.of, [...path, '-'])
  if (type.kind === 'any' && type.reads.as === 'map') yield* secretPaths(type.reads.keys, path)
  if (type.kind === 'choice')
    for (const section of type.sections) yield* secretPaths(section.keys, [...path, section.name])
}

/** A config with `value` at `path`, in block style. */
function block(path: readonly string[], value: string, indent = ''): string {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (name === '-') return `\n${indent}- ${block(rest, value, `${indent}  `).replace(/^\n +/, '')}`
  return `\n${indent}${name}: ${block(rest, value.replace(/\n/g, '\n  '), `${indent}  `)}`
}

function flow(path: readonly string[], value: string): string {
  const [name, ...rest] = path
  if (name === undefined) return value
  return name === '-' ? `[${flow(rest, value)}]` : `{${name}: ${flow(rest, value)}}`
}

const secret = 'q7Zr2Vn8Xk4W9'
const shapes = [
  secret,
  `"${secret}"`,
  `'${secret}'`,
  `[${secret}]`,
  `[1, ${secret}]`,
  `{a: ${secret}}`,
  `{Authorization: [${secret}]}`,
  `{Authorization: Bearer ${secret}}`,
  `!!int ${secret}`,
  `!!binary ${secret}`,
  `&x ${secret}`,
  `*${secret}`,
  `@${secret}`,
  `"${secret}`,
  `x: ${secret}`,
  `|\n  ${secret}\n  ${secret}`,
  `\n  ${secret}`,
  `\n- ${secret}`,
  `\n  a: ${secret}\n  a: ${secret}`,
]

/** Whether any part of the secret that is long enough to matter is in `text`. */
function shows(text: string): boolean {
  for (let at = 0; at + 6 <= secret.length; at++) if (text.includes(secret.slice(at, at + 6))) return true
  return false
}

describe('a secret', () => {
  // The two other names of the S3 driver have the same keys.
  const paths = [...secretPaths(configuration)].filter(([, name]) => name !== 's3aws' && name !== 's3goamz')

  it('has many places', () => expect(paths.length).toBeGreaterThan(10))

  it.each(paths.map((path) => [path.join('.'), path] as const))('is never shown: %s', async (_, path) => {
    for (const [index, shape] of shapes.entries()) {
      for (const spelt of index < 2
        ? [path, [...path.slice(0, -1), path.at(-1)?.toUpperCase() ?? '']]
        : [path]) {
        const texts = [
          `version: 0.1\nstorage: inmemory${block(spelt, shape)}\n`,
          `version: 0.1${block(spelt, shape)}\n`,
          `version: 0.1\n${flow(spelt, shape).slice(1, -1)}\n`,
        ]
        for (const [nth, text] of texts.entries()) {
          const file = `c${nth}.yml`
          writeFileSync(join(test.folder, file), text)
          for (const options of [{}, { effective: true }, { diff: true }]) {
            const outcome = redactAll(await test.run(lint, [file], options))
            expect(
              shows(JSON.stringify(outcome)),
              `shape ${index}:\n${text}\n${JSON.stringify(outcome)}`,
            ).toBe(false)
          }
        }
      }
    }
  })

  it.each(paths.filter((path) => !path.includes('-')).map((path) => [path.join('_').toUpperCase()]))(
    'is never shown out of a variable: REGISTRY_%s',
    async (name) => {
      writeFileSync(join(test.folder, 'config.yml'), 'version: 0.1\nstorage: inmemory\n')
      for (const shape of shapes) {
        const env = [`REGISTRY_${name}=${shape}`]
        for (const options of [{ env }, { env, effective: true }]) {
          const outcome = redactAll(await test.run(lint, ['config.yml'], options))
          expect(shows(JSON.stringify(outcome)), `${shape}\n${JSON.stringify(outcome)}`).toBe(false)
        }
      }
    },
  )

  it('is masked where nothing can be parsed', () => {
    for (const text of [
      `secretkey: ${secret}`,
      `{"secretkey":\n"${secret}"\n}`,
      `{a: 1, secretkey: ${secret}, b: 2}`,
      `{a: 1, secretkey:\n  ${secret}, b: 2}`,
      `- secretkey: >-\n    ${secret}\n    ${secret}`,
      `X-Auth-Token: [${secret}]`,
      `REGISTRY_STORAGE_S3_SECRETKEY=${secret}`,
      `  - "REGISTRY_STORAGE_S3_SECRETKEY=${secret}"`,
      `  - REGISTRY_HTTP_SECRET=${secret}`,
    ]) {
      const masked = maskSecrets(text)
      expect(shows(masked), `${text}\n${masked}`).toBe(false)
      expect(masked.split('\n').map(({ length }) => length)).toEqual(
        text.split('\n').map(({ length }) => length),
      )
    }
    expect(maskSecrets('auth:\n  token:\n    realm: https://a\n')).toContain('realm: https://a')
    expect(maskSecrets('secretkey:\nregion: eu-west-1\n')).toContain('region: eu-west-1')
    expect(maskSecrets('http:\n  headers:\n    X-A: [nosniff]\n')).toContain('nosniff')
    expect(maskSecrets('tls: {key: /etc/key.pem}\n')).toContain('/etc/key.pem')
  })
})
