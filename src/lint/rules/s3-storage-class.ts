import { storageClassesOf } from '../../registry-config/s3-values.ts'
import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3StorageClass: Rule = {
  id: 's3-storage-class',
  summary: 'the storage class is unknown to this release',
  severity: 'error',
  why: 'The driver has a list of storage classes built in; classes that need a restore before reading are in none.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    storageclass: GLACIER\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    storageclass: STANDARD_IA\n',
    },
  ],
  check: (input) =>
    s3Refusals(input, ['storageclass'], () => ({
      remedy: { text: `Use one of ${storageClassesOf(input.release).join(', ')}.` },
    })),
}
