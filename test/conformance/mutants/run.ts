import { cases } from '../../../src/conformance/all.ts'
import type { Edge, Fetch } from '../../../src/conformance/case.ts'
import { type OpenedDriver, removalId, runSuite } from '../../../src/conformance/run.ts'

/** What the suite says of a broken store. */
export interface Kill {
  readonly mutant: string
  readonly source: string
  /** The cases that failed on it, in the order they run; a case that only ran out of time is not among them. */
  readonly cases: readonly string[]
  /** What it refused; a pass it is not. */
  readonly blocked: readonly string[]
  /** Cases that only ran out of time. */
  readonly late: readonly string[]
  /** Cases that ended by an error of ours. */
  readonly crashed: readonly string[]
  readonly seconds: number
}

const quick = cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick'))
const atEdge = cases.filter(({ profiles }) => profiles?.includes('edge'))

/** Runs the quick profile on a broken store, and the full cases named in `also`; of an edge, the edge's cases. */
export async function judge(
  mutant: { readonly name: string; readonly source: string; readonly also?: readonly string[] },
  open: (root: string, parameters?: Readonly<Record<string, unknown>>) => Promise<OpenedDriver>,
  { fetch, edge }: { readonly fetch?: Fetch; readonly edge?: (root: string) => Edge } = {},
): Promise<Kill> {
  const started = performance.now()
  const also = cases.filter(({ id }) => mutant.also?.includes(id))
  const verdicts = await runSuite({
    cases: edge === undefined ? [...quick, ...also] : atEdge,
    open,
    run: 'run',
    seed: 1,
    ...(fetch && { fetch }),
    ...(edge && { edge }),
  })
  const failed = verdicts.filter(({ id, status }) => status === 'fail' && id !== removalId)
  const isLate = ({ findings }: (typeof verdicts)[number]) =>
    findings.some(({ message }) => message.startsWith('the case: expected an end'))
  const told = (status: 'crash' | 'blocked') =>
    verdicts
      .filter((verdict) => verdict.status === status)
      .map(({ id, reason }) => `${id}: ${reason?.split('\n')[0]}`)
  return {
    mutant: mutant.name,
    source: mutant.source,
    cases: failed.filter((verdict) => !isLate(verdict)).map(({ id }) => id),
    late: failed.filter(isLate).map(({ id }) => id),
    blocked: told('blocked'),
    crashed: told('crash'),
    seconds: (performance.now() - started) / 1000,
  }
}
