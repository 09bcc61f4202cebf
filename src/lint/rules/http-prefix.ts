import { plainConfig } from '../example.ts'
import { textAt, valueAt } from '../look.ts'
import { nodeOf, type Rule, replaced, value } from '../rule.ts'

export const httpPrefix: Rule = {
  id: 'http-prefix',
  summary: 'the prefix lacks a slash, and no route matches',
  severity: 'error',
  why: 'The registry puts the prefix before v2/ as it is, and checks nothing: without a slash at both ends every request is answered 404.',
  examples: [
    {
      bad: plainConfig('http: {addr: ":5000", secret: s, prefix: /registry}'),
      good: plainConfig('http: {addr: ":5000", secret: s, prefix: /registry/}'),
    },
  ],
  *check({ effective }) {
    const prefix = textAt(effective, 'http', 'prefix')
    if (prefix === '' || (prefix.startsWith('/') && prefix.endsWith('/'))) return
    const wanted = `/${prefix.replace(/^\/+|\/+$/g, '')}/`
    yield {
      ...replaced(nodeOf(valueAt(effective, 'http', 'prefix')), wanted),
      at: value('http', 'prefix'),
      message: `no request matches the prefix ${prefix}`,
      remedy: { text: `Write ${wanted}.` },
    }
  },
}
