import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/core/outcome.ts'
import { json } from '../../src/reporters/json.ts'
import { text } from '../../src/reporters/text.ts'

const findings: Outcome = {
  kind: 'findings',
  subject: 'config.yml',
  failOn: 'error',
  sources: { 'config.yml': 'version: 0.1\nstorage:\n\ts3: {}\n' },
  findings: [
    {
      id: 'yaml-syntax',
      severity: 'error',
      message: 'a tab cannot indent',
      place: { kind: 'file', file: 'config.yml', line: 3, column: 2 },
      cause: 'the registry stops here',
      remedy: { text: 'Use spaces.', commands: ['sed -i "s/\\t/  /" config.yml'] },
    },
    {
      id: 'env',
      severity: 'warning',
      message: 'odd',
      place: { kind: 'variable', name: 'REGISTRY_X' },
      evidence: { expected: 'a', actual: 'b' },
    },
  ],
}

describe('text', () => {
  it('shows the place, the line with a caret, the cause and the cure', () => {
    expect(text(findings, { colour: false })).toBe(`config.yml:3:2: error: a tab cannot indent [yaml-syntax]
3 | \ts3: {}
  | \t^
  why      the registry stops here
  cure     Use spaces.
           $ sed -i "s/\\t/  /" config.yml

$REGISTRY_X: warning: odd [env]
  expected a
  found    b

config.yml: 1 error, 1 warning
`)
  })

  it('colours only when told to', () => {
    expect(text(findings, { colour: true })).toContain('\u001b[')
    expect(text(findings, { colour: false })).not.toContain('\u001b[')
  })

  it('shows each verdict with its reason, and counts them', () => {
    const outcome: Outcome = {
      kind: 'verdicts',
      subject: 'doctor',
      failOn: 'error',
      verdicts: [
        { id: 'bucket', title: 'the bucket is there', status: 'pass', findings: [], reason: 'b', ms: 1 },
        {
          id: 'edge',
          title: 'the edge answers',
          status: 'fail',
          findings: [{ id: 'edge', severity: 'error', message: 'it does not' }],
          ms: 1,
        },
        { id: 'last', title: 'last', status: 'blocked', findings: [], reason: 'denied', ms: 1 },
      ],
    }
    expect(text(outcome, { colour: false })).toBe(`pass    bucket  the bucket is there (b)
fail    edge    the edge answers
  error: it does not
blocked last    last (denied)

doctor: 1 passed, 1 failed, 1 blocked
`)
  })

  it('shows a plan with the fields that differ', () => {
    const outcome: Outcome = {
      kind: 'steps',
      subject: 'init x',
      applied: false,
      notes: ['Next: …'],
      steps: [
        {
          resource: 'distribution',
          id: 'd',
          action: 'update',
          changes: [{ field: 'origin path', from: '/prod', to: '(none)' }],
        },
        { resource: 'S3 bucket', id: 'b', action: 'keep', changes: [] },
      ],
    }
    expect(text(outcome, { colour: false })).toBe(`~ update distribution  d
    origin path: /prod -> (none)
= keep   S3 bucket  b

init x: 1 change to make
Next: …
`)
  })
})

describe('json', () => {
  it('is one document with a schema version and the exit code', () => {
    expect(JSON.parse(json(findings))).toMatchObject({
      schemaVersion: 1,
      exitCode: 1,
      findings: [{ id: 'yaml-syntax' }, { id: 'env' }],
    })
  })
})
