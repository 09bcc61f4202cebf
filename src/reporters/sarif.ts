import type { Finding, Place, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import { fileOf, sentences, where } from './text.ts'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' }

/** Findings as SARIF 2.1.0, for code scanning. Source: OASIS, Static Analysis Results Interchange Format 2.1.0. */
export function sarif(outcome: Outcome, options: { readonly version?: string }): string {
  const { findings, rules = {} } = outcome.kind === 'findings' ? outcome : { findings: [] }
  const ids = [...new Set(findings.map(({ id }) => id))].sort()
  const log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: {
            name: 'regctl',
            ...(options.version && { semanticVersion: options.version }),
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: rules[id]?.summary ?? id },
              ...(rules[id] && {
                fullDescription: { text: rules[id].why },
                help: { text: `${rules[id].why}\n\nregctl lint --explain ${id}` },
              }),
              defaultConfiguration: {
                level: levels[findings.find((one) => one.id === id)?.severity ?? 'error'],
              },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, ids.indexOf(finding.id))),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function result(finding: Finding, ruleIndex: number): object {
  const { place, message, evidence, cause, remedy } = finding
  const at = place === undefined || place.kind === 'file' ? '' : `${where(place)}: `
  const found = evidence && `Expected ${evidence.expected}, found ${evidence.actual}`
  return {
    ruleId: finding.id,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: sentences(`${at}${message}`, found, cause, remedy?.text) },
    ...locations(place),
  }
}

/** Code scanning shows only what is in a file. */
function locations(place: Place | undefined): object {
  const at = fileOf(place)
  if (at === undefined) return {}
  const physicalLocation = {
    artifactLocation: { uri: uri(at.file) },
    region: { startLine: at.line, startColumn: at.column },
  }
  const logicalLocations = place?.kind === 'variable' ? [{ name: place.name, kind: 'variable' }] : undefined
  return { locations: [{ physicalLocation, ...(logicalLocations && { logicalLocations }) }] }
}

/** A relative reference, so that no letter of a name is taken for a scheme or a query. */
function uri(file: string): string {
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}
