import { createHash } from 'node:crypto'
import type { Finding, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import { fileOf, sentences, where } from './text.ts'

const severities: Readonly<Record<Severity, string>> = { error: 'major', warning: 'minor', note: 'info' }

/** Findings as a Code Quality report. Source: GitLab, Code Quality report format. */
export function gitlab(outcome: Outcome): string {
  const findings = outcome.kind === 'findings' ? outcome.findings : []
  const seen = new Map<string, number>()
  const issues = findings.map((finding) => {
    const { place } = finding
    const at = fileOf(place)
    const path = at?.file ?? (place === undefined ? 'regctl' : where(place))
    // The same finding keeps its fingerprint when lines move, so that GitLab does not call it new.
    const what = `${finding.id} ${path} ${finding.message}`
    const times = (seen.get(what) ?? 0) + 1
    seen.set(what, times)
    return {
      description: description(finding),
      check_name: finding.id,
      fingerprint: createHash('sha256').update(`${what} ${times}`).digest('hex'),
      severity: severities[finding.severity],
      location: { path, lines: { begin: at?.line ?? 1 } },
    }
  })
  return `${JSON.stringify(issues, null, 2)}\n`
}

function description({ place, message, cause, remedy }: Finding): string {
  const at = place?.kind === 'variable' ? `${where(place)}: ` : ''
  return sentences(`${at}${message}`, cause, remedy?.text)
}
