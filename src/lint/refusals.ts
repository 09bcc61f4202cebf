import { pathText, type Refusal, ruleFor } from '../registry-config/problem.ts'
import { type Complaint, type LintInput, refusal } from './rule.ts'

/** What the registry's parser refuses and the rule `id` stands for, as complaints with `cure`. */
export function* refusals(
  input: LintInput,
  id: string,
  cure: (found: Refusal) => string,
): Iterable<Complaint> {
  for (const found of input.effective.refusals) {
    if (ruleFor(found) !== id) continue
    const { at, message, ...rest } = refusal(found.where, found.message)
    const path = found.path.length === 0 ? '' : `${pathText(found.path)}: `
    yield { at, message: `${path}${message}`, ...rest, remedy: { text: cure(found) } }
  }
}
