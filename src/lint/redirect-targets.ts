import { parseGoUrl } from '../registry-config/go-url.ts'
import { textOf } from '../registry-config/value.ts'
import { type At, type LintInput, value } from './rule.ts'
import { s3In } from './s3.ts'

/** The URLs that clients are sent to for blobs, as they are written: those of the middlewares, else the store's own. */
export function redirectTargets(input: LintInput): readonly { readonly at: At; readonly url: string }[] {
  const middlewares = input.effective.storageMiddleware
  const s3 = s3In(input)
  if (middlewares.length > 0) {
    return middlewares.map(({ index, options }) => ({
      at: value('middleware', 'storage', index, 'options', 'baseurl'),
      url: textOf(options.entries.get('baseurl')?.value),
    }))
  }
  if (s3 === undefined) return []
  const { redirectEndpoint, regionEndpoint } = s3.values
  return redirectEndpoint === ''
    ? [{ at: s3.at('regionendpoint'), url: regionEndpoint }]
    : [{ at: s3.at('redirectendpoint'), url: redirectEndpoint }]
}

/** The host of a URL, which may lack its scheme, without the port; "" where there is none. */
export function hostOf(text: string): string {
  const url = parseGoUrl(text.includes('://') || text === '' ? text : `https://${text}`)
  return 'error' in url ? '' : url.host.replace(/:\d*$/, '')
}
