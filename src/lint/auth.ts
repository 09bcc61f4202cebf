import type { EffectiveConfig } from '../registry-config/effective.ts'
import type { MapValue } from '../registry-config/value.ts'
import { valueAt } from './look.ts'

/** The way to authenticate and its options; undefined when there is none, or several, of which one is taken at random. */
export function authOf(
  effective: EffectiveConfig,
): { readonly name: string; readonly options: MapValue | undefined } | undefined {
  const section = valueAt(effective, 'auth')
  if (section?.kind !== 'map' || section.entries.size !== 1) return undefined
  const [[name, entry] = ['', undefined]] = section.entries
  if (name === '' || entry === undefined) return undefined
  return { name: String(name), options: entry.value.kind === 'map' ? entry.value : undefined }
}
