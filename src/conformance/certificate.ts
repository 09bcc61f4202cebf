import { failsRun, type Outcome } from '../core/outcome.ts'
import { removalId } from './run.ts'

/** What one run proved of one store, for a page that can be shown to others. */
export interface Certificate {
  /** Where it wrote, for people. */
  readonly store: string
  readonly driver: string
  readonly profile: string
  /** The registry release whose reading of the config was used. */
  readonly release: string
  /** ISO 8601, the end of the run. */
  readonly date: string
  readonly seed: number
  /** The command that gives the run again. */
  readonly replay: string
  readonly passed: number
  /** Cases that do not apply, by the reason. */
  readonly skipped: readonly { readonly reason: string; readonly ids: readonly string[] }[]
  /** Cases that failed and are known to, with what the baseline says of them. */
  readonly known: readonly { readonly id: string; readonly title: string; readonly reason: string }[]
}

export type About = Omit<Certificate, 'passed' | 'skipped' | 'known'>

/** The certificate of a run, or why there is none: a case that failed, was blocked, crashed, or nothing that passed. */
export function certify(
  { verdicts, failOn }: Extract<Outcome, { readonly kind: 'verdicts' }>,
  about: About,
): Certificate | { readonly refused: string } {
  const bad = verdicts.filter(
    (verdict) => verdict.status === 'blocked' || verdict.status === 'crash' || failsRun(verdict, failOn),
  )
  if (bad.length > 0) {
    const named = bad.slice(0, 3).map(({ id }) => id)
    return {
      refused: `${bad.length} of ${verdicts.length} cases did not pass: ${named.join(', ')}${bad.length > 3 ? ' and others' : ''}`,
    }
  }
  const passed = verdicts.filter(({ id, status }) => status === 'pass' && id !== removalId).length
  if (passed === 0) return { refused: 'no case passed' }
  const skipped = new Map<string, string[]>()
  for (const { id, status, reason = 'no reason was given' } of verdicts)
    if (status === 'skip') skipped.set(reason, [...(skipped.get(reason) ?? []), id])
  return {
    ...about,
    passed,
    skipped: [...skipped].map(([reason, ids]) => ({ reason, ids })),
    known: verdicts
      .filter(({ status }) => status === 'fail')
      .map(({ id, title, reason = '' }) => ({ id, title, reason })),
  }
}
