import { Failure } from '../core/errors.ts'
import type { CaseVerdict } from './run.ts'

/** Deviations of a store that are known: a run fails only on what is new. */
export interface Baseline {
  readonly store: string
  readonly known: readonly { readonly id: string; readonly reason: string }[]
}

/** Reads a baseline of cases with these ids from JSON. Throws Failure('usage') naming `file` and what is wrong. */
export function readBaseline(text: string, file: string, ids: readonly string[]): Baseline {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // What the parser says quotes the file, whatever it is.
    throw refuse(file, 'it is not JSON')
  }
  const { store, known } = (value ?? {}) as { store?: unknown; known?: unknown }
  if (typeof store !== 'string') throw refuse(file, '"store" is not a text')
  if (!Array.isArray(known)) throw refuse(file, '"known" is not a list')
  const seen = new Set<string>()
  return {
    store,
    known: known.map((entry: { id?: unknown; reason?: unknown } | null, index) => {
      if (typeof entry?.id !== 'string' || typeof entry.reason !== 'string' || entry.reason === '') {
        throw refuse(file, `known[${index}] needs "id" and "reason", both texts`)
      }
      const { id, reason } = entry
      if (!ids.includes(id)) throw refuse(file, `known[${index}]: there is no case ${JSON.stringify(id)}`)
      if (seen.has(id)) throw refuse(file, `known[${index}]: ${id} is there twice`)
      seen.add(id)
      return { id, reason }
    }),
  }
}

function refuse(file: string, what: string): Failure {
  return new Failure('usage', `${file} is not a baseline: ${what}`, {
    remedy: {
      text: 'It looks like this: {"store": "my store", "known": [{"id": "move/OntoItself", "reason": "…"}]}',
    },
  })
}

/** A known failure counts as a note; a known one that passes says that the entry can go. */
export function withBaseline(verdicts: readonly CaseVerdict[], baseline: Baseline): CaseVerdict[] {
  const known = new Map(baseline.known.map(({ id, reason }) => [id, reason]))
  return verdicts.map((verdict) => {
    const reason = known.get(verdict.id)
    if (reason === undefined) return verdict
    if (verdict.status === 'pass')
      return { ...verdict, reason: `passes now; remove it from the baseline of ${baseline.store}` }
    if (verdict.status !== 'fail') return verdict
    return {
      ...verdict,
      reason: `known of ${baseline.store}: ${reason}`,
      findings: verdict.findings.map((finding) => ({ ...finding, severity: 'note' as const })),
    }
  })
}
