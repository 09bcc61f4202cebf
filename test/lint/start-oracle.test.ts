import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lint } from '../../src/lint/run.ts'
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

  it.skipIf(program === undefined)(
    `is what lint says, in ${count} configs`,
    async () => {
      const rng = random(seed)
      const cases = [
        ...(count < full ? [] : tellingCases(files, majorOf(release))),
        ...Array.from({ length: count }, () => startCase(rng, files, majorOf(release))),
      ]
      const differences: string[] = []
      const messages = new Set<string>()
      let refused = 0
      const run = async (worker: number) => {
        for (let index = worker; index < cases.length; index += workers) {
          const each = cases[index]
          if (each === undefined) continue
          const file = join(files.directory, `config-${release}-${worker}.yml`)
          const { started, message } = await startRegistry(program ?? '', each.config, each.environment, file)
          if (!started) refused += 1
          messages.add(message)
          const difference = compare(each, release, started, message)
          if (difference !== undefined) differences.push(difference)
        }
      }
      await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)))
      expect(differences.slice(0, 8)).toEqual([])
      expect(refused / cases.length).toBeGreaterThan(0.3)
      expect(refused / cases.length).toBeLessThan(0.7)
      if (count < full) return
      const keys = new Set(cases.flatMap(({ config }) => keysIn(config)))
      expect(reachableKeys(release).filter((key) => !keys.has(key))).toEqual([])
      const said = [...messages]
      expect(reachableMessages(release).filter((each) => !said.some((text) => each.test(text)))).toEqual([])
    },
    3_600_000,
  )
})

it('differs only in what the decisions argue', () => {
  const page = readFileSync('docs/decisions/10-excused-differences.md', 'utf8')
  for (const { rule } of excused) expect(page).toContain(`**\`${rule}\`.**`)
})

const workers = 3

/** Undefined where lint and the registry agree. */
function compare(
  { config, environment }: Case,
  release: Release,
  started: boolean,
  message: string,
): string | undefined {
  const findings = lint(config, 'config.yml', lintOptions({ config, environment }, release, files))
  const refusing = findings.filter((finding) => finding.refuses)
  if (started === (refusing.length === 0)) return undefined
  if (isExcused(findings, message)) return undefined
  const said = refusing.map((finding) => `${finding.id}: ${finding.message}`).join('\n  ')
  return `${started ? 'STARTS' : `REFUSES: ${message}`}\n  ${said}\n${JSON.stringify(environment)}\n${config}`
}
