import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const tagsLimit: Rule = {
  id: 'tags-limit',
  summary: 'tags.maxtags is negative',
  severity: 'error',
  why: 'The registry takes no negative page size here.',
  examples: [
    {
      bad: 'version: 0.1\nstorage: {inmemory: {}}\ntags: {maxtags: -1}\n',
      good: 'version: 0.1\nstorage: {inmemory: {}}\ntags: {maxtags: 1000}\n',
    },
  ],
  check: (input) => refusals(input, 'tags-limit', () => 'Write a number from 0 on; 0 is 1000.'),
}
