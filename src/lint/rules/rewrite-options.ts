import { plainConfig } from '../example.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const rewriteOptions: Rule = {
  id: 'rewrite-options',
  summary: 'an option of the rewrite middleware is not a text',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'scheme, host and trimpathprefix are texts.',
  examples: [
    {
      bad: plainConfig('middleware: {storage: [{name: rewrite, options: {host: 5}}]}'),
      good: plainConfig('middleware: {storage: [{name: rewrite, options: {trimpathprefix: /x}}]}'),
    },
  ],
  *check({ effective }) {
    for (const { name, index, options } of effective.storageMiddleware) {
      if (name !== 'rewrite') continue
      for (const option of ['scheme', 'host', 'trimpathprefix']) {
        const given = options.entries.get(option)?.value
        if (given === undefined || (given.kind === 'scalar' && given.type === 'string')) continue
        yield refusal(
          value('middleware', 'storage', index, 'options', option),
          `unable to configure storage middleware (rewrite): ${option} must be a string`,
          { remedy: { text: 'Write a text, in quotes where it is a number.' } },
        )
      }
    }
  },
}
