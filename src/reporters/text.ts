import { styleText } from 'node:util'
import type { Finding, Place, Severity } from '../core/finding.ts'
import type { Outcome, Step } from '../core/outcome.ts'
import type { Verdict } from '../core/verdict.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan'
type Paint = Readonly<Record<Style, (text: string) => string>>

function painter(style: (style: Style, text: string) => string): Paint {
  const styles: readonly Style[] = ['bold', 'dim', 'red', 'green', 'yellow', 'blue', 'cyan']
  return Object.fromEntries(styles.map((name) => [name, (text: string) => style(name, text)])) as Paint
}

const plain = painter((_, text) => text)
// Whether there is colour has been decided, whatever the stream is.
const coloured = painter((style, text) => styleText(style, text, { validateStream: false }))

/** How an outcome reads for people: plain lines, and colour when `colour` says so. Pure. */
export function text(outcome: Outcome, options: { readonly colour: boolean }): string {
  const paint = options.colour ? coloured : plain
  switch (outcome.kind) {
    case 'findings':
      return findings(outcome, paint)
    case 'verdicts':
      return verdicts(outcome.subject, outcome.verdicts, paint)
    case 'steps':
      return steps(outcome, paint)
    case 'value':
      return outcome.text
    case 'exit':
      return ''
  }
}

function findings(outcome: Extract<Outcome, { kind: 'findings' }>, paint: Paint): string {
  const lines = new Map(
    Object.entries(outcome.sources).map(([file, source]) => [file, source.split(/\r?\n/)] as const),
  )
  const blocks = outcome.findings.map((finding) => {
    const place = finding.place === undefined ? '' : `${where(finding.place)}: `
    const source = finding.place?.kind === 'file' ? lines.get(finding.place.file) : undefined
    return [
      `${paint.bold(place)}${badge(finding.severity, paint)}: ${finding.message} ${paint.dim(`[${finding.id}]`)}`,
      ...excerpt(source, finding.place, paint),
      ...details(finding, paint),
    ].join('\n')
  })
  const count = (severity: Severity, word: string) => {
    const n = outcome.findings.filter((finding) => finding.severity === severity).length
    return n === 0 ? [] : [plural(n, word)]
  }
  const counts = [...count('error', 'error'), ...count('warning', 'warning'), ...count('note', 'note')]
  const summary = `${outcome.subject}: ${counts.length === 0 ? paint.green('no findings') : counts.join(', ')}`
  return `${[...blocks, summary].join('\n\n')}\n`
}

/** The line a finding points at, and a caret under its column. */
function excerpt(source: readonly string[] | undefined, place: Place | undefined, paint: Paint): string[] {
  if (source === undefined || place?.kind !== 'file') return []
  const line = source[place.line - 1]
  if (line === undefined || line.length > 200) return []
  const number = String(place.line)
  const indent = line.slice(0, place.column - 1).replace(/[^\t]/g, ' ')
  return [
    `${paint.dim(`${number} |`)} ${line}`,
    `${paint.dim(`${' '.repeat(number.length)} |`)} ${indent}${paint.yellow('^')}`,
  ]
}

function details(finding: Finding, paint: Paint): string[] {
  const lines: string[] = []
  if (finding.evidence)
    lines.push(`  expected ${finding.evidence.expected}`, `  found    ${finding.evidence.actual}`)
  if (finding.cause) lines.push(`  why      ${finding.cause}`)
  if (finding.remedy) {
    lines.push(`  ${paint.bold('cure')}     ${finding.remedy.text}`)
    for (const command of finding.remedy.commands ?? [])
      lines.push(`           ${paint.cyan(`$ ${command}`)}`)
  }
  return lines
}

function verdicts(subject: string, all: readonly Verdict[], paint: Paint): string {
  const width = Math.max(...all.map((verdict) => verdict.id.length), 0)
  const lines = all.flatMap((verdict) => {
    const reason = verdict.reason === undefined ? '' : paint.dim(` (${verdict.reason})`)
    const head = `${mark(verdict.status, paint)} ${verdict.id.padEnd(width)}  ${verdict.title}${reason}`
    return [
      head,
      ...verdict.findings.flatMap((finding) => [
        `  ${badge(finding.severity, paint)}: ${finding.message}`,
        ...details(finding, paint).map((line) => `  ${line}`),
      ]),
    ]
  })
  const counts = (['pass', 'fail', 'skip', 'blocked', 'crash'] as const).flatMap((status) => {
    const n = all.filter((verdict) => verdict.status === status).length
    return n === 0 ? [] : [`${n} ${words[status]}`]
  })
  return `${[...lines, '', `${subject}: ${counts.join(', ') || 'nothing was looked at'}`].join('\n')}\n`
}

const words = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  blocked: 'blocked',
  crash: 'crashed',
} as const

function mark(status: Verdict['status'], paint: Paint): string {
  const label = status.padEnd(7)
  switch (status) {
    case 'pass':
      return paint.green(label)
    case 'fail':
    case 'crash':
      return paint.red(label)
    case 'blocked':
      return paint.yellow(label)
    case 'skip':
      return paint.dim(label)
  }
}

function steps(outcome: Extract<Outcome, { kind: 'steps' }>, paint: Paint): string {
  const lines = outcome.steps.map((step) => stepLine(step, paint))
  const changed = outcome.steps.filter((step) => step.action !== 'keep').length
  const summary = outcome.applied
    ? changed === 0
      ? 'nothing to change'
      : `${plural(changed, 'change')} made`
    : changed === 0
      ? 'nothing to change'
      : `${plural(changed, 'change')} to make`
  return `${[...lines, '', `${outcome.subject}: ${summary}`, ...outcome.notes].join('\n')}\n`
}

const signs = { create: '+', update: '~', keep: '=', remove: '-' } as const

/** One step with the fields that differ; a new resource's fields only where there are few words to say. */
function stepLine(step: Step, paint: Paint): string {
  const colour = { create: paint.green, update: paint.yellow, keep: paint.dim, remove: paint.red }[
    step.action
  ]
  const head = colour(`${signs[step.action]} ${step.action.padEnd(6)} ${step.resource}  ${step.id}`)
  const fields = step.changes.map(({ field, from, to }) =>
    step.action === 'create' || from === '' ? `    ${field}: ${to}` : `    ${field}: ${from} -> ${to}`,
  )
  return [head, ...fields].join('\n')
}

function badge(severity: Severity, paint: Paint): string {
  return { error: paint.red, warning: paint.yellow, note: paint.blue }[severity](severity)
}

/** Whole sentences in a row, whether or not they end in a full stop. */
export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => (/[.!?:]$/.test(part ?? '') ? part : `${part}.`))
    .join(' ')
}

/** The file that a report puts a finding on, with the line and column there: of a variable, the config that it changes. */
export function fileOf(place: Place | undefined): { file: string; line: number; column: number } | undefined {
  if (place?.kind === 'file') return { ...place, file: tidy(place.file) }
  if (place?.kind !== 'variable' || place.file === undefined) return undefined
  return { file: tidy(place.file), line: 1, column: 1 }
}

/** `./config.yml` is `config.yml` to whoever compares it with the paths of a repository. */
const tidy = (file: string): string => file.replace(/^(\.\/+)+/, '')

/** A place as editors and CI logs read it: `file:line:column`, `$NAME`, `type id`, or the path. */
export function where(place: Place): string {
  switch (place.kind) {
    case 'file':
      return `${place.file}:${place.line}:${place.column}`
    case 'variable':
      return `$${place.name}`
    case 'resource':
      return `${place.type} ${place.id}`
    case 'path':
      return place.path
  }
}

const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`
