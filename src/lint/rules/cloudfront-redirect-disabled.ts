import { withCloudFront } from '../example.ts'
import { type Rule, value } from '../rule.ts'

export const cloudfrontRedirectDisabled: Rule = {
  id: 'cloudfront-redirect-disabled',
  summary: 'redirects are off, so no middleware is used',
  severity: 'error',
  releases: { since: '2.1.0' },
  why: 'With storage.redirect.disable: true the registry serves every blob itself. The middleware is built and checked all the same, so nothing looks wrong.',
  examples: [
    {
      bad: withCloudFront('')
        .replace('middleware:', '  redirect: {disable: true}\nmiddleware:')
        .replace(/^http:[\s\S]*?(?= {2}redirect)/m, ''),
      good: withCloudFront(''),
    },
  ],
  *check({ effective }) {
    const used = effective.storageMiddleware.find(({ name }) => name === 'cloudfront' || name === 'redirect')
    if (!effective.redirectDisabled || used === undefined) return
    yield {
      at: value('storage', 'redirect', 'disable'),
      message: `storage.redirect.disable is true, so ${used.name} is never asked and the registry serves blobs itself`,
      remedy: { text: 'Set it to false, or remove it.' },
    }
  },
}
