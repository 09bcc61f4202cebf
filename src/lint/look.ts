import type { EffectiveConfig } from '../registry-config/effective.ts'
import { sprint } from '../registry-config/go-values.ts'
import type { Path } from '../registry-config/problem.ts'
import { at, type ScalarValue, type Value } from '../registry-config/value.ts'

/** What rules ask of a config. */

/** The value at `path`, whoever set it. */
export function valueAt(config: EffectiveConfig, ...path: Path): Value | undefined {
  return at(config.root, ...path)
}

/** The scalar at `path`; undefined also for null and for lists and maps. */
export function scalarAt(config: EffectiveConfig, ...path: Path): ScalarValue | undefined {
  const value = valueAt(config, ...path)
  return value?.kind === 'scalar' && value.type !== 'null' ? value : undefined
}

/** The text of the string at `path`; "" for anything else. */
export function textAt(config: EffectiveConfig, ...path: Path): string {
  const value = scalarAt(config, ...path)
  return value?.type === 'string' ? String(value.value) : ''
}

/** The items of the list at `path`, with their indexes; none for anything else. */
export function itemsAt(config: EffectiveConfig, ...path: Path): readonly (readonly [number, Value])[] {
  const value = valueAt(config, ...path)
  return value?.kind === 'list' ? [...value.items.entries()] : []
}

/** Nanoseconds of the duration at `path`, which the parser has read. */
export function durationAt(config: EffectiveConfig, ...path: Path): bigint | undefined {
  const value = scalarAt(config, ...path)
  return value?.type === 'duration' ? BigInt(value.value as bigint) : undefined
}

/** A value as messages show it. */
export function shown(value: Value | undefined): string {
  if (value?.kind === 'scalar' && value.type === 'string') return JSON.stringify(value.value)
  return sprint(value)
}

/** The word in `known` that `word` was probably meant to be: at most two letters off, or the same but for case. */
export function meant(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase()
  const exact = known.find((candidate) => candidate.toLowerCase() === lower)
  if (exact !== undefined) return exact
  let best: string | undefined
  let least = word.length <= 4 ? 1 : 2
  for (const candidate of known) {
    const distance = editDistance(lower, candidate.toLowerCase(), least)
    if (distance <= least && (best === undefined || distance < least)) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** Letters to change, add, drop or swap, as far as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
