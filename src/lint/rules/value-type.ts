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
  check: (input) => refusals(input, 'value-type', ({ message }) => cure(message)),
}

/** What the parser wanted, from its own words. */
function cure(message: string): string {
  const wanted = /into (\S+)/.exec(message)?.[1] ?? /field: (\w+)/.exec(message)?.[1] ?? ''
  if (wanted === 'bool') return 'Write true or false, without quotes.'
  if (wanted === 'int') return 'Write an integer, without quotes and without a unit.'
  if (wanted === 'time.Duration' || /duration/.test(message))
    return 'Write a duration with a unit: 10s, 5m, 1h30m. Days have none: 7d is 168h.'
  if (wanted.startsWith('[]')) return 'Write a list: [a, b], or one item a line after a dash.'
  if (wanted.startsWith('map') || wanted === 'struct' || wanted.startsWith('configuration.'))
    return 'Write a section with keys of its own, indented under this one.'
  if (wanted === 'string') return 'Write a text.'
  return 'Write a value of the type that the key takes; 3.0 converts nothing here.'
}
