import { pathText } from '../../registry-config/problem.ts'
import { meant } from '../look.ts'
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
  check: (input) =>
    refusals(input, 'unknown-word', ({ path, message }) => {
      const words = (/\[(.*)\]|one of: (.*)$/.exec(message)?.slice(1).find(Boolean) ?? '').split(', ')
      const given = /^invalid .*? (\S*) Must be/.exec(message)?.[1] ?? ''
      const close = given === 'warning' ? 'warn' : meant(given, words)
      return close === undefined
        ? `Use one of ${words.join(', ')} for ${pathText(path)}.`
        : `Did you mean ${close}?`
    }),
}
