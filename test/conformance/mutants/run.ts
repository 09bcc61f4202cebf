import { cases } from '../../../src/conformance/all.ts'
import type { Fetch } from '../../../src/conformance/case.ts'
import { type OpenedDriver, removalId, runSuite } from '../../../src/conformance/run.ts'

/** Which cases catch a broken store. */
export interface Kill {
  readonly mutant: string
  readonly source: string
  /** The cases that failed on it. */
  readonly cases: readonly string[]
  /** Cases that ended neither as pass nor as fail. */
  readonly odd: readonly string[]
  readonly seconds: number
}

const quick = cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick'))

/** Runs the quick profile on a broken store; the full cases named in `also` as well. */
export async function judge(
  mutant: { readonly name: string; readonly source: string; readonly also?: readonly string[] },
  open: (root: string, parameters?: Readonly<Record<string, unknown>>) => Promise<OpenedDriver>,
  fetch?: Fetch,
): Promise<Kill> {
  const started = performance.now()
  const also = cases.filter(({ id }) => mutant.also?.includes(id))
  const verdicts = await runSuite({
    cases: [...quick, ...also],
    open,
    run: 'run',
    seed: 1,
    ...(fetch && { fetch }),
  })
  return {
    mutant: mutant.name,
    source: mutant.source,
    cases: verdicts.filter(({ id, status }) => status === 'fail' && id !== removalId).map(({ id }) => id),
    odd: verdicts
      .filter(({ status }) => status === 'crash' || status === 'blocked')
      .map(({ id, reason }) => `${id}: ${reason?.split('\n')[0]}`),
    seconds: (performance.now() - started) / 1000,
  }
}

/** The report: what was caught by what, and how much rests on a single case. */
export function report(kills: readonly Kill[]): string {
  const caught = kills.filter((kill) => kill.cases.length > 0)
  const sole = new Map<string, number>()
  for (const kill of caught)
    if (kill.cases.length === 1) sole.set(kill.cases[0] ?? '', (sole.get(kill.cases[0] ?? '') ?? 0) + 1)
  const [most] = [...sole].sort((a, b) => b[1] - a[1])
  return [
    `The suite catches ${caught.length} of ${kills.length} broken stores.`,
    ...(most === undefined ? [] : [`The most that one case alone catches: ${most[1]} (${most[0]}).`]),
    '',
    ...kills.map(
      ({ mutant, source, cases: by, odd }) =>
        `${by.length > 0 ? 'caught ' : 'MISSED '} ${mutant} [${source}] by ${by.length}: ${by.slice(0, 4).join(', ')}${odd.length > 0 ? ` (odd: ${odd.slice(0, 2).join('; ')})` : ''}`,
    ),
  ].join('\n')
}
