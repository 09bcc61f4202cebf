import { withStorage } from '../example.ts'
import { valueAt } from '../look.ts'
import { nodeOf, type Rule, refusal, replaced, value } from '../rule.ts'

export const redirectDisable: Rule = {
  id: 'redirect-disable',
  summary: 'storage.redirect has no boolean disable',
  severity: 'error',
  releases: { since: '2.1.0' },
  why: 'Where the section is, it must have disable with a real boolean. An empty section, disabled instead of disable, and a text in quotes all stop the registry.',
  examples: [
    {
      bad: withStorage('inmemory: {}\nredirect: {disabled: true}'),
      good: withStorage('inmemory: {}\nredirect: {disable: true}'),
    },
    { bad: withStorage('inmemory: {}\nredirect: {disable: "true"}'), good: withStorage('inmemory: {}') },
  ],
  *check({ effective }) {
    if (valueAt(effective, 'storage', 'redirect') === undefined) return
    const disable = valueAt(effective, 'storage', 'redirect', 'disable')
    if (disable?.kind === 'scalar' && disable.type === 'bool') return
    const section = valueAt(effective, 'storage', 'redirect')
    const misnamed = section?.kind === 'map' ? section.entries.get('disabled')?.key : undefined
    const text = disable?.kind === 'scalar' ? String(disable.value) : ''
    yield refusal(value('storage', 'redirect', 'disable'), 'invalid type for redirect config', {
      ...(disable === undefined
        ? replaced(misnamed, 'disable')
        : /^(true|false)$/.test(text)
          ? replaced(nodeOf(disable), text)
          : {}),
      remedy: { text: 'Write redirect: {disable: true}, or leave the section out.' },
    })
  },
}
