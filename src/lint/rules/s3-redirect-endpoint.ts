import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3Refusals } from '../s3.ts'

export const s3RedirectEndpoint: Rule = {
  id: 's3-redirect-endpoint',
  summary: 'redirectendpoint is no plain URL',
  severity: 'error',
  releases: { since: 'main' },
  why: 'It must have a scheme and a host, and neither path nor query.',
  examples: [
    {
      release: 'main',
      bad: withS3('redirectendpoint: https://s3.example.com/path'),
      good: withS3('redirectendpoint: https://s3.example.com'),
    },
  ],
  check: (input) =>
    s3Refusals(input, ['redirectendpoint'], () => ({
      remedy: { text: 'Write it as https://s3.example.com, without path and query.' },
    })),
}
