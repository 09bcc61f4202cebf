import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'

export const environmentRefused: Rule = {
  id: 'environment-refused',
  summary: 'an environment variable cannot be applied',
  severity: 'error',
  why: 'Every variable that starts with REGISTRY_ is applied to the config, its value read as YAML, and one that does not fit stops the registry. Kubernetes sets such variables for a service named registry-…',
  examples: [
    {
      bad: 'version: 0.1\nstorage: {inmemory: {}}\n',
      good: 'version: 0.1\nstorage: {inmemory: {}}\n',
      environment: { REGISTRY_STORAGE_S3_SECRETKEY: '@secret' },
      goodEnvironment: {},
    },
  ],
  check: (input) => refusals(input, 'variable'),
}
