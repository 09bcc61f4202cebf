import type { EffectiveConfig } from '../registry-config/effective.ts'
import type { Release } from '../registry-config/releases.ts'
import { type Setting, viewOf } from '../registry-config/view.ts'
import type { LintFinding } from './run.ts'
import { effectiveOf, judge, type LintOptions } from './run.ts'
import type { Subject } from './subject.ts'

/**
 * What a config meets in the newer of two releases: its findings there, those marked that the older one does not have,
 * and a note for each value that changes although the file does not.
 */
export function judgeUpgrade(
  subject: Subject,
  from: Release,
  to: Release,
  options: LintOptions,
): readonly LintFinding[] {
  const before = judge(subject, { ...options, release: from })
  const known = new Set(before.map(signature))
  const after = judge(subject, { ...options, release: to }).map((finding) =>
    known.has(signature(finding)) ? finding : { ...finding, message: `${finding.message} (new with ${to})` },
  )
  return [
    ...after,
    ...changes(
      effectiveOf(subject, { ...options, release: from }),
      effectiveOf(subject, { ...options, release: to }),
      subject,
    ),
  ]
}

function signature(finding: LintFinding): string {
  return `${finding.id} ${finding.refuses} ${JSON.stringify(finding.place)}`
}

function changes(from: EffectiveConfig, to: EffectiveConfig, { document }: Subject): LintFinding[] {
  if (from.refusals.length > 0 || to.refusals.length > 0) return []
  const old = new Map(viewOf(from).settings.map((setting) => [setting.path, setting]))
  return viewOf(to).settings.flatMap((setting) => {
    const was = old.get(setting.path)
    if (was === undefined || was.value === setting.value) return []
    return [changed(setting, was, from.release, to.release, document.file)]
  })
}

function changed(setting: Setting, was: Setting, from: Release, to: Release, file: string): LintFinding {
  const { from: origin } = setting
  return {
    id: 'upgrade',
    severity: 'note',
    refuses: false,
    message: `${setting.path} is ${was.value || 'empty'} in ${from} and ${setting.value || 'empty'} in ${to}`,
    place:
      origin.kind === 'file'
        ? { kind: 'file', file, line: origin.line, column: origin.column }
        : origin.kind === 'variable'
          ? { kind: 'variable', name: origin.name, file }
          : { kind: 'file', file, line: 1, column: 1 },
  }
}
