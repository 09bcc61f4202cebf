import { isIPv4 } from 'node:net'
import { plainConfig, withS3 } from '../example.ts'
import { textAt } from '../look.ts'
import { hostOf, redirectTargets } from '../redirect-targets.ts'
import type { Rule } from '../rule.ts'

const middleware = (url: string) =>
  plainConfig(`middleware: {storage: [{name: redirect, options: {baseurl: ${url}}}]}`)

export const redirectUnreachable: Rule = {
  id: 'redirect-unreachable',
  summary: 'clients are sent to a host that only the registry may reach',
  severity: 'note',
  releases: { since: '2.4.0' },
  why: 'For a blob the registry sends clients to the store itself. An endpoint with the name of a container, a cluster’s name or a private address works for pushes and fails for pulls from outside.',
  examples: [
    {
      bad: withS3('regionendpoint: http://minio:9000\nforcepathstyle: true'),
      good: withS3('regionendpoint: http://minio:9000\nforcepathstyle: true').replace(
        'http:\n',
        '  redirect: {disable: true}\nhttp:\n',
      ),
    },
    { bad: middleware('http://cdn.lan'), good: middleware('http://cdn.example.com') },
  ],
  *check(input) {
    const { effective } = input
    if (effective.redirectDisabled) return
    const own = textAt(effective, 'http', 'host')
    for (const { at, url } of redirectTargets(input)) {
      const host = hostOf(url)
      if (host === '' || !isInside(host)) continue
      yield {
        at,
        message: `pulls are redirected to ${host}, which clients outside cannot reach`,
        remedy: {
          text: `Set storage.redirect.disable: true${own === '' ? '' : ', or put the store behind a public name'}.`,
        },
      }
    }
  },
}

function isInside(host: string): boolean {
  if (isIPv4(host)) return /^(10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(host)
  return !host.includes('.') || /\.(svc|local|internal|cluster\.local|lan|localdomain)$/.test(host)
}
