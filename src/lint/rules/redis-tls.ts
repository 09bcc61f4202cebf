import { lineOf } from '../../registry-config/releases.ts'
import { plainConfig } from '../example.ts'
import { itemsAt, textAt } from '../look.ts'
import { key, type Rule, refusal } from '../rule.ts'

const redis = (tls: string) => plainConfig(`redis: {addrs: ["redis:6379"], tls: {${tls}}}`)

export const redisTls: Rule = {
  id: 'redis-tls',
  summary: 'TLS to Redis lacks the certificate or its key',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'A client certificate needs its key. 3.0 stops without one of the two; 3.1 goes on without the certificate.',
  examples: [
    { release: '3.0.0', bad: redis('certificate: /c.pem'), good: redis('certificate: /c.pem, key: /k.pem') },
    { bad: redis('certificate: /c.pem'), good: redis('certificate: /c.pem, key: /k.pem') },
  ],
  *check({ effective, release }) {
    const certificate = textAt(effective, 'redis', 'tls', 'certificate')
    const file = textAt(effective, 'redis', 'tls', 'key')
    if ((certificate === '') === (file === '') || itemsAt(effective, 'redis', 'addrs').length === 0) return
    const at = key('redis', 'tls', certificate === '' ? 'key' : 'certificate')
    const remedy = { remedy: { text: 'Set both, or neither.' } }
    if (lineOf(release) === '3.0') yield refusal(at, 'open : no such file or directory', remedy)
    else {
      yield {
        at,
        severity: 'warning',
        message: 'certificate and key are needed together; the registry connects without a certificate',
        ...remedy,
      }
    }
  },
}
