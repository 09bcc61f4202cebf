import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3Boolean: Rule = {
  id: 's3-boolean',
  summary: 'an S3 switch is not a boolean',
  severity: 'error',
  releases: { since: '2.4.0' },
  why: 'The driver takes true, false, and the texts that Go reads as booleans; a number or "yes" in quotes is none.',
  examples: [
    {
      bad: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    encrypt: 1\n',
      good: 'version: 0.1\nstorage:\n  s3:\n    bucket: my-registry\n    region: eu-west-1\n    encrypt: true\n',
    },
  ],
  check: (input) =>
    s3Refusals(
      input,
      ['encrypt', 'secure', 'skipverify', 'forcepathstyle', 'accelerate', 'usedualstack', 'usefipsendpoint'],
      (name) => ({ remedy: { text: `Write ${name}: true or ${name}: false, without quotes.` } }),
    ),
}
