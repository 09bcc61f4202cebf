import { Failure, messageOf } from '../core/errors.ts'
import type { Verdict } from '../core/verdict.ts'
import { checks } from './all.ts'
import type { Answer, Check, Context } from './check.ts'

/** Runs every check in order and gives a verdict for each. Never throws for a check's sake. */
export async function runChecks(context: Context): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const check of checks) {
    const verdict = await runCheck(check, context, verdicts)
    verdicts.push(verdict)
  }
  return verdicts
}

async function runCheck(check: Check, context: Context, before: readonly Verdict[]): Promise<Verdict> {
  const start = performance.now()
  const verdict = (part: Pick<Verdict, 'status'> & Partial<Verdict>): Verdict => ({
    id: check.id,
    title: check.title,
    findings: [],
    ms: Math.round(performance.now() - start),
    ...part,
  })
  const unmet = before.find(({ id, status }) => check.needs?.includes(id) && status !== 'pass')
  if (unmet !== undefined) {
    // What could not be looked at for want of something unseen is unseen too.
    const status = unmet.status === 'blocked' || unmet.status === 'crash' ? 'blocked' : 'skip'
    return verdict({ status, reason: `needs ${unmet.id}` })
  }
  try {
    return verdict(fromAnswer(check, await check.run(context)))
  } catch (error) {
    if (error instanceof Failure && error.kind === 'interrupted') throw error
    if (error instanceof Failure) {
      const cure = error.remedy === undefined ? '' : `; ${error.remedy.text}`
      return verdict({ status: 'blocked', reason: `${error.message}${cure}` })
    }
    return verdict({ status: 'crash', reason: messageOf(error) })
  }
}

function fromAnswer(check: Check, answer: Answer): Pick<Verdict, 'status'> & Partial<Verdict> {
  switch (answer.status) {
    case 'pass':
      return { status: 'pass', ...(answer.seen !== undefined && { reason: answer.seen }) }
    case 'skip':
      return { status: 'skip', reason: answer.reason }
    case 'fail':
      return {
        status: 'fail',
        findings: answer.findings.map((complaint) => ({
          severity: check.severity,
          ...complaint,
          id: check.id,
        })),
      }
  }
}
