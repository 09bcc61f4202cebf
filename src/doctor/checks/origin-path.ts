import { keysFor, requiredOriginPath } from '../../storage/edge-path.ts'
import { blobPath } from '../../storage/layout.ts'
import { registryOrigin } from '../behavior.ts'
import type { Check } from '../check.ts'
import { initCure } from '../init-cure.ts'

const example = blobPath(`sha256:${'0'.repeat(64)}`)
  .replace('/00/', '/…/')
  .replace(/0{64}/, '…')

export const originPath: Check = {
  id: 'origin-path',
  title: 'origin path, base URL and rootdirectory lead to the keys the registry writes',
  severity: 'error',
  why: 'CloudFront puts the origin path before the path of the URL. With the cloudfront middleware that path already holds rootdirectory, whatever the public guide says: a second one makes every pull fail while pushes work.',
  permissions: ['cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const found = await context.distribution()
    const { settings } = context
    const actual = registryOrigin(found, settings)?.OriginPath ?? ''
    const keys = keysFor(settings, actual, example)
    if (keys.written === keys.requested)
      return { status: 'pass', seen: `the edge asks for ${keys.requested}` }
    const required = requiredOriginPath(settings)
    const doubled = keys.requested.endsWith(keys.written) && keys.requested !== keys.written
    return {
      status: 'fail',
      findings: [
        {
          message: doubled
            ? `the path is doubled: the edge asks S3 for ${keys.requested}, and the registry writes ${keys.written}`
            : `the edge asks S3 for ${keys.requested}, and the registry writes ${keys.written}`,
          place: { kind: 'resource', type: 'distribution', id: found?.id ?? '' },
          evidence: {
            expected: required === undefined ? 'another base URL' : `origin path ${JSON.stringify(required)}`,
            actual: `origin path ${JSON.stringify(actual)}`,
          },
          cause: `rootdirectory is ${JSON.stringify(settings.rootDirectory)}, and the URLs of the ${settings.middleware} middleware ${settings.middleware === 'cloudfront' ? 'already hold it' : 'leave it out'}`,
          remedy:
            required === undefined
              ? { text: 'No origin path can remove the path of baseurl: take it out of the config.' }
              : initCure(`Set the origin path to ${JSON.stringify(required)}.`, settings, found),
        },
      ],
    }
  },
}
