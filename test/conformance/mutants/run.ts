import { cases, families } from '../../../src/conformance/all.ts'
import type { Case, Edge, Fetch } from '../../../src/conformance/case.ts'
import { type CaseVerdict, removalId, runSuite, type SuiteOptions } from '../../../src/conformance/run.ts'
import { Failure } from '../../../src/core/errors.ts'

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

/** The quick profile, and what it leaves to the full one of listings of more than a page. */
const usual = cases.filter(
  ({ id, profiles }) =>
    profiles === undefined || profiles.includes('quick') || id === 'delete/TestOverThousandBlobs',
)
const atEdge = cases.filter(({ profiles }) => profiles?.includes('edge'))

/**
 * So many failures settle a verdict, so that no case need decide alone. With MUTANTS_ENOUGH=1 the first family that
 * catches a store is the last that runs on it; with MUTANTS_ENOUGH=1000 every case runs.
 */
const enough = Number(process.env.MUTANTS_ENOUGH ?? 2)
/** The heaviest cases are left out sooner; then a case may seem to decide alone that does not. */
const enoughForHeaviest = enough > 2 ? enough : 1

const isHeavy = ({ id, bytes = 0 }: Case) =>
  bytes > 65_536 || id.includes('Thousand') || id === 'delete/TestDelete.tree'
const isOfModel = (id: string) => id.startsWith('model/')

/**
 * Runs the usual cases on a broken store, and the full ones named in `also`; of an edge, the edge's cases. The cases
 * of many bytes or calls run only when the others have not settled it.
 */
export async function judge(
  mutant: { readonly name: string; readonly source: string; readonly also?: readonly string[] },
  open: SuiteOptions['open'],
  { fetch, edge }: { readonly fetch?: Fetch; readonly edge?: (root: string) => Edge } = {},
): Promise<Kill> {
  const started = performance.now()
  const wanted = edge === undefined ? usual : atEdge
  const verdicts: CaseVerdict[] = []
  const failures = () => verdicts.filter((verdict) => isFailure(verdict) && !isOfModel(verdict.id)).length
  // A family at a time, so that most need few cases.
  const light = Object.values(families).map((family) =>
    family.filter((item) => wanted.includes(item) && !isHeavy(item)),
  )
  const also = cases.filter(({ id }) => mutant.also?.includes(id))
  const heavy = [...wanted.filter(isHeavy), ...also].sort((a, b) => (a.bytes ?? 0) - (b.bytes ?? 0))
  const half = heavy.length >> 1
  const more = { ...(fetch && { fetch }), ...(edge && { edge }) }
  // A store that refuses the marker of the run has no verdicts.
  const refused: string[] = []
  const rounds = [...light, heavy.slice(0, half), heavy.slice(half)]
  for (const [index, round] of rounds.entries()) {
    if (failures() >= (index === rounds.length - 1 ? enoughForHeaviest : enough)) break
    if (round.length === 0) continue
    try {
      verdicts.push(...(await runSuite({ cases: round, open, run: `run${index}`, seed: 1, ...more })))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      refused.push(error.message)
      break
    }
  }
  const told = (status: 'crash' | 'blocked') =>
    verdicts
      .filter((verdict) => verdict.status === status)
      .map(({ id, reason }) => `${id}: ${reason?.split('\n')[0]}`)
  return {
    mutant: mutant.name,
    source: mutant.source,
    cases: verdicts.filter(isFailure).map(({ id }) => id),
    late: verdicts.filter(isLate).map(({ id }) => id),
    blocked: [...refused, ...told('blocked')],
    crashed: told('crash'),
    seconds: (performance.now() - started) / 1000,
  }
}

const isLate = ({ findings }: CaseVerdict) =>
  findings.some(({ message }) => message.startsWith('the case: expected an end'))
const isFailure = (verdict: CaseVerdict) =>
  verdict.status === 'fail' && verdict.id !== removalId && !isLate(verdict)
