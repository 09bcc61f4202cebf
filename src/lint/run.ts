import type { Finding, Place } from '../core/finding.ts'
import { type ConfigDocument, readDocument } from '../registry-config/document.ts'
import { type EffectiveConfig, effectiveConfig, whereIs } from '../registry-config/effective.ts'
import type { Environment } from '../registry-config/environment.ts'
import { countLines } from '../registry-config/lines.ts'
import { placeOf } from '../registry-config/load.ts'
import type { Release } from '../registry-config/releases.ts'
import { knows } from '../registry-config/schema/type.ts'
import { entryOf, type Value } from '../registry-config/value.ts'
import { rules } from './all.ts'
import type { At, Complaint, Edit, LintInput, Rule } from './rule.ts'

/** A finding about a config, with what only lint knows. */
export interface LintFinding extends Finding {
  /** The registry will not start. */
  readonly refuses: boolean
  readonly fix?: readonly Edit[]
}

export interface LintOptions {
  readonly release: Release
  readonly environment: Environment
  /** The content of files that the config names, by that name. */
  readonly files: Readonly<Record<string, string>>
}

/** Judges the config in `text`, all rules at once, in the order of the file. Never throws on bad input. */
export function lint(text: string, file: string, options: LintOptions): readonly LintFinding[] {
  const read = readDocument(text, file)
  const syntax = 'problems' in read ? read.problems : []
  const document =
    'document' in read ? read.document : { file, text, root: undefined, position: countLines(text) }
  return judge({ ...options, syntax, document, effective: effectiveConfig(document, options) })
}

/** Every complaint of every rule that applies, as findings. */
export function judge(input: LintInput): readonly LintFinding[] {
  const findings: LintFinding[] = []
  const applying = input.syntax.length > 0 ? rules.filter(({ id }) => id === 'yaml-syntax') : rules
  for (const rule of applying) {
    if (!knows(input.release, rule.releases ?? {})) continue
    for (const complaint of rule.check(input)) findings.push(toFinding(rule, complaint, input))
  }
  return findings.sort(byPlace)
}

function toFinding(rule: Rule, complaint: Complaint, input: LintInput): LintFinding {
  const { at, message, refuses = false, severity = rule.severity, cause, evidence, remedy, fix } = complaint
  return {
    id: rule.id,
    severity,
    message,
    place: locate(at, input.effective, input.document),
    refuses,
    docs: `docs/rules.md#${rule.id}`,
    ...(cause === undefined ? {} : { cause }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(fix === undefined ? {} : { fix }),
  }
}

/** Where a complaint points: of a path, the longest part that is there. */
function locate(at: At, effective: EffectiveConfig, document: ConfigDocument): Place {
  if (at.kind === 'offset') return { kind: 'file', file: document.file, ...document.position(at.offset) }
  if (at.kind !== 'path') return placeOf(at, document)
  let here: Value = effective.root
  let place: Place = { kind: 'file', file: document.file, line: 1, column: 1 }
  for (const part of at.path) {
    const entry = entryOf(here, part)
    if (entry === undefined) return place
    const { origin } = entry.value
    const last = part === at.path.at(-1)
    const whole = origin.from === 'file' && (!last || at.point === 'key')
    place = placeOf(
      whole && entry.key !== undefined ? { kind: 'node', node: entry.key } : whereIs(entry.value),
      document,
    )
    here = entry.value
  }
  return place
}

function byPlace(a: Finding, b: Finding): number {
  if (a.place?.kind !== 'file' || b.place?.kind !== 'file') {
    return (a.place?.kind === 'file' ? 0 : 1) - (b.place?.kind === 'file' ? 0 : 1)
  }
  return a.place.line - b.place.line || a.place.column - b.place.column
}
