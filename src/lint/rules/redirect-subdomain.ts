import { plainConfig, withS3 } from '../example.ts'
import { textAt } from '../look.ts'
import { hostOf, redirectTargets } from '../redirect-targets.ts'
import type { Rule } from '../rule.ts'

const config = (url: string) =>
  plainConfig(
    `http: {addr: ":5000", secret: s, host: https://example.com}\nmiddleware: {storage: [{name: redirect, options: {baseurl: ${url}}}]}`,
  )

const store = (url: string) =>
  withS3(
    `regionendpoint: ${url}\nforcepathstyle: true`,
    'http: {addr: ":5000", secret: s, host: https://example.com}\n',
  )

export const redirectSubdomain: Rule = {
  id: 'redirect-subdomain',
  summary: 'clients send their password along with the redirect',
  severity: 'warning',
  releases: { since: '2.2.0' },
  why: 'Clients keep the Authorization header when a redirect leads to a subdomain of the registry’s host. S3 and CloudFront then refuse the request for having two ways to authenticate, and the other host sees the password.',
  examples: [
    { bad: config('https://cdn.example.com'), good: config('https://cdn.example.net') },
    { bad: store('https://s3.example.com'), good: store('https://s3.example.net') },
  ],
  *check(input) {
    const own = hostOf(textAt(input.effective, 'http', 'host'))
    if (own === '' || input.effective.redirectDisabled) return
    for (const { at, url } of redirectTargets(input)) {
      const host = hostOf(url)
      if (!host.endsWith(`.${own}`)) continue
      yield {
        at,
        message: `${host} is a subdomain of ${own}, so clients send it their Authorization header, and it refuses them`,
        remedy: { text: 'Use a host beside the registry’s, not below it.' },
      }
    }
  },
}
