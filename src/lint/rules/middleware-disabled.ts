import { isTrue } from '../../registry-config/value.ts'
import { withCloudFront } from '../example.ts'
import { valueAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

export const middlewareDisabled: Rule = {
  id: 'middleware-disabled',
  summary: 'a disabled middleware is active',
  severity: 'error',
  why: 'The key disabled is parsed and nothing reads it, although the guide says otherwise: the middleware is built, checked and used.',
  examples: [
    {
      bad: withCloudFront('').replace('- name: cloudfront', '- name: cloudfront\n      disabled: true'),
      good: withCloudFront(''),
    },
  ],
  *check({ effective }) {
    for (const list of ['storage', 'registry', 'repository'] as const) {
      const entries = valueAt(effective, 'middleware', list)
      if (entries?.kind !== 'list') continue
      for (const index of entries.items.keys()) {
        if (!isTrue(valueAt(effective, 'middleware', list, index, 'disabled'))) continue
        yield {
          at: value('middleware', list, index, 'disabled'),
          message: 'disabled: true has no effect; the middleware is active',
          remedy: { text: 'Remove the entry, or put it in comments.' },
        }
      }
    }
  },
}
