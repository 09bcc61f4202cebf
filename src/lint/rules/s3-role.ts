import { withS3 } from '../example.ts'
import { key, type Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Role: Rule = {
  id: 's3-role',
  summary: 'this release knows no task or pod identity',
  severity: 'note',
  releases: { until: '3.0.0' },
  why: 'Up to 2.8 the driver asks the config, the environment, the shared file and the EC2 instance’s role. It uses neither ECS task roles nor service accounts of EKS: it falls back to the node’s role, or finds none.',
  examples: [
    { release: '2.8.3', bad: withS3(''), good: withS3('accesskey: AKIDEXAMPLE\nsecretkey: example-only') },
    {
      release: '2.8.3',
      bad: withS3(''),
      good: withS3(''),
      goodEnvironment: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example-only' },
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !s3.isAws || (s3.values.accessKey !== '' && s3.values.secretKey !== '')) return
    if (input.environment.AWS_ACCESS_KEY_ID) return
    yield {
      at: key('storage', s3.driver),
      message:
        'there are no keys, so only the role of the EC2 instance is left: no ECS task role, no service account',
      remedy: { text: 'Where the registry runs in ECS or EKS, use 3.x or give it keys.' },
    }
  },
}
