import { rules } from './all.ts'
import type { Rule } from './rule.ts'

/** Every rule with its severity and one line. */
export function ruleList(): string {
  const width = Math.max(...rules.map(({ id }) => id.length))
  return rules
    .map(({ id, severity, summary }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}\n`)
    .join('')
}

/** One rule's page: why, and a config that it complains of beside one that it does not. */
export function rulePage({ id, severity, summary, why, releases, examples }: Rule): string {
  const [example] = examples
  const lines = [`${id}: ${summary}`, `${severity}, ${releasesText(releases)}`, '', why, '']
  if (example !== undefined) {
    const { environment, goodEnvironment = environment } = example
    lines.push(
      'It complains of',
      '',
      ...shown(example.bad, environment),
      '',
      'and not of',
      '',
      ...shown(example.good, goodEnvironment),
      '',
    )
  }
  return lines.join('\n')
}

function shown(config: string, environment: Readonly<Record<string, string | undefined>> = {}): string[] {
  const variables = Object.entries(environment).map(([name, value]) => `$ ${name}='${value}'`)
  return [...variables, ...config.trimEnd().split('\n')].map((line) => (line === '' ? '' : `    ${line}`))
}

/** The releases a rule is for, in words. */
export function releasesText(releases: Rule['releases']): string {
  const { since, until } = releases ?? {}
  if (since === undefined && until === undefined) return 'all releases'
  if (until === undefined) return `from ${since} on`
  return since === undefined ? `before ${until}` : `from ${since} on, before ${until}`
}
