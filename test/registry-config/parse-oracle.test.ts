import { afterAll, describe, expect, it } from 'vitest'
import { readDocument } from '../../src/registry-config/document.ts'
import { effectiveConfig } from '../../src/registry-config/effective.ts'
import { majorOf, type Release } from '../../src/registry-config/releases.ts'
import type { Value } from '../../src/registry-config/value.ts'
import { type OracleName, oracle } from '../support/oracle/build.ts'
import { dump, leaves, origins } from '../support/oracle/dump.ts'
import { type Case, parserCase } from '../support/oracle/generate.ts'
import { openParser } from '../support/oracle/parse.ts'
import { type Random, random } from '../support/oracle/random.ts'
import type { StartFiles } from '../support/oracle/start-files.ts'
import { write } from '../support/oracle/start-tree.ts'
import { valid } from '../support/oracle/start-valid.ts'
import { damage, writeStyled } from '../support/oracle/yaml-styles.ts'

const releases: readonly (readonly [Release, OracleName])[] = [
  ['2.8.3', 'v2.8/parse'],
  ['3.0.0', 'v3.0/parse'],
  ['3.1.1', 'v3.1/parse'],
]
/** REGCTL_CASES is the number of cases of a kind for each release. */
const count = Number(process.env.REGCTL_CASES ?? 1000)
const seed = Number(process.env.REGCTL_SEED ?? 1)

describe.each(releases)('what %s parses', (release, name) => {
  const program = oracle(name)
  const parser = program === undefined ? undefined : openParser(program)
  afterAll(() => parser?.close())

  const agree = async (make: (rng: Random) => Case) => {
    const rng = random(seed)
    const differences: unknown[] = []
    let refused = 0
    let overlaid = 0
    for (let i = 0; i < count; i += 1) {
      const each = make(rng)
      const theirs = (await parser?.parse(each.config, each.environment)) ?? {}
      const mine = ours(each, release)
      if (theirs.error !== undefined) refused += 1
      else if (Object.keys(each.environment).length > 0) overlaid += 1
      if (isBehind(mine.error, theirs.error)) continue
      if ((theirs.error === undefined) !== (mine.error === undefined) || !same(mine.config, theirs.config)) {
        differences.push({ ...each, theirs, mine })
      }
    }
    expect(differences.slice(0, 5).map((difference) => JSON.stringify(difference))).toEqual([])
    expect(refused / count).toBeGreaterThan(0.2)
    return { refused: refused / count, overlaid }
  }

  it.skipIf(parser === undefined)(
    `agrees in ${count} configs and environments`,
    async () => {
      const { refused, overlaid } = await agree((rng) => parserCase(rng))
      expect(refused).toBeLessThan(0.8)
      // Compared in full, value by value, with an environment over them.
      expect(overlaid / count).toBeGreaterThan(0.3)
    },
    600_000,
  )

  const styled = (rng: Random) => writeStyled(valid(rng, names, majorOf(release)), rng)
  it.skipIf(parser === undefined)(
    `shows the variables' hand in ${count} configs`,
    async () => {
      const rng = random(seed)
      const differences: unknown[] = []
      let changed = 0
      for (let i = 0; i < count; i += 1) {
        const each = parserCase(rng)
        const withThem = await parser?.parse(each.config, each.environment)
        const without = await parser?.parse(each.config, {})
        if (withThem?.config === undefined || without?.config === undefined) continue
        const were = leaves(without.config)
        const from = origins(effectiveOf(each, release))
        for (const [path, value] of leaves(withThem.config)) {
          if (were.get(path) === value) continue
          changed += 1
          // What a variable empties has the registry's own value.
          if (from.get(path)?.from === 'file') differences.push({ ...each, path, value })
        }
      }
      expect(differences.slice(0, 5).map((difference) => JSON.stringify(difference))).toEqual([])
      expect(changed / count).toBeGreaterThan(0.3)
    },
    600_000,
  )

  it.skipIf(parser === undefined)(
    `agrees in ${count} configs in every form of YAML`,
    async () =>
      expect((await agree((rng) => ({ config: styled(rng), environment: {} }))).refused).toBeLessThan(0.8),
    600_000,
  )

  it.skipIf(parser === undefined)(
    `agrees in ${count} configs with slips of the hand`,
    async () => {
      const plain = (rng: Random) => write(valid(rng, names, majorOf(release)))
      await agree((rng) => ({
        config: damage(rng.chance(0.5) ? styled(rng) : plain(rng), rng),
        environment: {},
      }))
    },
    600_000,
  )
})

/** The parser opens no file. */
const names: StartFiles = {
  folder: '/f',
  directory: '/f/data',
  certificate: '/f/tls.pem',
  key: '/f/key.pem',
  htpasswd: '/f/htpasswd',
  jwks: '/f/jwks.json',
  keys: { pkcs1: '/f/pkcs1.pem' },
  contents: {},
  remote: 'http://127.0.0.1:9',
  close: async () => {},
}

/** A control character after the first document: docs/decisions/10-excused-differences.md. */
function isBehind(mine: string | undefined, theirs: string | undefined): boolean {
  return theirs === undefined && mine?.startsWith('control characters are not allowed') === true
}

function ours(
  { config, environment }: Case,
  release: Release,
): { readonly config?: unknown; readonly error?: string } {
  const read = readDocument(config, 'config.yml')
  if ('problems' in read) return { error: read.problems[0]?.message ?? '' }
  const effective = effectiveConfig(read.document, { release, environment })
  if (effective.refusals.length > 0) return { error: effective.refusals[0]?.message ?? '' }
  return { config: dump(effective.root) }
}

function effectiveOf({ config, environment }: Case, release: Release): Value {
  const read = readDocument(config, 'config.yml')
  if ('problems' in read) throw new Error(read.problems[0]?.message)
  return effectiveConfig(read.document, { release, environment }).root
}

function same(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined || sorted(a) === sorted(b)
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  )
}
