import { parseGoUrl } from '../../registry-config/go-url.ts'
import { textOf } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { textAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

const config = (url: string) =>
  plainConfig(
    `http: {addr: ":5000", secret: s, host: https://example.com}\nmiddleware: {storage: [{name: redirect, options: {baseurl: ${url}}}]}`,
  )

export const redirectSubdomain: Rule = {
  id: 'redirect-subdomain',
  summary: 'clients send their password along with the redirect',
  severity: 'warning',
  releases: { since: '2.2.0' },
  why: 'Clients keep the Authorization header when a redirect leads to a subdomain of the registry’s host. S3 and CloudFront then refuse the request for having two ways to authenticate, and the other host sees the password.',
  examples: [{ bad: config('https://cdn.example.com'), good: config('https://cdn.example.net') }],
  *check({ effective }) {
    const own = parseGoUrl(textAt(effective, 'http', 'host'))
    if ('error' in own || own.host === '') return
    const registry = own.host.replace(/:\d*$/, '')
    for (const { index, options } of effective.storageMiddleware) {
      const text = textOf(options.entries.get('baseurl')?.value)
      const url = parseGoUrl(text.includes('://') ? text : `https://${text}`)
      if ('error' in url || !url.host.replace(/:\d*$/, '').endsWith(`.${registry}`)) continue
      yield {
        at: value('middleware', 'storage', index, 'options', 'baseurl'),
        message: `${url.host} is a subdomain of ${registry}, so clients send it their Authorization header, and it refuses them`,
        remedy: { text: 'Use a host beside the registry’s, not below it.' },
      }
    }
  },
}
