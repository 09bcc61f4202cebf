import { isS3 } from '../../registry-config/effective.ts'
import { withS3 } from '../example.ts'
import { type Rule, refusal } from '../rule.ts'

export const caBundle: Rule = {
  id: 'ca-bundle',
  summary: 'AWS_CA_BUNDLE stops the S3 driver of 2.7 and 2.8',
  severity: 'error',
  releases: { since: '2.7.0', until: '3.0.0' },
  why: 'These releases replace the SDK’s transport for their user agent, and the SDK cannot add a bundle to a transport it does not know.',
  examples: [
    {
      release: '2.8.3',
      bad: withS3(''),
      good: withS3(''),
      environment: { AWS_CA_BUNDLE: '/etc/ca.pem' },
      goodEnvironment: {},
    },
  ],
  *check({ effective, environment }) {
    if (effective.storage === undefined || !isS3(effective.storage.driver) || !environment.AWS_CA_BUNDLE)
      return
    yield refusal(
      { kind: 'variable', name: 'AWS_CA_BUNDLE' },
      "failed to create new session with aws config: LoadCustomCABundleError: unable to load custom CA bundle, HTTPClient's transport unsupported type",
      { remedy: { text: 'Unset it and add the authority to the system’s certificates, or use 3.x.' } },
    )
  },
}
