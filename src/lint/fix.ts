import type { Edit } from './rule.ts'

/** `text` with the edits done, from the end backwards, so that nothing else moves. Of edits that overlap the first counts. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const kept: Edit[] = []
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = kept.at(-1)
    if (last === undefined || edit.start >= last.end) kept.push(edit)
  }
  return kept.reduceRight((out, { start, end, text: by }) => out.slice(0, start) + by + out.slice(end), text)
}

/**
 * What changed, as a unified diff with three lines around, each text as `shown` shows it; "" when nothing did. Both
 * texts have the same number of lines, however they are shown.
 */
export function unifiedDiff(
  before: string,
  after: string,
  file: string,
  shown: (text: string) => string = (text) => text,
): string {
  const old = before.split('\n')
  const now = after.split('\n')
  const [oldShown, nowShown] = [shown(before).split('\n'), shown(after).split('\n')]
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]))
  if (changed.length === 0) return ''
  const out = [`--- ${file}`, `+++ ${file}`]
  for (let first = 0; first < changed.length; ) {
    let last = first
    while (last + 1 < changed.length && (changed[last + 1] ?? 0) - (changed[last] ?? 0) <= 6) last += 1
    const from = Math.max(0, (changed[first] ?? 0) - 3)
    const to = Math.min(old.length, (changed[last] ?? 0) + 4)
    out.push(`@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`)
    for (let index = from; index < to; index += 1) {
      if (old[index] === now[index]) out.push(` ${oldShown[index]}`)
      else out.push(`-${oldShown[index]}`, `+${nowShown[index]}`)
    }
    first = last + 1
  }
  return `${out.join('\n')}\n`
}
