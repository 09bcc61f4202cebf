import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Release } from '../../src/registry-config/releases.ts'
import { configuration } from '../../src/registry-config/schema/configuration.ts'
import { type Key, knows, type Type } from '../../src/registry-config/schema/type.ts'
import { type OracleName, oracle } from '../support/oracle/build.ts'

const cases: readonly (readonly [Release, OracleName])[] = [
  ['2.8.3', 'v2.8/parse'],
  ['3.0.0', 'v3.0/parse'],
  ['3.1.1', 'v3.1/parse'],
]

describe.each(cases)('the keys of %s', (release, name) => {
  const program = oracle(name)

  it.skipIf(program === undefined)('are those of its structs, with the same variables and types', () => {
    const output = execFileSync(program ?? '', ['schema'], { encoding: 'utf8' })
    const theirs = (JSON.parse(output) as [string, string, string][]).filter(([path]) => !notOurs.test(path))
    expect(ours(configuration, '', release)).toEqual(theirs.map(normalize).sort())
  })
})

/** Fields of go-redis that hold functions and pointers; no file can set them. */
const notOurs = /^redis\.(dialer|onconnect|tlsconfig)(\.|$)/

function normalize([path, variable, type]: [string, string, string]): string {
  return `${path} ${variable} ${type}`
}

function ours(keys: readonly Key[], prefix: string, release: Release): string[] {
  return keys
    .filter((key) => knows(release, key))
    .flatMap((key) => {
      const path = `${prefix}${key.name}`
      return [
        `${path} ${key.variable ?? key.name.toUpperCase()} ${typeName(key.type)}`,
        ...inner(key.type, path, release),
      ]
    })
    .sort()
}

function inner(type: Type, path: string, release: Release): string[] {
  if (type.kind === 'struct') return ours(type.keys, `${path}.`, release)
  if (type.kind === 'list') return inner(type.of, path, release)
  if (type.kind === 'map' && type.of.kind === 'list') return inner(type.of.of, `${path}.*`, release)
  return []
}

function typeName(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `list ${typeName(type.of)}`
    case 'map':
      return `map ${typeName(type.of)}`
    case 'choice':
      return 'map map any'
    case 'word':
    case 'version':
      return 'string'
    default:
      return type.kind
  }
}
