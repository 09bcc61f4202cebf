import type { Finding, Place } from '../core/finding.ts'
import type { ConfigDocument } from '../registry-config/document.ts'
import { type EffectiveConfig, effectiveConfig, whereIs } from '../registry-config/effective.ts'
import type { Environment } from '../registry-config/environment.ts'
import { placeOf } from '../registry-config/load.ts'
import { latest, type Release } from '../registry-config/releases.ts'
import { knows } from '../registry-config/schema/type.ts'
import { entryOf, type Value } from '../registry-config/value.ts'
import { rules } from './all.ts'
import { findSubjects } from './find.ts'
import type { At, Complaint, Edit, LintInput, Rule } from './rule.ts'
import type { Subject } from './subject.ts'
import { silencer, suppressions } from './suppress.ts'

/** A finding about a config, with what only lint knows. */
export interface LintFinding extends Finding {
  /** The registry will not start. */
  readonly refuses: boolean
  /** Changes of the file's text, by its own offsets. */
  readonly fix?: readonly Edit[]
}

export interface LintOptions {
  /** Undefined: what an image's tag says, else the latest 3.x. */
  readonly release: Release | undefined
  readonly environment: Environment
  /** The content of the private key that the config names. */
  readonly privateKey?: string | undefined
  /** The configs that a compose file mounts, by the name it gives them. */
  readonly files?: Readonly<Record<string, string>>
  /** Which rules to run; all unless given. */
  readonly rules?: readonly Rule[]
}

/** Judges every config in `text`, all rules at once, in the order of the file. Never throws on bad input. */
export function lint(text: string, file: string, options: LintOptions): readonly LintFinding[] {
  return findSubjects(text, file, options.files).flatMap((subject) => judge(subject, options))
}

/** The config of a subject as its release reads it. */
export function effectiveOf(subject: Subject, options: LintOptions): EffectiveConfig {
  return effectiveConfig(subject.document, {
    release: options.release ?? subject.release ?? latest,
    environment: { ...subject.environment, ...options.environment },
  })
}

const ruleIds: readonly string[] = rules.map(({ id }) => id)
const byRelease = new Map<Release, readonly Rule[]>()

/** The rules that apply to a release. */
function rulesOf(release: Release): readonly Rule[] {
  const found = byRelease.get(release) ?? rules.filter((rule) => appliesTo(rule, release))
  byRelease.set(release, found)
  return found
}

function appliesTo(rule: Rule, release: Release): boolean {
  return knows(release, rule.releases ?? {})
}

/** Nobody reads more findings of one rule in one config; a hostile one has a hundred thousand. */
const mostOfRule = 200

/** Every complaint about one config, as findings. */
export function judge(subject: Subject, options: LintOptions): readonly LintFinding[] {
  const effective = effectiveOf(subject, options)
  const input: LintInput = {
    syntax: subject.syntax,
    document: subject.document,
    effective,
    release: effective.release,
    environment: effective.environment,
    privateKey: options.privateKey,
    mount: subject.mount,
    ruleIds,
  }
  const isSilenced = silencer(suppressions(subject.document.text))
  const findings: LintFinding[] = []
  for (const rule of options.rules?.filter((one) => appliesTo(one, input.release)) ??
    rulesOf(input.release)) {
    if (subject.syntax.length > 0 && rule.id !== 'yaml-syntax') continue
    if (subject.unseen === true && !withoutConfig.includes(rule.id)) continue
    const ofRule: LintFinding[] = []
    for (const complaint of rule.check(input)) {
      const finding = toFinding(rule, complaint, input, subject)
      const line =
        finding.place?.kind === 'file' ? finding.place.line - lineShift(subject.document) : undefined
      if (isSilenced(rule.id, line)) continue
      if (ofRule.length < mostOfRule) {
        ofRule.push(finding)
        continue
      }
      const { severity } = rule
      ofRule.push({
        ...finding,
        severity,
        message: `there are more findings of ${rule.id}, which are left out`,
      })
      break
    }
    findings.push(...ofRule)
  }
  return findings.sort(byPlace)
}

/** Rules that look at nothing in the config. */
const withoutConfig: readonly string[] = ['config-mount-path', 'environment-name']

/** How many lines of the file stand before the document's own. */
function lineShift(document: ConfigDocument): number {
  return document.position(0).line - 1
}

function toFinding(rule: Rule, complaint: Complaint, input: LintInput, subject: Subject): LintFinding {
  const { at, message, refuses = false, severity = rule.severity, cause, evidence, remedy } = complaint
  const fix = complaint.fix === undefined ? undefined : outerEdits(complaint.fix, input.document)
  return {
    id: rule.id,
    severity,
    message,
    place: inFile(locate(at, input.effective, input.document), subject),
    refuses,
    docs: `docs/rules.md#${rule.id}`,
    ...(cause === undefined ? {} : { cause }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(fix === undefined ? {} : { fix }),
  }
}

/** A variable that is written in the file is a place in it. */
function inFile(place: Place, { places, document, file }: Subject): Place {
  const position = place.kind === 'variable' ? places[place.name] : undefined
  if (position !== undefined) return { kind: 'file', file, ...position }
  return place.kind === 'variable' ? { ...place, file: document.file } : place
}

/** Edits of the file; none where one would join lines, which no diff of ours shows. */
function outerEdits(edits: readonly Edit[], document: ConfigDocument): readonly Edit[] | undefined {
  if (edits.some(({ start, end, text }) => (document.text.slice(start, end) + text).includes('\n')))
    return undefined
  if (document.outer === undefined) return edits
  const mapped: Edit[] = []
  for (const { start, end, text } of edits) {
    const [from, to] = [document.outer(start), document.outer(end)]
    if (from === undefined || to === undefined) return undefined
    mapped.push({ start: from, end: to, text })
  }
  return mapped
}

/** Where a complaint points: of a path, the longest part that is there. */
function locate(at: At, effective: EffectiveConfig, document: ConfigDocument): Place {
  if (at.kind === 'offset') return { kind: 'file', file: document.file, ...document.position(at.offset) }
  if (at.kind === 'position') return { kind: 'file', file: at.file ?? document.file, ...at.position }
  if (at.kind !== 'path') return placeOf(at, document)
  let here: Value = effective.root
  let place: Place = { kind: 'file', file: document.file, ...document.position(0) }
  for (const [index, part] of at.path.entries()) {
    const entry = entryOf(here, part)
    if (entry === undefined) return place
    const atKey = index < at.path.length - 1 || at.point === 'key'
    const { origin } = entry.value
    const node = atKey && origin.from === 'file' ? entry.key : undefined
    // A default has no place of its own; what holds it has.
    if (origin.from !== 'default')
      place = placeOf(node === undefined ? whereIs(entry.value) : { kind: 'node', node }, document)
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
