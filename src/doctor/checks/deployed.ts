import { shellLine } from '../../core/shell.ts'
import type { Check } from '../check.ts'

export const deployed: Check = {
  id: 'deployed',
  title: 'the last change of the distribution has reached every edge',
  severity: 'warning',
  why: 'Until then edges answer by the former settings or the new ones, each as it has them.',
  permissions: ['cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const found = await context.distribution()
    if (found?.status === 'Deployed') return { status: 'pass' }
    return {
      status: 'fail',
      findings: [
        {
          message: 'the distribution is still being deployed',
          place: { kind: 'resource', type: 'distribution', id: found?.id ?? '' },
          evidence: { expected: 'Deployed', actual: found?.status ?? 'unknown' },
          remedy: {
            text: 'Wait some minutes and look again.',
            commands: [
              shellLine('aws', 'cloudfront', 'wait', 'distribution-deployed', '--id', found?.id ?? ''),
            ],
          },
        },
      ],
    }
  },
}
