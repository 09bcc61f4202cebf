import { before } from '../../registry-config/releases.ts'
import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3V4auth: Rule = {
  id: 's3-v4auth',
  summary: 'version 4 signatures are off where they are needed',
  severity: 'error',
  why: 'Amazon S3 takes version 4 signatures only.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    v4auth: false\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n',
    },
  ],
  check: (input) =>
    s3Refusals(input, ['v4auth'], () => ({
      remedy: { text: before(input.release, '2.4.0') ? 'Set v4auth: true.' : 'Remove v4auth.' },
    })),
}
