import { methodList } from '../../aws/distribution.ts'
import { methodsFor } from '../../aws/intent.ts'
import { registryBehavior } from '../behavior.ts'
import type { Check } from '../check.ts'
import { drift } from '../drift.ts'

export const allowedMethods: Check = {
  id: 'allowed-methods',
  title: 'the allowed methods are the intended ones',
  severity: 'error',
  why: 'Pulls need GET and HEAD; without them it is an error, otherwise a warning. The public guide allows seven methods, which is the default intent; --methods read-only states the narrower one.',
  permissions: ['cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const found = await context.distribution()
    const { allowed } = methodsFor(context.settings.methods)
    const methods: readonly string[] = registryBehavior(found, context.settings)?.AllowedMethods?.Items ?? []
    return drift(context.settings, found, {
      setting: 'allowed methods',
      intended: methodList(allowed),
      actual: methodList(methods),
      severity: methods.includes('GET') && methods.includes('HEAD') ? 'warning' : undefined,
    })
  },
}
