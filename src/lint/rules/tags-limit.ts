import { atLeast } from '../../registry-config/releases.ts'
import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { deep, scalarText } from '../subject.ts'

/** The limits of pages, and the first release that has each. */
const pages = [
  ['3.1.0', 'tags', 'maxtags'],
  ['2.8.2', 'catalog', 'maxentries'],
] as const

export const tagsLimit: Rule = {
  id: 'tags-limit',
  summary: 'a page size is refused, or is not what it says',
  severity: 'error',
  why: 'A negative tags.maxtags stops the registry. 0 there, and 0 or less in catalog.maxentries, does not mean no limit or nothing: it means 1000.',
  examples: [
    {
      bad: 'version: 0.1\nstorage: {inmemory: {}}\ntags: {maxtags: -1}\n',
      good: 'version: 0.1\nstorage: {inmemory: {}}\ntags: {maxtags: 1000}\n',
    },
    {
      bad: 'version: 0.1\nstorage: {inmemory: {}}\ncatalog: {maxentries: 0}\n',
      good: 'version: 0.1\nstorage: {inmemory: {}}\ncatalog: {maxentries: 100000}\n',
    },
  ],
  *check(input) {
    yield* refusals(input, 'tags-limit', () => 'Write a number from 0 on; 0 is 1000.')
    for (const [since, ...path] of pages) {
      const node = atLeast(input.release, since) ? deep(input.document.root, ...path) : undefined
      const text = scalarText(node)
      if (node === undefined || !/^[-+]?\d+$/.test(text) || Number(text) > 0) continue
      if (path[0] === 'tags' && Number(text) < 0) continue
      yield {
        at: { kind: 'node', node },
        severity: 'note',
        message: `${path.join('.')}: ${text} means 1000`,
        remedy: { text: 'Write the number of entries that a page may have.' },
      }
    }
  },
}
