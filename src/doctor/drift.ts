import type { Answer, Distribution, Settings } from './check.ts'
import { initCure } from './init-cure.ts'

/** Passes when the setting is as intended; otherwise one finding that says both and how to mend it. */
export function drift(
  settings: Settings,
  found: Distribution | undefined,
  {
    setting,
    intended,
    actual,
  }: { readonly setting: string; readonly intended: string; readonly actual: string },
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
        message: `${setting}: ${actual || 'none'}, where ${intended} is intended`,
        place: { kind: 'resource', type: 'distribution', id: found?.id ?? '' },
        evidence: { expected: intended, actual: actual || 'none' },
        remedy: initCure(`Set it to ${intended}.${other}`, settings, found),
      },
    ],
  }
}
