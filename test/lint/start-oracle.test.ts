import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LintFinding, lint } from '../../src/lint/run.ts'
import { majorOf, type Release } from '../../src/registry-config/releases.ts'
import { oracle } from '../support/oracle/build.ts'
import type { Case } from '../support/oracle/generate.ts'
import { random } from '../support/oracle/random.ts'
import { startRegistry } from '../support/oracle/start.ts'
import { startCase, tellingCases } from '../support/oracle/start-cases.ts'
import { keysIn, reachableKeys } from '../support/oracle/start-coverage.ts'
import { excused, isExcused } from '../support/oracle/start-excused.ts'
import { openStartFiles, type StartFiles } from '../support/oracle/start-files.ts'
import { lintOptions } from '../support/oracle/start-lint.ts'
import { reachableMessages } from '../support/oracle/start-messages.ts'
import { peer } from '../support/peers.ts'

/** The full run (npm run oracle) also proves that the configs reach every key and every message. */
const full = 2000
const count = Number(process.env.REGCTL_STARTS ?? 150)
const seed = Number(process.env.REGCTL_SEED ?? 1)

const releases: readonly (readonly [Release, () => string | undefined])[] = [
  ['2.8.3', () => oracle('v2.8/registry')],
  ['3.1.1', () => peer('registry-3.1')],
  ...(count < full ? [] : ([['3.0.0', () => oracle('v3.0/registry')]] as const)),
]

let files: StartFiles
beforeAll(async () => {
  files = await openStartFiles()
})
afterAll(() => files.close())

describe.each(releases)('what %s starts with', (release, find) => {
  const program = find()

  it('is asked with every key', () => {
    const keys = new Set(casesOf(release, full).flatMap(({ config }) => keysIn(config)))
    expect(reachableKeys(release).filter((key) => !keys.has(key))).toEqual([])
  })

  it.skipIf(program === undefined)(
    `is what lint says, in ${count} configs`,
    async () => {
      const cases = casesOf(release, count)
      const differences: string[] = []
      const messages = new Set<string>()
      let refused = 0
      let quoted = 0
      const run = async (worker: number) => {
        for (let index = worker; index < cases.length; index += workers) {
          const each = cases[index]
          if (each === undefined) continue
          const file = join(files.directory, `config-${release}-${worker}.yml`)
          const { started, message } = await startRegistry(program ?? '', each.config, each.environment, file)
          if (!started) refused += 1
          messages.add(message)
          const findings = lint(each.config, 'config.yml', lintOptions(each, release, files))
          const difference = compare(each, findings, started, message)
          if (!started && quotes(findings, message)) quoted += 1
          if (difference !== undefined) differences.push(difference)
        }
      }
      await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)))
      expect(differences.slice(0, 8)).toEqual([])
      expect(refused / cases.length).toBeGreaterThan(0.3)
      expect(refused / cases.length).toBeLessThan(0.7)
      // Where a config is wrong in several ways, or in a section of two types, the registry's choice may be another.
      expect(quoted / refused).toBeGreaterThan(0.85)
      if (count < full) return
      const said = [...messages]
      expect(reachableMessages(release).filter((each) => !said.some((text) => each.test(text)))).toEqual([])
    },
    3_600_000,
  )
})

/** The first `count` of the full run's cases, after those that draw one message each where it is full. */
function casesOf(release: Release, count: number): readonly Case[] {
  const rng = random(seed)
  return [
    ...(count < full ? [] : tellingCases(files, majorOf(release))),
    ...Array.from({ length: count }, () => startCase(rng, files, majorOf(release))),
  ]
}

it('differs only in what the decisions argue', () => {
  const page = readFileSync('docs/decisions/10-excused-differences.md', 'utf8')
  for (const { rule } of excused) expect(page).toContain(`**\`${rule}\`.**`)
})

const workers = 3

/** Undefined where lint and the registry agree. */
function compare(
  { config, environment }: Case,
  findings: readonly LintFinding[],
  started: boolean,
  message: string,
): string | undefined {
  const refusing = findings.filter((finding) => finding.refuses)
  if (started === (refusing.length === 0)) return undefined
  if (isExcused(findings, message)) return undefined
  const said = refusing.map((finding) => `${finding.id}: ${finding.message}`).join('\n  ')
  return `${started ? 'STARTS' : `REFUSES: ${message}`}\n  ${said}\n${JSON.stringify(environment)}\n${config}`
}

/** Whether lint says what the registry said, in its words. */
function quotes(findings: readonly LintFinding[], message: string): boolean {
  const words = (text: string) => text.replace(/\W+/g, ' ')
  return findings.some(({ refuses, message: ours }) => {
    // Without our path at the end, and without Go's names of types.
    const quote = ours.replace(/^.*?: /, '').replace(/(?: into \S+| \([^()]+\)|: a tab)+$/, '')
    return refuses && words(message).includes(words(quote))
  })
}
