import { afterAll, describe, expect, it } from 'vitest'
import { readDocument } from '../../src/registry-config/document.ts'
import { effectiveConfig } from '../../src/registry-config/effective.ts'
import type { Release } from '../../src/registry-config/releases.ts'
import { type OracleName, oracle } from '../support/oracle/build.ts'
import { dump } from '../support/oracle/dump.ts'
import { type Case, parserCase } from '../support/oracle/generate.ts'
import { openParser } from '../support/oracle/parse.ts'
import { type Random, random } from '../support/oracle/random.ts'

const releases: readonly (readonly [Release, OracleName])[] = [
  ['2.8.3', 'v2.8/parse'],
  ['3.0.0', 'v3.0/parse'],
  ['3.1.1', 'v3.1/parse'],
]
/** REGCTL_CASES is the number of cases a release. */
const count = Number(process.env.REGCTL_CASES ?? 600)
const seed = Number(process.env.REGCTL_SEED ?? 1)

describe.each(releases)('what %s parses', (release, name) => {
  const program = oracle(name)
  const parser = program === undefined ? undefined : openParser(program)
  afterAll(() => parser?.close())

  it.skipIf(parser === undefined)(
    `agrees in ${count} configs and environments`,
    async () => {
      const rng = random(seed)
      const cases = Array.from({ length: count }, () => parserCase(rng))
      const differences: unknown[] = []
      let refused = 0
      for (const each of cases) {
        const theirs = (await parser?.parse(each.config, each.environment)) ?? {}
        const mine = ours(each, release)
        if (theirs.error !== undefined) refused += 1
        if (
          (theirs.error === undefined) !== (mine.error === undefined) ||
          !same(mine.config, theirs.config)
        ) {
          differences.push({ ...each, theirs, mine })
        }
      }
      expect(differences.slice(0, 5).map((difference) => JSON.stringify(difference))).toEqual([])
      expect(refused / count).toBeGreaterThan(0.2)
      expect(refused / count).toBeLessThan(0.8)
    },
    600_000,
  )
})

describe('YAML that is damaged', () => {
  const program = oracle('v3.1/parse')
  const parser = program === undefined ? undefined : openParser(program)
  afterAll(() => parser?.close())

  it.skipIf(parser === undefined)(
    'is refused where the registry refuses it, but for what docs/decisions/yaml.md lists',
    async () => {
      const rng = random(seed)
      let differences = 0
      for (let i = 0; i < count; i += 1) {
        const config = damage(parserCase(rng, 0).config, rng)
        const theirs = await parser?.parse(config, {})
        const mine = ours({ config, environment: {} }, '3.1.1')
        if ((theirs?.error === undefined) !== (mine.error === undefined)) differences += 1
      }
      expect(differences / count).toBeLessThan(0.005)
    },
    600_000,
  )
})

const signs = ':-{}[],&*#?|>@`"\'%!~\t \n<=\\aA0.'

/** One or two characters put in, taken out, or replaced. */
function damage(text: string, rng: Random): string {
  let out = text
  for (let i = 0; i <= rng.integer(2); i += 1) {
    const at = rng.integer(out.length)
    out = out.slice(0, at) + rng.pick(['', ...signs]) + out.slice(at + rng.integer(2))
  }
  return out
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
