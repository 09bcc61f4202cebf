import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const configVersion: Rule = {
  id: 'config-version',
  summary: 'the version of the format is missing or not 0.1',
  severity: 'error',
  why: 'The registry reads it first and knows only 0.1.',
  examples: [
    {
      bad: 'storage: inmemory\n',
      good: 'version: 0.1\nstorage: inmemory\n',
    },
  ],
  check: (input) => refusals(input, 'config-version', () => 'Begin the file with version: 0.1.'),
}
