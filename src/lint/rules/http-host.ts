import { parseGoUrl } from '../../registry-config/go-url.ts'
import { plainConfig } from '../example.ts'
import { textAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const httpHost: Rule = {
  id: 'http-host',
  summary: 'http.host is not the URL that clients use',
  severity: 'error',
  releases: { since: '2.2.0' },
  why: 'Locations are built from it. Without a scheme or a host it has no effect at all, silently; what is no URL stops the registry.',
  examples: [
    {
      bad: plainConfig('http: {addr: ":5000", secret: s, host: registry.example.com}'),
      good: plainConfig('http: {addr: ":5000", secret: s, host: https://registry.example.com}'),
    },
    {
      bad: plainConfig(
        'http: {addr: ":443", secret: s, host: http://registry.example.com, tls: {certificate: /c.pem, key: /k.pem}}',
      ),
      good: plainConfig(
        'http: {addr: ":443", secret: s, host: https://registry.example.com, tls: {certificate: /c.pem, key: /k.pem}}',
      ),
    },
  ],
  *check({ effective }) {
    const host = textAt(effective, 'http', 'host')
    if (host === '') return
    const url = parseGoUrl(host)
    const remedy = { remedy: { text: 'Write it as https://registry.example.com.' } }
    if ('error' in url) {
      yield refusal(value('http', 'host'), `could not parse http "host" parameter: ${url.error}`, remedy)
    } else if (url.scheme === '' || url.host === '') {
      yield {
        at: value('http', 'host'),
        severity: 'warning',
        message: `http.host ${JSON.stringify(host)} has no ${url.scheme === '' ? 'scheme' : 'host'}, so the registry ignores it`,
        ...remedy,
      }
    } else if (url.scheme === 'http' && textAt(effective, 'http', 'tls', 'certificate') !== '') {
      yield {
        at: value('http', 'host'),
        severity: 'warning',
        message:
          'the registry serves TLS, and http.host sends pushes to plain HTTP after their first request',
        remedy: { text: `Write https://${url.host}.` },
      }
    }
  },
}
