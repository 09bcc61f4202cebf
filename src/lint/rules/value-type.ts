import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const valueType: Rule = {
  id: 'value-type',
  summary: 'a value has a type that the registry cannot read',
  severity: 'error',
  why: 'The parser knows the type of every key and refuses a file where one does not fit.',
  examples: [
    {
      bad: 'version: 0.1\nstorage: inmemory\nhttp:\n  relativeurls: "yes"\n',
      good: 'version: 0.1\nstorage: inmemory\nhttp:\n  relativeurls: true\n',
    },
  ],
  check: (input) => refusals(input, 'value-type'),
}
