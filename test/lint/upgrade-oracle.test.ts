import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findSubjects } from '../../src/lint/find.ts'
import type { LintFinding } from '../../src/lint/run.ts'
import { judgeUpgrade } from '../../src/lint/upgrade.ts'
import { oracle } from '../support/oracle/build.ts'
import type { Case } from '../support/oracle/generate.ts'
import { random } from '../support/oracle/random.ts'
import { startRegistry } from '../support/oracle/start.ts'
import { startCase } from '../support/oracle/start-cases.ts'
import { isExcused } from '../support/oracle/start-excused.ts'
import { openStartFiles, type StartFiles } from '../support/oracle/start-files.ts'
import { lintOptions } from '../support/oracle/start-lint.ts'
import { peer } from '../support/peers.ts'

/** A part of the full run (npm run oracle), as each config starts two registries. */
const count = Math.ceil(Number(process.env.REGCTL_STARTS ?? 160) / 4)
const seed = Number(process.env.REGCTL_SEED ?? 1) + 1000

let files: StartFiles
beforeAll(async () => {
  files = await openStartFiles()
})
afterAll(() => files.close())

const before = oracle('v2.8/registry')
const after = peer('registry-3.1')

it.skipIf(before === undefined || after === undefined)(
  `an upgrade from 2.8.3 to 3.1.1 is judged as the two registries take ${count} configs of 2.8`,
  async () => {
    const rng = random(seed)
    const cases = Array.from({ length: count }, () => startCase(rng, files, 2))
    const differences: string[] = []
    let stopped = 0
    for (const each of cases) {
      const start = (program = '') =>
        startRegistry(program, each.config, each.environment, join(files.directory, 'config-upgrade.yml'))
      const old = await start(before)
      const next = await start(after)
      if (old.started && !next.started) stopped += 1
      const findings = upgradeFindings(each)
      if (isExcused(findings, next.message) || isExcused(findings, old.message)) continue
      const refusing = findings.filter(({ refuses }) => refuses)
      const fresh = refusing.filter(({ message }) => message.endsWith('(new with 3.1.1)'))
      const agrees =
        next.started === (refusing.length === 0) && (!old.started || fresh.length === refusing.length)
      if (!agrees)
        differences.push(
          `2.8.3 ${old.message || 'starts'}; 3.1.1 ${next.message || 'starts'}\n${refusing.map(({ message }) => message).join('\n')}\n${JSON.stringify(each.environment)}\n${each.config}`,
        )
    }
    expect(differences.slice(0, 5)).toEqual([])
    expect(stopped).toBeGreaterThan(0)
  },
  3_600_000,
)

function upgradeFindings(each: Case): readonly LintFinding[] {
  const options = lintOptions(each, '3.1.1', files)
  return findSubjects(each.config, 'config.yml').flatMap((subject) =>
    judgeUpgrade(subject, '2.8.3', '3.1.1', options),
  )
}
