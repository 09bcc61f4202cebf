import { readDocument } from '../../registry-config/document.ts'
import { resolve } from '../../registry-config/resolve.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'

export const environmentValue: Rule = {
  id: 'environment-value',
  summary: 'YAML reads another value out of a variable than it holds',
  severity: 'error',
  why: 'The value of a variable is YAML: what follows a blank and # is a comment, quotes and blanks at the ends fall away, and & or ! at the front begin something else. A password loses its end without a word.',
  examples: [
    {
      bad: withS3(''),
      good: withS3(''),
      environment: { REGISTRY_HTTP_SECRET: 'abc #def' },
      goodEnvironment: { REGISTRY_HTTP_SECRET: '"abc #def"' },
    },
  ],
  *check({ environment, release }) {
    for (const [name, given] of Object.entries(environment)) {
      if (!name.startsWith('REGISTRY_') || given === undefined || given === '') continue
      const read = readDocument(given, name)
      const root = 'document' in read ? read.document.root : undefined
      if (
        root?.kind !== 'scalar' ||
        !root.plain ||
        resolve(root.text, { plain: true, tag: root.tag, release }).type !== 'string'
      )
        continue
      if (root.tag === undefined && root.text === given.trim()) continue
      yield {
        at: { kind: 'variable', name },
        message: `the registry reads a part of ${name} only, as YAML takes some of its characters for signs of its own`,
        remedy: {
          text: `Put double quotes inside the value of ${name}, so that it begins and ends with one.`,
        },
      }
    }
  },
}
