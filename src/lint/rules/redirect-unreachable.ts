import { isIPv4 } from 'node:net'
import { parseGoUrl } from '../../registry-config/go-url.ts'
import { withS3 } from '../example.ts'
import { textAt } from '../look.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

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
  ],
  *check(input) {
    const s3 = s3In(input)
    const { effective } = input
    if (s3 === undefined || effective.redirectDisabled || effective.storageMiddleware.length > 0) return
    if (s3.values.redirectEndpoint !== '' || s3.values.regionEndpoint === '') return
    const endpoint = s3.values.regionEndpoint
    const url = parseGoUrl(endpoint.includes('://') ? endpoint : `https://${endpoint}`)
    if ('error' in url) return
    const host = url.host.replace(/:\d*$/, '')
    const own = textAt(effective, 'http', 'host')
    if (!isInside(host)) return
    yield {
      at: s3.at('regionendpoint'),
      message: `pulls are redirected to ${host}, which clients outside cannot reach`,
      remedy: {
        text: `Set storage.redirect.disable: true${own === '' ? '' : ', or put the store behind a public name'}.`,
      },
    }
  },
}

function isInside(host: string): boolean {
  if (isIPv4(host)) return /^(10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(host)
  return !host.includes('.') || /\.(svc|local|internal|cluster\.local|lan|localdomain)$/.test(host)
}
