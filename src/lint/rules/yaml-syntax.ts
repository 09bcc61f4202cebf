import type { SyntaxProblem } from '../../registry-config/document.ts'
import { plainConfig } from '../example.ts'
import type { Rule } from '../rule.ts'

export const yamlSyntax: Rule = {
  id: 'yaml-syntax',
  summary: 'the file is not YAML',
  severity: 'error',
  why: 'The registry stops at the first character that its YAML parser cannot read, and names the line at best.',
  examples: [
    { bad: 'version: 0.1\nstorage:\n\tinmemory: {}\n', good: plainConfig('') },
    { bad: plainConfig('log: {fields: {a: ****}}'), good: plainConfig('log: {fields: {a: "****"}}') },
  ],
  *check({ syntax, document }) {
    for (const problem of syntax.slice(0, 10)) {
      const text = cure(problem, document.text)
      yield {
        at: { kind: 'position', position: problem.position },
        refuses: problem.limit !== true,
        message:
          problem.limit === true
            ? `regctl does not read this file: ${problem.message}`
            : `the registry cannot read this file: ${problem.message}`,
        ...(text === undefined ? {} : { remedy: { text } }),
      }
    }
  },
}

/** The usual causes, in words. */
function cure({ offset, message }: SyntaxProblem, text: string): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const line = text
    .slice(start, text.indexOf('\n', offset) === -1 ? undefined : text.indexOf('\n', offset))
    .slice(0, 500)
  if (/\{\{/.test(line))
    return 'This is a template. Render it first, for example with helm template, and lint the result.'
  if (/^ *\t/.test(line)) return 'Indent with blanks; YAML takes no tabs.'
  if (/: +\*/.test(line) || /alias/.test(message))
    return 'A value that begins with * is an alias; put it in quotes.'
  if (/: +[@`%]/.test(line)) return 'A value that begins with @, ` or % must be in quotes.'
  if (/[{[,].*: :/.test(line))
    return 'Inside braces and brackets a value that begins with a colon must be in quotes: {addr: ":5000"}.'
  if (/: .*: /.test(line) && !/expected (?:key|':')$/.test(message))
    return 'A value with a colon and a blank in it must be in quotes.'
  return causes.find(([said]) => said.test(message))?.[1]
}

/** What mostly draws a message of the parser. */
const causes: readonly (readonly [said: RegExp, cause: string])[] = [
  [/expected key$/, 'The indent fits no key above: give the line the indent of the keys that it belongs to.'],
  [/expected ':'/, 'A key ends with a colon and a blank.'],
  [
    /mapping values are not allowed/,
    'The line is indented deeper than the key above it, which has a value already.',
  ],
  [/that begins here/, 'Close the quote.'],
]
