import { regionsOf } from '../../registry-config/s3-values.ts'
import { meant } from '../look.ts'
import type { LintInput, Rule } from '../rule.ts'
import { s3In, s3Refusals } from '../s3.ts'

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
  check: (input) => s3Refusals(input, ['region'], () => ({ remedy: { text: cure(input) } })),
}

function cure(input: LintInput): string {
  const region = s3In(input)?.values.region ?? ''
  if (region === '' || region === '<nil>') return 'Set region to the region of the bucket.'
  const known = regionsOf(input.release)
  const close = meant(region, known)
  if (close !== undefined && !regionsOf('main').includes(region) && !looksReal(region))
    return `Did you mean ${close}?`
  if (!looksReal(region)) return 'Set region to the region of the bucket, such as eu-west-1.'
  return `This release does not know the region yet. Set regionendpoint: https://s3.${region}.amazonaws.com beside it, or use a newer release.`
}

/** A region that the release’s list is too old for. */
function looksReal(region: string): boolean {
  return (
    regionsOf('main').includes(region) ||
    /^(ap-east-2|ap-southeast-[5-9]|mx-central-1|eusc-de-east-1|sa-west-1|ca-west-1)$/.test(region)
  )
}
