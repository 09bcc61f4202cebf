import { pathText, type Refusal } from '../registry-config/problem.ts'
import type { Complaint, LintInput } from './rule.ts'

/** What the registry's parser refuses for one reason, as complaints. */
export function* refusals(input: LintInput, reason: Refusal['reason']): Iterable<Complaint> {
  for (const refusal of input.effective.refusals) {
    if (refusal.reason !== reason) continue
    const key = refusal.path.length === 0 ? '' : `${pathText(refusal.path)}: `
    yield {
      at: refusal.where,
      refuses: true,
      message: `${key}the registry will not start: ${refusal.message}`,
    }
  }
}
