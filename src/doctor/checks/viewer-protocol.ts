import { registryBehavior } from '../behavior.ts'
import type { Check } from '../check.ts'
import { drift } from '../drift.ts'

export const viewerProtocol: Check = {
  id: 'viewer-protocol',
  title: 'viewers must use HTTPS',
  severity: 'error',
  why: 'The scheme is part of what is signed: a URL redirected from http never has a valid signature, and one served over http gives layers and signatures away.',
  permissions: ['cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const found = await context.distribution()
    const actual = registryBehavior(found, context.settings)?.ViewerProtocolPolicy ?? ''
    return drift(context.settings, found, {
      setting: 'viewer protocol policy',
      intended: 'https-only',
      actual,
      // What is sent on is refused then, and nothing is served over http.
      severity: actual === 'redirect-to-https' ? 'warning' : undefined,
    })
  },
}
