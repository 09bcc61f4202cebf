import type { Finding, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import { where } from './text.ts'

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'notice' }

/** Findings as workflow commands, which GitHub shows beside the lines. Source: GitHub Actions, workflow commands. */
export function github(outcome: Outcome): string {
  const findings = outcome.kind === 'findings' ? outcome.findings : []
  return findings.map(annotation).join('')
}

function annotation(finding: Finding): string {
  const { place } = finding
  const properties = [
    ...(place?.kind === 'file'
      ? [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`]
      : []),
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
