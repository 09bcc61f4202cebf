import { type Refusal, ruleFor } from '../registry-config/problem.ts'
import { refusalText } from '../registry-config/secrets.ts'
import { type Complaint, type LintInput, refusal } from './rule.ts'

/** What the registry's parser refuses and the rule `id` stands for, as complaints with `cure`. */
export function* refusals(
  input: LintInput,
  id: string,
  cure: (found: Refusal) => string,
): Iterable<Complaint> {
  for (const found of input.effective.refusals) {
    if (ruleFor(found) !== id) continue
    yield { ...refusal(found.where, refusalText(input.effective, found)), remedy: { text: cure(found) } }
  }
}
