import type { Severity } from '../core/finding.ts'
import type { Answer, Distribution, Settings } from './check.ts'
import { behaviorCure } from './init-cure.ts'

export interface Setting {
  readonly setting: string
  readonly intended: string
  readonly actual: string
  /** Where it is not the check's. */
  readonly severity?: Severity | undefined
}

/** Passes when the setting is as intended; otherwise one finding that says both and how to mend it. */
export function drift(
  settings: Settings,
  found: Distribution | undefined,
  { setting, intended, actual, severity }: Setting,
): Answer {
  if (intended === actual) return { status: 'pass', seen: actual }
  const other =
    settings.methods === 'all' && setting === 'allowed methods' && actual === 'GET HEAD OPTIONS'
      ? ' If fewer methods are what you want, say --methods read-only.'
      : ''
  return {
    status: 'fail',
    findings: [
      {
        ...(severity && { severity }),
        message: `${setting}: ${actual || 'none'}, where ${intended} is intended`,
        place: { kind: 'resource', type: 'distribution', id: found?.id ?? '' },
        evidence: { expected: intended, actual: actual || 'none' },
        remedy: behaviorCure(`Set it to ${intended}.${other}`, settings, found),
      },
    ],
  }
}
