import { before } from '../../registry-config/releases.ts'
import type { Rule } from '../rule.ts'
import { s3In, s3Refusals } from '../s3.ts'

export const s3V4auth: Rule = {
  id: 's3-v4auth',
  summary: 'version 4 signatures are off where they are needed',
  severity: 'error',
  why: 'Amazon S3 takes version 4 signatures only. The registry refuses to start without them on the hosts that it takes for Amazon’s, which the regional ones are not.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    v4auth: false\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n',
    },
  ],
  *check(input) {
    const refusals = [
      ...s3Refusals(input, ['v4auth'], () => ({
        remedy: { text: before(input.release, '2.4.0') ? 'Set v4auth: true.' : 'Remove v4auth.' },
      })),
    ]
    yield* refusals
    const s3 = s3In(input)
    if (refusals.length > 0 || s3 === undefined || before(input.release, '2.6.0')) return
    if (s3.values.v4Auth || !s3.isAws) return
    yield {
      at: s3.at('v4auth'),
      message: `the registry starts, but ${s3.values.regionEndpoint} takes no version 2 signatures, so every request fails`,
      remedy: { text: 'Remove v4auth and regionendpoint.' },
    }
  },
}
