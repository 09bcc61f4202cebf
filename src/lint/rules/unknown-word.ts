import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const unknownWord: Rule = {
  id: 'unknown-word',
  summary: 'a value is not one of the words that the key takes',
  severity: 'error',
  why: 'A few keys take one of a few words, and the parser refuses any other.',
  examples: [
    {
      bad: 'version: 0.1\nlog: {level: warning}\nstorage: inmemory\n',
      good: 'version: 0.1\nlog: {level: warn}\nstorage: inmemory\n',
    },
  ],
  check: (input) => refusals(input, 'unknown-word'),
}
