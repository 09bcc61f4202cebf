import { s3Of } from '../registry-config/effective.ts'
import type { S3Parameters } from '../registry-config/s3-parameters.ts'
import type { Value } from '../registry-config/value.ts'
import { type At, type Complaint, key, type LintInput, value } from './rule.ts'

/** What the S3 driver refuses in the parameters `names`, as complaints with the driver's own words. */
export function* s3Refusals(
  input: LintInput,
  names: readonly string[],
  add: (name: string) => Pick<Complaint, 'remedy' | 'cause' | 'fix'> = () => ({}),
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

/** The S3 driver's name in the config, its parameters as they are read, and as they are written. */
export interface S3 {
  readonly driver: string
  readonly values: S3Parameters
  readonly isAws: boolean
  written(name: string): Value | undefined
  at(name: string): At
  keyAt(name: string): At
}

/** What S3 rules look at; undefined for another driver. */
export function s3In({ effective }: LintInput): S3 | undefined {
  const read = s3Of(effective)
  const { storage } = effective
  if (read === undefined || storage === undefined) return undefined
  const endpoint = read.values.regionEndpoint
  return {
    driver: storage.driver,
    values: read.values,
    isAws: endpoint === '' || /\.amazonaws\.com(\.cn)?(?=[:/]|$)/.test(endpoint),
    written: (name) => storage.parameters.entries.get(name)?.value,
    at: (name) => value('storage', storage.driver, name),
    keyAt: (name) => key('storage', storage.driver, name),
  }
}
