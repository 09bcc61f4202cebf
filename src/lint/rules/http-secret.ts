import { majorOf } from '../../registry-config/releases.ts'
import { plainConfig } from '../example.ts'
import { textAt } from '../look.ts'
import { key, type Rule } from '../rule.ts'

export const httpSecret: Rule = {
  id: 'http-secret',
  summary: 'each replica makes a secret of its own',
  severity: 'note',
  why: 'The secret signs the state of an upload between requests. Without one the registry makes one at each start, so with several replicas, and after a restart, uploads end in “blob upload unknown”.',
  examples: [
    { bad: plainConfig('http: {addr: ":5000"}'), good: plainConfig('http: {addr: ":5000", secret: shared}') },
  ],
  *check({ effective, release }) {
    if (textAt(effective, 'http', 'secret') !== '') return
    // A mirror takes no uploads.
    if (majorOf(release) === 3 && textAt(effective, 'proxy', 'remoteurl') !== '') return
    yield {
      at: key('http'),
      message: 'there is no http.secret, so uploads fail where there are several replicas',
      remedy: { text: 'Give all replicas the same text, best through REGISTRY_HTTP_SECRET.' },
    }
  },
}
