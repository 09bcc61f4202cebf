import type { ScalarValue, Value } from '../../registry-config/value.ts'
import { withStorage } from '../example.ts'
import { valueAt } from '../look.ts'
import { nodeOf, type Rule, refusal, replaced, value } from '../rule.ts'

export const readOnly: Rule = {
  id: 'read-only',
  summary: 'maintenance.readonly is not a section with a switch',
  severity: 'error',
  releases: { since: '2.2.0' },
  why: 'The registry wants readonly: {enabled: true} with a real boolean, and no text in quotes.',
  examples: [
    {
      bad: withStorage('inmemory: {}\nmaintenance:\n  readonly: true'),
      good: withStorage('inmemory: {}\nmaintenance:\n  readonly: {enabled: true}'),
    },
    {
      bad: withStorage('inmemory: {}\nmaintenance:\n  readonly: {enabled: "true"}'),
      good: withStorage('inmemory: {}\nmaintenance:\n  readonly: {enabled: true}'),
    },
  ],
  *check({ effective }) {
    const at = ['storage', 'maintenance', 'readonly']
    const section = valueAt(effective, ...at)
    if (section === undefined) return
    const remedy = { text: 'Write readonly: {enabled: true}.' }
    if (section.kind !== 'map' || section.keys !== 'any') {
      yield refusal(value(...at), 'readonly config key must contain additional keys', {
        remedy,
        ...(isSwitch(section) ? replaced(nodeOf(section), `{enabled: ${section.value}}`) : {}),
      })
      return
    }
    const enabled = section.entries.get('enabled')?.value
    if (enabled === undefined || (enabled.kind === 'scalar' && enabled.type === 'bool')) return
    yield refusal(value(...at, 'enabled'), "readonly's enabled config key must have a boolean value", {
      remedy,
    })
  },
}

function isSwitch(value: Value): value is ScalarValue {
  return value.kind === 'scalar' && value.type === 'bool'
}
