import { atLeast, type Finding, type Severity } from '../core/finding.ts'
import { failsRun, type Outcome } from '../core/outcome.ts'
import type { Verdict } from '../core/verdict.ts'
import { where } from './text.ts'

interface Case {
  readonly name: string
  readonly group: string
  readonly seconds: number
  readonly outcome: 'pass' | 'failure' | 'error' | 'skipped'
  readonly message: string
  readonly body: string
}

/** Findings or verdicts as JUnit XML, for CI systems that show test reports. */
export function junit(outcome: Outcome): string {
  const cases = casesOf(outcome)
  const count = (what: Case['outcome']) => cases.filter((one) => one.outcome === what).length
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3)
  const name = outcome.kind === 'findings' || outcome.kind === 'verdicts' ? outcome.subject : 'regctl'
  const totals = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="regctl" ${totals} time="${seconds}">`,
    `  <testsuite name="${escaped(name)}" ${totals} skipped="${count('skipped')}" time="${seconds}">`,
    ...cases.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function casesOf(outcome: Outcome): readonly Case[] {
  switch (outcome.kind) {
    case 'findings': {
      if (outcome.findings.length === 0) {
        return [{ name: outcome.subject, group: 'lint', seconds: 0, outcome: 'pass', message: '', body: '' }]
      }
      return outcome.findings.map((finding) => ({
        name: `${finding.place === undefined ? outcome.subject : where(finding.place)} ${finding.id}`,
        group: finding.id,
        seconds: 0,
        outcome: atLeast(finding.severity, outcome.failOn) ? 'failure' : 'pass',
        message: finding.message,
        body: body(finding),
      }))
    }
    case 'verdicts':
      return outcome.verdicts.map((verdict) => verdictCase(verdict, outcome.failOn))
    case 'steps':
    case 'value':
    case 'exit':
      return []
  }
}

const outcomes = { pass: 'pass', fail: 'failure', skip: 'skipped', blocked: 'error', crash: 'error' } as const

function verdictCase(verdict: Verdict, failOn: Severity): Case {
  // A failure that a baseline knows turns no build red, and is not told as a pass either.
  const known = verdict.status === 'fail' && !failsRun(verdict, failOn)
  return {
    name: verdict.id,
    group: verdict.id.split('/')[0] ?? verdict.id,
    seconds: verdict.ms / 1000,
    outcome: known ? 'skipped' : outcomes[verdict.status],
    message:
      (known ? verdict.reason : undefined) ?? verdict.findings[0]?.message ?? verdict.reason ?? verdict.title,
    body: [verdict.title, ...verdict.findings.map(body)].join('\n'),
  }
}

function body(finding: Finding): string {
  const { place, message, evidence, cause, remedy } = finding
  return [
    place === undefined ? message : `${where(place)}: ${message}`,
    evidence && `expected ${evidence.expected}, found ${evidence.actual}`,
    cause,
    remedy?.text,
    ...(remedy?.commands ?? []),
  ]
    .filter(Boolean)
    .join('\n')
}

function testCase(one: Case): string {
  const head = `    <testcase name="${escaped(one.name)}" classname="${escaped(one.group)}" time="${one.seconds.toFixed(3)}"`
  switch (one.outcome) {
    case 'pass':
      return one.body === ''
        ? `${head}/>`
        : `${head}><system-out>${escaped(one.body)}</system-out></testcase>`
    case 'skipped':
      return `${head}><skipped message="${escaped(one.message)}"/></testcase>`
    case 'failure':
    case 'error':
      return `${head}><${one.outcome} message="${escaped(one.message)}" type="${escaped(one.group)}">${escaped(one.body)}</${one.outcome}></testcase>`
  }
}

/** Characters that XML does not take at all are left out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
