import { createHash } from 'node:crypto'
import type { Finding, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import { where } from './text.ts'

const severities: Readonly<Record<Severity, string>> = { error: 'major', warning: 'minor', note: 'info' }

/** Findings as a Code Quality report. Source: GitLab, Code Quality report format. */
export function gitlab(outcome: Outcome): string {
  const findings = outcome.kind === 'findings' ? outcome.findings : []
  const seen = new Map<string, number>()
  const issues = findings.map((finding) => {
    const { place } = finding
    const path = place?.kind === 'file' ? place.file : place === undefined ? '' : where(place)
    // The same finding keeps its fingerprint when lines move, so that GitLab does not call it new.
    const what = `${finding.id} ${path} ${finding.message}`
    const times = (seen.get(what) ?? 0) + 1
    seen.set(what, times)
    return {
      description: description(finding),
      check_name: finding.id,
      fingerprint: createHash('sha256').update(`${what} ${times}`).digest('hex'),
      severity: severities[finding.severity],
      location: { path, lines: { begin: place?.kind === 'file' ? place.line : 1 } },
    }
  })
  return `${JSON.stringify(issues, null, 2)}\n`
}

function description({ message, remedy }: Finding): string {
  return remedy === undefined ? message : `${message}. ${remedy.text}`
}
