import { withStorage } from '../example.ts'
import { shown, valueAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

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
    const { origin } = enabled
    const means = enabled.kind === 'scalar' && /^true$/i.test(String(enabled.value))
    const fix =
      means && origin.from === 'file'
        ? { fix: [{ start: origin.node.start, end: origin.node.end, text: 'true' }] }
        : {}
    yield {
      at: value('storage', 'delete', 'enabled'),
      message: `${shown(enabled)} is no boolean, so deletion stays off, silently`,
      remedy: { text: 'Write enabled: true, without quotes.' },
      ...fix,
    }
  },
}
