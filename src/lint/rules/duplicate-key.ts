import type { Where } from '../../registry-config/problem.ts'
import { pathText } from '../../registry-config/problem.ts'
import { withS3 } from '../example.ts'
import type { LintInput, Rule } from '../rule.ts'

export const duplicateKey: Rule = {
  id: 'duplicate-key',
  summary: 'a key stands twice, and only one counts',
  severity: 'error',
  why: 'The parser says nothing. Of two values the last one wins; two sections of the file’s own structure are merged key by key, two maps of parameters are not.',
  examples: [{ bad: withS3('encrypt: true\nencrypt: false'), good: withS3('encrypt: true') }],
  *check(input) {
    for (const dropped of input.effective.dropped) {
      if (dropped.kind !== 'duplicate') continue
      const line = lineOf(dropped.kept, input)
      const name = pathText(dropped.path)
      yield {
        at: dropped.where,
        message: dropped.merged
          ? `${name} stands again${line}; the registry merges the two, and the later one wins key by key`
          : `${name} stands again${line}; the registry drops this one`,
        remedy: { text: 'Keep one of the two.' },
      }
    }
  },
}

function lineOf(where: Where, { document }: LintInput): string {
  return where.kind === 'node' ? ` on line ${document.position(where.node.start).line}` : ''
}
