import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3Region: Rule = {
  id: 's3-region',
  summary: 'the region is missing or unknown to this release',
  severity: 'error',
  why: 'The driver compares the region with a list built into the release, letter by letter.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3: {bucket: my-registry, region: eu-west-9}\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n',
    },
  ],
  check: (input) => s3Refusals(input, ['region']),
}
