import type { Answer, Distribution } from './check.ts'

/** Passes when the setting is as intended; otherwise one finding that says both and how to mend it. `methods`: the intent to repeat in the cure. */
export function drift(
  found: Distribution | undefined,
  setting: string,
  intended: string,
  actual: string,
  methods?: string,
): Answer {
  if (intended === actual) return { status: 'pass', seen: actual }
  const flag = methods === 'read-only' ? ' --methods read-only' : ''
  const other =
    methods === 'all' && actual === 'GET HEAD OPTIONS'
      ? ' If fewer methods are what you want, say --methods read-only.'
      : ''
  return {
    status: 'fail',
    findings: [
      {
        message: `${setting}: ${actual || 'none'}, where ${intended} is intended`,
        place: { kind: 'resource', type: 'distribution', id: found?.id ?? '' },
        evidence: { expected: intended, actual: actual || 'none' },
        remedy: {
          text: `init sets it back and changes nothing else.${other}`,
          commands: [`regctl init${flag}`],
        },
      },
    ],
  }
}
