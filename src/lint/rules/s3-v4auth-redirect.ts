import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

const endpoint = 'regionendpoint: http://old-store.example.com\nforcepathstyle: true\nv4auth: false'

export const s3V4authRedirect: Rule = {
  id: 's3-v4auth-redirect',
  summary: 'without version 4 signatures redirects are broken',
  severity: 'error',
  releases: { since: '2.8.0' },
  why: 'With v4auth: false the driver redirects clients to http:/bucket/key, without host and signature, so every pull of a blob fails.',
  examples: [
    {
      bad: withS3(endpoint),
      good: withS3(endpoint).replace('http:\n', '  redirect: {disable: true}\nhttp:\n'),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (
      s3 === undefined ||
      s3.values.v4Auth ||
      s3.values.regionEndpoint === '' ||
      input.effective.redirectDisabled
    )
      return
    yield {
      at: s3.at('v4auth'),
      message: 'v4auth: false makes redirects without a host, so pulls fail',
      remedy: { text: 'Remove it, or set storage.redirect.disable: true.' },
    }
  },
}
