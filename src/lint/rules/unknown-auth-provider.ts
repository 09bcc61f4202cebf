import { atLeast } from '../../registry-config/releases.ts'
import { authOf } from '../auth.ts'
import { plainConfig } from '../example.ts'
import { meant } from '../look.ts'
import { key, type Rule, refusal } from '../rule.ts'

const providers = ['htpasswd', 'silly', 'token']

export const unknownAuthProvider: Rule = {
  id: 'unknown-auth-provider',
  summary: 'the registry cannot authenticate that way',
  severity: 'error',
  why: 'The providers are htpasswd, token and silly. The word none is understood from 2.7 on; before, leave the section out.',
  examples: [
    {
      bad: plainConfig('auth: {htpaswd: {realm: r, path: /p}}'),
      good: plainConfig('auth: {htpasswd: {realm: r, path: /p}}'),
    },
    { release: '2.6.2', bad: plainConfig('auth: none'), good: plainConfig('') },
  ],
  *check({ effective, release }) {
    const { name } = authOf(effective) ?? {}
    if (name === undefined || providers.includes(name)) return
    if (atLeast(release, '2.7.0') && name.toLowerCase() === 'none') return
    const close = meant(name, providers)
    yield refusal(
      key('auth', name),
      `unable to configure authorization (${name}): no access controller registered with name: ${name}`,
      {
        remedy: {
          text: close === undefined ? `Use one of ${providers.join(', ')}.` : `Did you mean ${close}?`,
        },
      },
    )
  },
}
