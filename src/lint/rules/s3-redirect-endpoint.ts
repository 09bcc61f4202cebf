import { parseGoUrl } from '../../registry-config/go-url.ts'
import { withS3 } from '../example.ts'
import { type Rule, value } from '../rule.ts'
import { s3In, s3Refusals } from '../s3.ts'

export const s3RedirectEndpoint: Rule = {
  id: 's3-redirect-endpoint',
  summary: 'redirectendpoint is no plain URL, or leads to another host',
  severity: 'error',
  releases: { since: 'main' },
  why: 'It must have a scheme and a host, and neither path nor query. Unless forcepathstyle is true, clients are sent to a host that begins with the bucket.',
  examples: [
    {
      release: 'main',
      bad: withS3('redirectendpoint: https://s3.example.com/path'),
      good: withS3('redirectendpoint: https://s3.example.com\nforcepathstyle: true'),
    },
    {
      release: 'main',
      bad: withS3('redirectendpoint: https://s3.example.com'),
      good: withS3('redirectendpoint: https://s3.example.com\nforcepathstyle: true'),
    },
  ],
  *check(input) {
    yield* s3Refusals(input, ['redirectendpoint'], () => ({
      remedy: { text: 'Write it as https://s3.example.com, without path and query.' },
    }))
    const { redirectEndpoint = '', forcePathStyle, bucket } = s3In(input)?.values ?? {}
    const url = parseGoUrl(redirectEndpoint)
    if (forcePathStyle === true || 'error' in url || url.host === '') return
    yield {
      at: value('storage', input.effective.storage?.driver ?? '', 'redirectendpoint'),
      severity: 'warning',
      message: `clients are sent to ${bucket}.${url.host}, because forcepathstyle is off`,
      remedy: { text: 'Set forcepathstyle: true, or make that name lead to the store.' },
    }
  },
}
