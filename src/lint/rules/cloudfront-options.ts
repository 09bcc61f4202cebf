import { readCloudFront } from '../../registry-config/cloudfront-options.ts'
import { type Rule, value } from '../rule.ts'

const config = (options: string) => `version: 0.1
storage:
  s3: {bucket: my-registry, region: eu-west-1}
middleware:
  storage:
    - name: cloudfront
      options:
${options
  .split('\n')
  .map((line) => `        ${line}`)
  .join('\n')}
`

export const cloudfrontOptions: Rule = {
  id: 'cloudfront-options',
  summary: 'a CloudFront option is missing or has the wrong type',
  severity: 'error',
  why: 'The middleware checks its options when the registry starts and stops it with the first that does not fit.',
  examples: [
    {
      bad: config(
        'baseurl: https://d111111abcdef8.cloudfront.net/\nprivatekey: /etc/key.pem\nkeypairid: 123456',
      ),
      good: config(
        'baseurl: https://d111111abcdef8.cloudfront.net/\nprivatekey: /etc/key.pem\nkeypairid: K2JCJMDEHXQW5F',
      ),
    },
  ],
  *check({ effective, release }) {
    for (const { name, index, options } of effective.storageMiddleware) {
      if (name !== 'cloudfront') continue
      for (const problem of readCloudFront(options, release).problems) {
        yield {
          at: value('middleware', 'storage', index, 'options', problem.name),
          refuses: true,
          message: `the registry will not start: unable to configure storage middleware (cloudfront): ${problem.message}`,
          remedy: { text: cures[problem.name] ?? 'Correct the option.' },
        }
      }
    }
  },
}

const cures: Readonly<Record<string, string>> = {
  baseurl: 'Write the distribution’s URL: baseurl: https://d111111abcdef8.cloudfront.net/.',
  privatekey: 'Write the path of the private key’s file.',
  keypairid: 'Write the public key’s ID, in quotes where it is all digits.',
  duration: 'Write a duration with a unit: 20m, 1h. Days have none: 1d is 24h.',
  updatefrequency: 'Write a duration with a unit: 12h.',
  updatefrenquency: 'Write a duration with a unit: 12h.',
  iprangesurl: 'Write a URL, or remove it.',
  ipfilteredby: 'Write none, aws or awsregion. 2.7 needs the option: ipfilteredby: none.',
  awsregion: 'Write the regions in one text: us-east-1, us-east-2.',
}
