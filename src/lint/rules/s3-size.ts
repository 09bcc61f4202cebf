import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3Size: Rule = {
  id: 's3-size',
  summary: 'an S3 size is no number, or out of range',
  severity: 'error',
  why: 'Sizes are bytes. Part sizes must be between 5 MiB and 5 GiB, which are the limits of S3.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    chunksize: 1048576\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    chunksize: 10485760\n',
    },
  ],
  check: (input) =>
    s3Refusals(
      input,
      ['chunksize', 'multipartcopychunksize', 'multipartcopymaxconcurrency', 'multipartcopythresholdsize'],
      (name) => ({
        remedy: {
          text:
            name === 'multipartcopymaxconcurrency'
              ? 'Write a number from 1 on, as digits only.'
              : 'Write it in bytes, as digits only: 10485760 is 10 MiB.',
        },
      }),
    ),
}
