import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const yamlAlias: Rule = {
  id: 'yaml-alias',
  summary: 'aliases expand too far or into themselves',
  severity: 'error',
  why: 'The parser stops at a document that is mostly aliases, which is how a few lines can fill the memory, and at an anchor that contains itself.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  inmemory: &a {b: *a}\n',
      good: 'version: 0.1\nstorage:\n  inmemory: {}\n',
    },
  ],
  check: (input) => refusals(input, 'yaml-alias', () => 'Write the values out instead.'),
}
