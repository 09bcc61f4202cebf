import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const yamlKey: Rule = {
  id: 'yaml-key',
  summary: 'a key is itself a map or a list',
  severity: 'error',
  why: 'Every key of the config is a text.',
  examples: [
    {
      bad: 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {[addr]: :5000}\n',
      good: 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: :5000}\n',
    },
  ],
  check: (input) => refusals(input, 'yaml-key'),
}
