import type { Finding, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Verdict } from '../core/verdict.ts'
import { fileOf, where } from './text.ts'

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' }

/**
 * Findings, and verdicts that are no pass, as workflow commands, which GitHub shows beside the lines. Source: GitHub
 * Actions, workflow commands.
 */
export function github(outcome: Outcome): string {
  if (outcome.kind === 'findings') return outcome.findings.map(annotation).join('')
  if (outcome.kind === 'verdicts') return outcome.verdicts.flatMap(verdictAnnotations).join('')
  return ''
}

function verdictAnnotations({ id, title, status, findings, reason }: Verdict): string[] {
  if (status === 'pass' || status === 'skip') return []
  if (findings.length > 0) return findings.map((finding) => annotation({ ...finding, id }))
  const message = `${status}: ${title}${reason === undefined ? '' : ` (${reason})`}`
  return [annotation({ id, severity: 'error', message })]
}

function annotation(finding: Finding): string {
  const { place } = finding
  const found = fileOf(place)
  const properties = [
    ...(found === undefined
      ? []
      : [`file=${property(found.file)}`, `line=${found.line}`, `col=${found.column}`]),
    `title=${property(finding.id)}`,
  ]
  const at = place === undefined || place.kind === 'file' ? '' : `${where(place)}: `
  const text = [`${at}${finding.message}`, finding.cause, finding.remedy?.text].filter(Boolean).join('\n')
  return `::${commands[finding.severity]} ${properties.join(',')}::${data(text)}\n`
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
