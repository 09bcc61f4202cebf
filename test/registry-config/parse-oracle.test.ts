import { afterAll, describe, expect, it } from 'vitest'
import { readDocument } from '../../src/registry-config/document.ts'
import { effectiveConfig } from '../../src/registry-config/effective.ts'
import type { Release } from '../../src/registry-config/releases.ts'
import { type OracleName, oracle } from '../support/oracle/build.ts'
import { dump } from '../support/oracle/dump.ts'
import { type Case, parserCase } from '../support/oracle/generate.ts'
import { openParser } from '../support/oracle/parse.ts'
import { random } from '../support/oracle/random.ts'

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
        if ((theirs.error === undefined) !== (mine.error === undefined) || !same(mine.config, theirs.config)) {
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

function ours({ config, environment }: Case, release: Release): { readonly config?: unknown; readonly error?: string } {
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
