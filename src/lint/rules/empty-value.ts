import { keyAt, parameterMaps } from '../../registry-config/known.ts'
import { pathText } from '../../registry-config/problem.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'

export const emptyValue: Rule = {
  id: 'empty-value',
  summary: 'a key has no value',
  severity: 'note',
  why: 'A key without a value is the default, or stops the registry. It is often what a template or a comment left behind: in “key: #VALUE#” everything after the colon is a comment.',
  examples: [{ bad: withS3('rootdirectory: #DIRECTORY#'), good: withS3('rootdirectory: /prod') }],
  *check({ effective }) {
    for (const [path, map] of parameterMaps(effective)) {
      for (const [name, entry] of map.entries) {
        const here = [...path, String(name)]
        const known = keyAt(effective, here)
        if (known === undefined || known.required === true || entry.key === undefined) continue
        if (entry.value.kind !== 'scalar' || entry.value.type !== 'null') continue
        yield {
          at: { kind: 'node', node: entry.key },
          message: `${pathText(here)} has no value, so it is the default${known.fallback === undefined ? '' : `, ${known.fallback}`}`,
          remedy: { text: 'Write a value, or remove the key.' },
        }
      }
    }
  },
}
