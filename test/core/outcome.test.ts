import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../src/core/errors.ts'
import type { Severity } from '../../src/core/finding.ts'
import { exitCode, failureExitCode } from '../../src/core/outcome.ts'
import type { Verdict } from '../../src/core/verdict.ts'

const finding = (severity: Severity) => ({ id: 'x', severity, message: 'm' })
const verdict = (status: Verdict['status'], severity: Severity = 'error'): Verdict => ({
  id: status,
  title: '',
  status,
  findings: status === 'fail' ? [finding(severity)] : [],
  ms: 0,
})

describe('exitCode', () => {
  it.each([
    [[], 'error', 0],
    [['warning'], 'error', 0],
    [['warning'], 'warning', 1],
    [['error'], 'error', 1],
    [['note', 'error'], 'error', 1],
    [['note'], 'note', 1],
  ] as const)('of findings %j with --fail-on %s is %i', (severities, failOn, code) => {
    expect(
      exitCode({ kind: 'findings', findings: severities.map(finding), sources: {}, subject: '', failOn }),
    ).toBe(code)
  })

  it.each([
    [['pass', 'skip'], 0],
    [['pass', 'fail'], 1],
    [['fail', 'blocked'], 3],
    [['pass', 'crash'], 3],
  ] as const)('of verdicts %j is %i', (statuses, code) => {
    const verdicts = statuses.map((status) => verdict(status))
    expect(exitCode({ kind: 'verdicts', subject: '', verdicts, failOn: 'error' })).toBe(code)
  })

  it('lets a failed check pass whose findings are below --fail-on', () => {
    expect(
      exitCode({ kind: 'verdicts', subject: '', verdicts: [verdict('fail', 'warning')], failOn: 'error' }),
    ).toBe(0)
  })
})

describe('failureExitCode', () => {
  it.each<[FailureKind, number]>([
    ['usage', 2],
    ['unreachable', 3],
    ['denied', 3],
    ['conflict', 3],
    ['interrupted', 130],
  ])('of %s is %i', (kind, code) => {
    expect(failureExitCode(kind)).toBe(code)
  })
})
