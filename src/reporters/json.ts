import { exitCode, type Outcome } from '../core/outcome.ts'

/** An outcome as one JSON document for scripts. `schemaVersion` changes when a member changes its meaning. */
export function json(outcome: Outcome): string {
  return `${JSON.stringify({ schemaVersion: 1, exitCode: exitCode(outcome), ...body(outcome) }, null, 2)}\n`
}

function body(outcome: Outcome): object {
  switch (outcome.kind) {
    case 'findings':
      return { subject: outcome.subject, findings: outcome.findings }
    case 'verdicts':
      return {
        subject: outcome.subject,
        ...(outcome.replay !== undefined && { replay: outcome.replay }),
        verdicts: outcome.verdicts,
      }
    case 'steps':
      return {
        subject: outcome.subject,
        applied: outcome.applied,
        steps: outcome.steps,
        notes: outcome.notes,
      }
    case 'value':
      return { value: outcome.data }
    case 'exit':
      return {}
  }
}
