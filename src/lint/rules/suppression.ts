import { plainConfig } from '../example.ts'
import { meant } from '../look.ts'
import type { Rule } from '../rule.ts'
import { suppressions } from '../suppress.ts'

export const suppression: Rule = {
  id: 'suppression',
  summary: 'a comment that silences a rule has no effect',
  severity: 'warning',
  why: 'Silencing needs the rule’s id and, after a colon, the reason, so that the next reader knows whether it still holds.',
  examples: [
    {
      bad: plainConfig('# regctl-ignore http-secret\nhttp: {addr: ":5000"}'),
      good: plainConfig('# regctl-ignore http-secret: there is one replica\nhttp: {addr: ":5000"}'),
    },
  ],
  *check({ document, ruleIds }) {
    for (const { ids, reason, offset } of suppressions(document.text)) {
      const at = { kind: 'offset', offset } as const
      if (reason === '') {
        yield {
          at,
          message: 'the comment has no reason, so it silences nothing',
          remedy: { text: `Write # regctl-ignore ${ids.join(', ')}: and why.` },
        }
      }
      for (const id of ids) {
        if (ruleIds.includes(id)) continue
        const close = meant(id, ruleIds)
        yield {
          at,
          message: `there is no rule ${id}`,
          remedy: {
            text: close === undefined ? 'regctl lint --list-rules names them.' : `Did you mean ${close}?`,
          },
        }
      }
    }
  },
}
