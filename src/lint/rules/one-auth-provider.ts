import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const oneAuthProvider: Rule = {
  id: 'one-auth-provider',
  summary: 'auth has more than one provider',
  severity: 'error',
  why: 'The registry takes one way to authenticate.',
  examples: [
    {
      bad: 'version: 0.1\nstorage: inmemory\nauth:\n  silly: {realm: a, service: b}\n  htpasswd: {realm: a, path: /p}\n',
      good: 'version: 0.1\nstorage: inmemory\nauth:\n  silly: {realm: a, service: b}\n',
    },
  ],
  check: (input) => refusals(input, 'one-auth-provider', () => 'Keep one of them.'),
}
