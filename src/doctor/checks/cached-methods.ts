import { methodList } from '../../aws/distribution.ts'
import { methodsFor } from '../../aws/intent.ts'
import { registryBehavior } from '../behavior.ts'
import type { Check } from '../check.ts'
import { drift } from '../drift.ts'

export const cachedMethods: Check = {
  id: 'cached-methods',
  title: 'answers to GET, HEAD and OPTIONS are cached',
  severity: 'warning',
  why: 'What is not cached is fetched from the bucket every time. GET and HEAD always are; OPTIONS is asked by browsers only.',
  permissions: ['cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const found = await context.distribution()
    const { cached } = methodsFor(context.settings.methods)
    const actual = methodList(registryBehavior(found, context.settings)?.AllowedMethods?.CachedMethods?.Items)
    return drift(context.settings, found, { setting: 'cached methods', intended: methodList(cached), actual })
  },
}
