import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const yamlMerge: Rule = {
  id: 'yaml-merge',
  summary: '<< stands before something that is no map',
  severity: 'error',
  why: 'The merge key takes a map, an alias of a map, or a list of them.',
  examples: [
    {
      bad: 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {<<: 5}\n',
      good: 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {<<: {addr: ":5000"}}\n',
    },
  ],
  check: (input) =>
    refusals(input, 'yaml-merge', () => 'Let << stand before a map, an alias of a map, or a list of them.'),
}
