import { plainConfig } from '../example.ts'
import { valueAt } from '../look.ts'
import { key, type Rule } from '../rule.ts'

export const authAtRandom: Rule = {
  id: 'auth-at-random',
  summary: 'the environment adds a second way to authenticate',
  severity: 'error',
  why: 'In the file two providers are refused; where a variable adds the second, the registry takes one at random, at each start anew, and may take one half of each.',
  examples: [
    {
      bad: plainConfig('auth: {silly: {realm: r, service: s}}'),
      good: plainConfig('auth: {silly: {realm: r, service: s}}'),
      environment: { REGISTRY_AUTH_HTPASSWD: '{realm: r, path: /p}' },
      goodEnvironment: { REGISTRY_AUTH_SILLY_REALM: 'other' },
    },
  ],
  *check({ effective }) {
    const section = valueAt(effective, 'auth')
    if (section?.kind !== 'map' || section.entries.size < 2 || effective.refusals.length > 0) return
    const names = [...section.entries.keys()].map(String)
    const added =
      names.find((name) => section.entries.get(name)?.value.origin.from === 'variable') ?? names[0] ?? ''
    yield {
      at: key('auth', added),
      message: `the registry takes one of ${names.join(', ')} at random: a variable adds a second way to authenticate`,
      remedy: {
        text: 'Remove one. In Kubernetes, set enableServiceLinks: false where a service is named registry-auth.',
      },
    }
  },
}
