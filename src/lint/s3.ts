import { s3Of } from '../registry-config/effective.ts'
import { type Complaint, type LintInput, value } from './rule.ts'

/** What the S3 driver refuses in the parameters `names`, as complaints with the driver's own words. */
export function* s3Refusals(
  input: LintInput,
  names: readonly string[],
  add: (name: string) => Pick<Complaint, 'remedy' | 'cause'> = () => ({}),
): Iterable<Complaint> {
  const { storage } = input.effective
  for (const { name, message } of s3Of(input.effective)?.problems ?? []) {
    if (!names.includes(name)) continue
    yield {
      at: value('storage', storage?.driver ?? '', name),
      refuses: true,
      message: `the registry will not start: ${message}`,
      ...add(name),
    }
  }
}
