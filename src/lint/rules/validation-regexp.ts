import { isTrue, textOf } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { itemsAt, valueAt } from '../look.ts'
import { re2Error } from '../re2.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const validationRegexp: Rule = {
  id: 'validation-regexp',
  summary: 'a regular expression for URLs does not compile',
  severity: 'error',
  releases: { since: '2.6.0' },
  why: 'The expressions are Go’s, which has neither look-around nor back references. They are compiled when the registry starts, unless validation is disabled.',
  examples: [
    {
      bad: plainConfig("validation: {manifests: {urls: {allow: ['^https?://([^/]+\\.)*example\\.com/(']}}}"),
      good: plainConfig("validation: {manifests: {urls: {allow: ['^https?://([^/]+\\.)*example\\.com/']}}}"),
    },
  ],
  *check({ effective }) {
    const on =
      isTrue(valueAt(effective, 'validation', 'enabled')) ||
      !isTrue(valueAt(effective, 'validation', 'disabled'))
    if (!on) return
    for (const list of ['allow', 'deny']) {
      for (const [index, item] of itemsAt(effective, 'validation', 'manifests', 'urls', list)) {
        const problem = re2Error(textOf(item))
        if (problem === undefined) continue
        yield refusal(
          value('validation', 'manifests', 'urls', list, index),
          `validation.manifests.urls.${list}: ${problem}`,
          { remedy: { text: 'Write the expression as Go’s regexp takes it.' } },
        )
      }
    }
  },
}
