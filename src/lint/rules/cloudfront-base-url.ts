import { before } from '../../registry-config/releases.ts'
import { cloudFronts, edgeOf, exampleKeys } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import type { Complaint, Rule } from '../rule.ts'

export const cloudfrontBaseUrl: Rule = {
  id: 'cloudfront-base-url',
  summary: 'signed URLs made from baseurl are refused or miss the object',
  severity: 'error',
  why: 'The registry puts baseurl before the object key, which begins with rootdirectory, and signs that. A path in baseurl is asked for at the origin too, where no object has it. Up to 2.3 the signed text and the URL differ unless baseurl is exactly scheme://host/.',
  examples: [
    {
      bad: withCloudFront('baseurl: https://d111111abcdef8.cloudfront.net/prod/', '', 'rootdirectory: /prod'),
      good: withCloudFront('', '', 'rootdirectory: /prod'),
    },
    { bad: withCloudFront('baseurl: https://my-registry.s3.amazonaws.com/'), good: withCloudFront('') },
    {
      release: '2.3.1',
      bad: withCloudFront('baseurl: https://d111111abcdef8.cloudfront.net').replace(/ +objectacl.*\n/, ''),
      good: withCloudFront('').replace(/ +objectacl.*\n/, ''),
    },
  ],
  *check(input) {
    for (const edge of cloudFronts(input)) {
      const at = edge.at('baseurl')
      const { url, values } = edge
      if (url === undefined || edge.written('baseurl') === undefined) continue
      const say = (message: string, text: string): Complaint => ({ at, message, remedy: { text } })
      const plain = `${url.scheme || 'https'}://${url.host}/`
      if (url.host === '') {
        yield say(
          `baseurl has no host, so signed URLs go to ${values.baseUrl}`,
          'Write it as https://d111111abcdef8.cloudfront.net/.',
        )
        continue
      }
      if (!['http', 'https'].includes(url.scheme)) {
        yield say(
          `pulls fail: a signed URL must be http or https, not ${url.scheme || 'without a scheme'}`,
          `Write ${plain.replace(/^[^:]*/, 'https')}.`,
        )
      }
      const scheme = /^[^:]+(?=:\/\/)/.exec(values.baseUrl)?.[0] ?? ''
      if (scheme !== scheme.toLowerCase()) {
        yield say(
          `the scheme is signed as it is written, ${scheme}, and CloudFront compares it with ${url.scheme}: no signature fits`,
          `Write ${plain}.`,
        )
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: all that is no ASCII.
      if (/[^\u0000-\u007f]/.test(values.baseUrl)) {
        yield say(
          'pulls fail: the registry signs no URL with letters beyond ASCII',
          'Write the host in its ASCII form (xn--…).',
        )
      }
      const port = /:(\d+)$/.exec(url.host)?.[1]
      if (
        port !== undefined &&
        !['80', '443'].includes(port) &&
        !/^(localhost|127\.|\[::1\])/.test(url.host)
      ) {
        yield say(
          `CloudFront listens on the ports 80 and 443 only, so nobody answers at ${url.host}`,
          `Write ${plain.replace(`:${port}`, '')}.`,
        )
      }
      if (/\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com$|^s3[.-]/.test(url.host)) {
        yield say(
          `${url.host} is Amazon S3, which does not take CloudFront’s signatures`,
          'Write the distribution’s domain name.',
        )
      }
      if (url.query !== '' || /[?#]/.test(values.baseUrl)) {
        yield say('a query or a fragment in baseurl breaks every signed URL', `Write ${plain}.`)
      } else if (before(input.release, '2.4.0') && values.baseUrl !== plain) {
        yield say(
          `before 2.4 baseurl must be exactly scheme://host/, or the signature never fits: ${values.baseUrl}`,
          `Write ${plain}.`,
        )
      } else if (url.path !== '/') {
        const path = url.path.replace(/\/+$/, '')
        const keys = exampleKeys(edgeOf(input, 'cloudfront', url.path))
        yield {
          ...say(
            path === ''
              ? `baseurl ends in more than one slash, so the edge asks for /${keys.written} with a slash too many`
              : `baseurl has the path ${path}, so the edge asks S3 for ${keys.requested}, and the registry writes ${keys.written}`,
            `Write ${plain}: rootdirectory is in the signed URL already, and the distribution’s origin path stays empty.`,
          ),
          evidence: { expected: keys.written, actual: keys.requested },
        }
      }
      if (before(input.release, '3.0.0') && /[&<>]/.test(values.baseUrl)) {
        yield say('before 3.0 the characters & < > in baseurl break the signed policy', 'Remove them.')
      }
    }
  },
}
