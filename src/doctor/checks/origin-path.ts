import { keysFor } from '../../storage/edge-path.ts'
import { blobPath } from '../../storage/layout.ts'
import type { Check } from '../check.ts'
import { pathFault } from '../path-fault.ts'

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
    const fault = pathFault(context.settings, found, example)
    if (fault === undefined)
      return { status: 'pass', seen: `the edge asks for ${keysFor(context.settings, '', example).written}` }
    const { what, why, evidence, remedy } = fault
    const place = { kind: 'resource', type: 'distribution', id: found?.id ?? '' } as const
    return { status: 'fail', findings: [{ message: what, place, evidence, cause: why, remedy }] }
  },
}
