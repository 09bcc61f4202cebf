import type { EffectiveConfig } from '../../registry-config/effective.ts'
import { atLeast, majorOf, type Release } from '../../registry-config/releases.ts'
import { cipherSuitesOf, tlsVersionsOf } from '../../registry-config/tls-values.ts'
import { textOf } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { itemsAt, textAt } from '../look.ts'
import { key, type Rule, refusal, value } from '../rule.ts'

const http = (tls: string) => plainConfig(`http: {addr: ":5000", secret: s, tls: {${tls}}}`)

export const tlsSettings: Rule = {
  id: 'tls-settings',
  summary: 'a TLS setting is unknown to this release, or does not go with another',
  severity: 'error',
  why: 'Versions and cipher suites are names out of a list, checked when the listener has a certificate. 3.0 removed TLS 1.0 and 1.1 and the suites with RC4 and CBC-SHA256.',
  examples: [
    {
      bad: http('certificate: /c.pem, key: /k.pem, minimumtls: tls1.1'),
      good: http('certificate: /c.pem, key: /k.pem, minimumtls: tls1.2'),
    },
    {
      bad: http('certificate: /c.pem, key: /k.pem, ciphersuites: [TLS_RSA_WITH_RC4_128_SHA]'),
      good: http('certificate: /c.pem, key: /k.pem, ciphersuites: [TLS_AES_128_GCM_SHA256]'),
    },
    { bad: http('certificate: /c.pem'), good: http('certificate: /c.pem, key: /k.pem') },
    { bad: http('key: /k.pem'), good: http('certificate: /c.pem, key: /k.pem') },
  ],
  *check({ effective, release }) {
    const certificate = textAt(effective, 'http', 'tls', 'certificate')
    const cacheFile = atLeast(release, '2.5.0')
      ? textAt(effective, 'http', 'tls', 'letsencrypt', 'cachefile')
      : ''
    if (certificate === '' && cacheFile === '') {
      if (textAt(effective, 'http', 'tls', 'key') !== '') {
        yield {
          at: key('http', 'tls', 'key'),
          message: 'there is a key but no certificate, so the registry serves plain HTTP, silently',
          remedy: { text: 'Set http.tls.certificate, or remove the key.' },
        }
      }
      return
    }
    yield* versions(effective, release)
    for (const [index, item] of itemsAt(effective, 'http', 'tls', 'clientcas')) {
      if (textOf(item) !== '') continue
      yield refusal(value('http', 'tls', 'clientcas', index), 'open : no such file or directory', {
        remedy: {
          text: 'Name a file, or remove the entry. A variable that ends in an index sets an empty text.',
        },
      })
    }
    if (certificate !== '' && cacheFile !== '') {
      yield refusal(key('http', 'tls', 'letsencrypt'), "cannot specify both certificate and Let's Encrypt")
    } else if (certificate !== '' && textAt(effective, 'http', 'tls', 'key') === '') {
      yield refusal(key('http', 'tls', 'certificate'), 'open : no such file or directory', {
        remedy: { text: 'Set http.tls.key to the certificate’s private key.' },
      })
    }
  },
}

function* versions(effective: EffectiveConfig, release: Release) {
  if (!atLeast(release, '2.8.0')) return
  const known = tlsVersionsOf(release)
  const minimum = textAt(effective, 'http', 'tls', 'minimumtls')
  if (minimum !== '' && !known.includes(minimum)) {
    const message = `unknown minimum TLS level '${minimum}' specified for http.tls.minimumtls`
    yield refusal(value('http', 'tls', 'minimumtls'), message, {
      remedy: { text: `Use one of ${known.join(', ')}.` },
    })
  }
  if (minimum === 'tls1.3' && majorOf(release) === 3) return
  const names = cipherSuitesOf(release)
  for (const [index, item] of itemsAt(effective, 'http', 'tls', 'ciphersuites')) {
    if (names.includes(textOf(item))) continue
    const gone = cipherSuitesOf('2.8.3').includes(textOf(item))
      ? { remedy: { text: '3.0 removed this suite.' } }
      : {}
    yield refusal(
      value('http', 'tls', 'ciphersuites', index),
      `unknown TLS cipher suite '${textOf(item)}' specified for http.tls.cipherSuites`,
      gone,
    )
  }
}
