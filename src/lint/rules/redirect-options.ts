import { parseGoUrl } from '../../registry-config/go-url.ts'
import type { MapValue } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const redirectOptions: Rule = {
  id: 'redirect-options',
  summary: 'the redirect middleware has no usable baseurl',
  severity: 'error',
  releases: { since: '2.5.0' },
  why: 'The middleware needs a URL with scheme and host, and checks it when the registry starts.',
  examples: [
    {
      bad: plainConfig('middleware: {storage: [{name: redirect, options: {baseurl: cdn.example.com}}]}'),
      good: plainConfig(
        'middleware: {storage: [{name: redirect, options: {baseurl: https://cdn.example.com}}]}',
      ),
    },
  ],
  *check({ effective }) {
    for (const { name, index, options } of effective.storageMiddleware) {
      if (name !== 'redirect') continue
      const problem = problemOf(options)
      if (problem === undefined) continue
      yield refusal(
        value('middleware', 'storage', index, 'options', 'baseurl'),
        `unable to configure storage middleware (redirect): ${problem}`,
        { remedy: { text: 'Write baseurl with its scheme: https://cdn.example.com.' } },
      )
    }
  },
}

function problemOf(options: MapValue): string | undefined {
  const given = options.entries.get('baseurl')?.value
  if (given === undefined) return 'no baseurl provided'
  if (given.kind !== 'scalar' || given.type !== 'string') return 'baseurl must be a string'
  const url = parseGoUrl(String(given.value))
  if ('error' in url) return `unable to parse redirect baseurl: ${String(given.value)}`
  if (url.scheme === '') return 'no scheme specified for redirect baseurl'
  return url.host === '' ? 'no host specified for redirect baseurl' : undefined
}
