import { registryBehavior } from '../behavior.ts'
import type { Check } from '../check.ts'
import { drift } from '../drift.ts'

export const restrictedAccess: Check = {
  id: 'restricted-access',
  title: 'viewer access is restricted to signed URLs',
  severity: 'error',
  why: "Without it, whoever knows or guesses a digest reads the layer: the registry's own access control is bypassed.",
  permissions: ['cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const found = await context.distribution()
    const behavior = registryBehavior(found, context.settings)
    if (behavior?.TrustedKeyGroups?.Enabled) return { status: 'pass', seen: 'by trusted key groups' }
    if (behavior?.TrustedSigners?.Enabled)
      return { status: 'pass', seen: 'by trusted signers, the legacy form' }
    return drift(context.settings, found, {
      setting: 'restricted viewer access',
      intended: 'trusted key groups',
      actual: 'open to all',
    })
  },
}
