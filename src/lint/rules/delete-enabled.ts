import { withStorage } from '../example.ts'
import { shown, valueAt } from '../look.ts'
import { nodeOf, type Rule, replaced, value } from '../rule.ts'

export const deleteEnabled: Rule = {
  id: 'delete-enabled',
  summary: 'deletion stays off',
  severity: 'error',
  releases: { since: '2.1.0' },
  why: 'The registry takes a real boolean only, and anything else is off, silently: deleting is answered 405.',
  examples: [
    {
      bad: withStorage('inmemory: {}\ndelete: {enabled: "true"}'),
      good: withStorage('inmemory: {}\ndelete: {enabled: true}'),
    },
  ],
  *check({ effective }) {
    const enabled = valueAt(effective, 'storage', 'delete', 'enabled')
    if (
      enabled === undefined ||
      (enabled.kind === 'scalar' && (enabled.type === 'bool' || enabled.type === 'null'))
    )
      return
    const means = enabled.kind === 'scalar' && /^true$/i.test(String(enabled.value))
    yield {
      at: value('storage', 'delete', 'enabled'),
      message: `${shown(enabled)} is no boolean, so deletion stays off, silently`,
      remedy: { text: 'Write enabled: true, without quotes.' },
      ...(means ? replaced(nodeOf(enabled), 'true') : {}),
    }
  },
}
