import type { Baseline } from '../../src/conformance/baseline.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import type { Capabilities } from '../../src/storage/driver.ts'

/** A store and what came of running the suite on it. */
export interface Row {
  readonly store: string
  readonly capabilities: Capabilities
  readonly full: readonly Verdict[]
  /** Where there is an edge. */
  readonly edge?: readonly Verdict[]
  /** The name of the baseline, and what it states. */
  readonly known?: { readonly name: string; readonly baseline: Baseline }
}

const head = [
  '| store | capabilities | full profile | edge profile | known deviations |',
  '| --- | --- | --- | --- | --- |',
]

/** The table of docs/conformance.md. */
function table(rows: readonly Row[]): string {
  return [
    ...head,
    ...rows.map(
      ({ store, capabilities, full, edge, known }) =>
        `| ${[store, words(capabilities), counts(full), edge ? counts(edge) : 'no edge', deviations(known)].join(' | ')} |`,
    ),
  ].join('\n')
}

/** `page` with `rows` instead of the table that is there. Throws when there is none. */
export function withTable(page: string, rows: readonly Row[]): string {
  const start = page.indexOf(head[0] ?? '')
  const end = page.indexOf('\n\n', start)
  if (start < 0 || end < 0) throw new Error(`the page has no table that begins with: ${head[0]}`)
  return page.slice(0, start) + table(rows) + page.slice(end)
}

/** "120 passed, 2 failed, 14 skipped (9: no URLs; 5: …)"; with zero counts left out. */
export function counts(verdicts: readonly Verdict[]): string {
  const statuses = ['pass', 'fail', 'skip', 'blocked', 'crash'] as const
  const told = { pass: 'passed', fail: 'failed', skip: 'skipped', blocked: 'blocked', crash: 'crashed' }
  return statuses
    .flatMap((status) => {
      const found = verdicts.filter((verdict) => verdict.status === status)
      if (found.length === 0) return []
      const reasons = new Map<string, number>()
      if (status === 'skip')
        for (const { reason = '' } of found) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      const why = [...reasons].map(([reason, times]) => `${times}: ${reason}`).join('; ')
      return `${found.length} ${told[status]}${why && ` (${why})`}`
    })
    .join(', ')
}

function words({ redirect, resumable, parts, largest }: Capabilities): string {
  return [
    redirect ? 'presigned URLs' : 'no URLs',
    resumable ? 'resumed uploads' : 'no resumed uploads',
    parts ? 'uploads in parts' : 'no parts',
    ...(largest === undefined ? [] : [`contents up to ${largest / 2 ** 30} GiB`]),
  ].join(', ')
}

function deviations(known: Row['known']): string {
  if (known === undefined) return 'none'
  const { name, baseline } = known
  return `\`--baseline ${name}\`: ${baseline.known.map(({ id, reason }) => `\`${id}\`: ${reason}`).join('; ')}`
}
