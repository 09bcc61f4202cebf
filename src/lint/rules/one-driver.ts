import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const oneDriver: Rule = {
  id: 'one-driver',
  summary: 'storage has no driver, or more than one',
  severity: 'error',
  why: 'Every key of storage that is not a reserved section counts as a driver, a misspelt section too, and there must be exactly one.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  inmemory: {}\n  redirects: {disable: true}\n',
      good: 'version: 0.1\nstorage:\n  inmemory: {}\n  redirect: {disable: true}\n',
    },
  ],
  check: (input) => refusals(input, 'one-driver'),
}
