import { writeFileSync } from 'node:fs'
import type { TaskMeta } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import type { Kill } from './run.ts'

declare module 'vitest' {
  interface TaskMeta {
    kill?: Kill
    /** Caught by being told as blocked. */
    denied?: boolean
    /** A sound store that must pass. */
    sound?: boolean
  }
}

/** The most broken stores that may rest on one case alone. */
const mostAlone = 10

/**
 * Tells what the suite catches, by name, and how much rests on a case: how many broken stores it fails on at all, how
 * many it is the first to fail on, and how many no other case fails on. The last may not exceed ten for any case, nor
 * may a broken store be caught by the random scripts of the model alone. MUTANTS_REPORT names a file for all of it.
 */
export default class KillReport implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { kill } = test.meta()
    const { state } = test.result()
    if (kill !== undefined)
      process.stdout.write(
        `${state} ${test.name} (${kill.seconds.toFixed(1)} s): ${inWords(test.meta())}${kill.late.length > 0 ? `; late: ${kill.late.join(', ')}` : ''}\n`,
      )
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const metas = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => test.meta())
      .filter((meta) => meta.kill !== undefined && meta.sound !== true)
    const kills = metas.flatMap(({ kill }) => kill ?? [])
    const caught = metas.filter(({ kill, denied }) =>
      denied === true ? kill?.blocked.length : kill?.cases.length,
    )
    const count = (pick: (kill: Kill) => readonly string[]) => {
      const counts = new Map<string, number>()
      for (const id of kills.flatMap(pick)) counts.set(id, (counts.get(id) ?? 0) + 1)
      return counts
    }
    const all = count(({ cases }) => cases)
    const first = count(({ cases }) => cases.slice(0, 1))
    const alone = count(({ cases }) => (cases.length === 1 ? cases : []))
    const modelOnly = kills.filter(
      ({ cases }) => cases.length > 0 && cases.every((id) => id.startsWith('model/')),
    )
    const tooMany = [...alone].filter(([, number]) => number > mostAlone)
    const lines = [
      `The suite catches ${caught.length} of ${kills.length} broken stores.`,
      '',
      'broken store | source | caught by',
      ...metas.flatMap((meta) => {
        const { kill } = meta
        if (kill === undefined) return []
        return `${kill.mutant} | ${kill.source} | ${inWords(meta)}`
      }),
      '',
      'case | fails on | is the first to fail on | alone fails on',
      ...[...all]
        .sort((a, b) => b[1] - a[1])
        .map(([id, number]) => `${id} | ${number} | ${first.get(id) ?? 0} | ${alone.get(id) ?? 0}`),
    ]
    const text = `${lines.join('\n')}\n`
    if (process.env.MUTANTS_REPORT) writeFileSync(process.env.MUTANTS_REPORT, text)
    const problems = [
      ...modelOnly.map(({ mutant }) => `only the model catches "${mutant}"`),
      ...tooMany.map(([id, number]) => `${number} broken stores rest on ${id} alone`),
    ]
    process.stdout.write(`\n${text}\n${problems.map((problem) => `${problem}\n`).join('')}`)
    if (problems.length > 0) process.exitCode = 1
  }
}

function inWords({ kill, denied, sound }: TaskMeta): string {
  if (kill === undefined) return ''
  const { cases, blocked } = kill
  if (cases.length > 0)
    return `${cases.slice(0, 3).join(', ')}${cases.length > 3 ? ` and ${cases.length - 3} more` : ''}`
  if (denied === true && blocked.length > 0) return `blocked: ${blocked[0]}`
  return sound === true ? 'passes, as it should' : 'MISSED'
}
