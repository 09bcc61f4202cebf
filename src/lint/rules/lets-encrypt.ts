import { majorOf } from '../../registry-config/releases.ts'
import { plainConfig } from '../example.ts'
import { itemsAt, textAt } from '../look.ts'
import { key, type Rule, refusal, value } from '../rule.ts'

const http = (letsencrypt: string) =>
  plainConfig(`http: {addr: ":443", secret: s, tls: {letsencrypt: {${letsencrypt}}}}`)

export const letsEncrypt: Rule = {
  id: 'lets-encrypt',
  summary: 'Let’s Encrypt cannot give a certificate',
  severity: 'error',
  releases: { since: '2.5.0' },
  why: '2.x speaks the first version of the protocol, which Let’s Encrypt switched off in 2021: registering fails and the registry stops. 3.x wants a directory where 2.x wanted a file, and gives certificates for the hosts listed only.',
  examples: [
    {
      release: '2.8.3',
      bad: http('cachefile: /cache/letsencrypt, email: me@example.com'),
      good: plainConfig(''),
    },
    {
      bad: http('cachefile: /cache/letsencrypt, email: me@example.com'),
      good: http('cachefile: /cache, hosts: [registry.example.com]'),
    },
  ],
  *check({ effective, release }) {
    if (textAt(effective, 'http', 'tls', 'letsencrypt', 'cachefile') === '') return
    if (textAt(effective, 'http', 'tls', 'certificate') !== '') return
    const at = key('http', 'tls', 'letsencrypt')
    if (majorOf(release) === 2) {
      yield refusal(at, 'registering at Let’s Encrypt fails, as its old protocol is gone', {
        remedy: { text: 'Use 3.x, or set certificate and key from another ACME client.' },
      })
    } else if (itemsAt(effective, 'http', 'tls', 'letsencrypt', 'hosts').length === 0) {
      yield {
        at,
        severity: 'warning',
        message: 'there are no hosts, so no name gets a certificate and every TLS handshake fails',
        remedy: { text: 'List the registry’s names in http.tls.letsencrypt.hosts.' },
      }
    }
    const cache = textAt(effective, 'http', 'tls', 'letsencrypt', 'cachefile')
    if (majorOf(release) === 3 && /\.\w+$/.test(cache)) {
      yield {
        at: value('http', 'tls', 'letsencrypt', 'cachefile'),
        severity: 'warning',
        message: `cachefile is a directory in 3.x, and ${cache} looks like the file of 2.x, in which nothing can be kept`,
        remedy: { text: 'Write the path of a directory that the registry may write to.' },
      }
    }
  },
}
