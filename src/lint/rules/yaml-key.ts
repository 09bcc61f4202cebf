import { plainConfig } from '../example.ts'
import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const yamlKey: Rule = {
  id: 'yaml-key',
  summary: 'a key is itself a map or a list',
  severity: 'error',
  why: 'Every key of the config is a text. What looks like a key of another kind is mostly a template that was not rendered.',
  examples: [
    { bad: plainConfig('log: {fields: {[a]: b}}'), good: plainConfig('log: {fields: {a: b}}') },
    { bad: plainConfig('auth: {silly: {realm: {{ .Values.realm }}, service: s}}'), good: plainConfig('') },
  ],
  *check(input) {
    const template = input.document.text.includes('{{')
    yield* refusals(input, 'yaml-key', () =>
      template
        ? 'This is a template. Render it first, for example with helm template, and lint the result.'
        : 'Write a text for the key.',
    )
  },
}
