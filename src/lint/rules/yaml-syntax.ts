import type { Rule } from '../rule.ts'

export const yamlSyntax: Rule = {
  id: 'yaml-syntax',
  summary: 'the file is not YAML',
  severity: 'error',
  why: 'The registry stops at the first character that its YAML parser cannot read, and names the line at best.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n\tinmemory: {}\n',
      good: 'version: 0.1\nstorage:\n  inmemory: {}\n',
    },
  ],
  *check({ syntax }) {
    for (const { message, offset } of syntax) {
      yield {
        at: { kind: 'offset', offset },
        refuses: true,
        message: `the registry cannot read this file: ${message}`,
      }
    }
  },
}
