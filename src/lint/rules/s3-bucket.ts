import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3Bucket: Rule = {
  id: 's3-bucket',
  summary: 'the bucket is missing',
  severity: 'error',
  why: 'Without a bucket the driver does not start.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3: {region: eu-west-1}\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n',
    },
  ],
  check: (input) =>
    s3Refusals(input, ['bucket'], () => ({ remedy: { text: 'Set bucket to the bucket’s name.' } })),
}
