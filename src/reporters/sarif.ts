import type { Finding, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' }

/** Findings as SARIF 2.1.0, for code scanning. Source: OASIS, Static Analysis Results Interchange Format 2.1.0. */
export function sarif(outcome: Outcome): string {
  const findings = outcome.kind === 'findings' ? outcome.findings : []
  const ids = [...new Set(findings.map(({ id }) => id))].sort()
  const log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: {
          driver: {
            name: 'regctl',
            rules: ids.map((id) => ({
              id,
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
  const { place, remedy } = finding
  return {
    ruleId: finding.id,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: [finding.message, finding.cause, remedy?.text].filter(Boolean).join('. ') },
    ...(place?.kind === 'file'
      ? {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(place.file.replaceAll('\\', '/')) },
                region: { startLine: place.line, startColumn: place.column },
              },
            },
          ],
        }
      : place?.kind === 'variable'
        ? { locations: [{ logicalLocations: [{ name: place.name, kind: 'variable' }] }] }
        : {}),
  }
}
