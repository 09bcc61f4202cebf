import { before } from '../../registry-config/releases.ts'
import { withS3, withStorage } from '../example.ts'
import { type Rule, refusal } from '../rule.ts'
import { s3In } from '../s3.ts'

const flags = ['encrypt', 'secure', 'v4auth']
const texts = ['accesskey', 'secretkey', 'rootdirectory']

export const s3EarlyValues: Rule = {
  id: 's3-early-values',
  summary: 'the first releases read S3 parameters to the letter',
  severity: 'error',
  releases: { until: '2.4.0' },
  why: 'Up to 2.3 switches take real booleans only, and a key without a value is the text <nil>, which then stands before every object key.',
  examples: [
    { release: '2.3.1', bad: withS3('encrypt: "true"'), good: withS3('encrypt: true') },
    {
      release: '2.3.1',
      bad: withStorage('s3: {bucket: my-registry, region: eu-west-1, rootdirectory: }'),
      good: withStorage('s3: {bucket: my-registry, region: eu-west-1}'),
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !before(input.release, '2.4.0')) return
    for (const name of flags) {
      const written = s3.written(name)
      if (written === undefined || (written.kind === 'scalar' && written.type === 'bool')) continue
      yield refusal(s3.at(name), `The ${name} parameter should be a boolean`, {
        remedy: { text: 'Write true or false, without quotes.' },
      })
    }
    for (const name of texts) {
      const written = s3.written(name)
      if (written?.kind !== 'scalar' || written.type !== 'null') continue
      yield {
        at: s3.keyAt(name),
        message: `${name} has no value and becomes the text <nil>`,
        remedy: { text: 'Remove the key.' },
      }
    }
  },
}
