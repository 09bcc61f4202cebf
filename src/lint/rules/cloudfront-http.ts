import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import type { Rule } from '../rule.ts'

export const cloudfrontHttp: Rule = {
  id: 'cloudfront-http',
  summary: 'signed URLs are for plain HTTP',
  severity: 'warning',
  why: 'The scheme is part of what is signed. A distribution that takes HTTPS only refuses the URL, one that redirects to HTTPS makes the signature wrong, and one that takes HTTP sends layers and signatures in the clear.',
  examples: [
    { bad: withCloudFront('baseurl: http://d111111abcdef8.cloudfront.net/'), good: withCloudFront('') },
  ],
  *check(input) {
    for (const edge of cloudFronts(input)) {
      if (edge.url?.scheme !== 'http') continue
      yield {
        at: edge.at('baseurl'),
        message: 'baseurl is http, which a distribution for HTTPS refuses',
        remedy: { text: `Write https://${edge.url.host}/.` },
      }
    }
  },
}
