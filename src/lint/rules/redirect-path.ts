import { isS3 } from '../../registry-config/effective.ts'
import { parseGoUrl } from '../../registry-config/go-url.ts'
import { majorOf } from '../../registry-config/releases.ts'
import { textOf } from '../../registry-config/value.ts'
import { requiredOriginPath } from '../../storage/edge-path.ts'
import { edgeOf, exampleKeys } from '../cloudfront.ts'
import { withS3 } from '../example.ts'
import { type Rule, value } from '../rule.ts'

const config = (baseurl: string) =>
  withS3(
    'rootdirectory: /prod',
    `middleware: {storage: [{name: redirect, options: {baseurl: ${baseurl}}}]}\n`,
  )

export const redirectPath: Rule = {
  id: 'redirect-path',
  summary: 'the redirect middleware leaves out the root directory, or signs nothing',
  severity: 'warning',
  releases: { since: '2.5.0' },
  why: 'Its URLs are baseurl and the path of the blob, without rootdirectory and without a signature. 2.x drops the path of baseurl, 3.x keeps it, so the same config changes its meaning with an upgrade.',
  examples: [{ bad: config('https://cdn.example.com'), good: config('https://cdn.example.com/prod') }],
  *check(input) {
    const driver = input.effective.storage?.driver
    for (const { name, index, options } of input.effective.storageMiddleware) {
      const url = parseGoUrl(textOf(options.entries.get('baseurl')?.value))
      if (name !== 'redirect' || 'error' in url || url.host === '' || driver === undefined || !isS3(driver))
        continue
      const at = value('middleware', 'storage', index, 'options', 'baseurl')
      const edge = edgeOf(input, 'redirect', url.path)
      const keys = exampleKeys(edge)
      const origin = requiredOriginPath(edge)
      if (keys.requested !== keys.written) {
        yield {
          at,
          message: `clients ask ${url.host} for ${keys.requested}, and the registry writes ${keys.written}`,
          remedy: {
            text:
              origin === undefined
                ? 'Correct the path of baseurl.'
                : `Let the server put ${origin} in front, as a distribution’s origin path does${majorOf(input.release) === 3 ? ', or put it in baseurl' : ''}.`,
          },
        }
      }
      if (majorOf(input.release) === 2 && url.path !== '' && url.path !== '/') {
        yield {
          at,
          message: `2.x drops the path ${url.path} of baseurl; 3.x keeps it`,
          remedy: { text: 'Remove it.' },
        }
      }
    }
  },
}
