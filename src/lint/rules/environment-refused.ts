import { plainConfig } from '../example.ts'
import { refusals } from '../refusals.ts'
import type { Rule } from '../rule.ts'
import { isServiceLink } from './environment-ignored.ts'

export const environmentRefused: Rule = {
  id: 'environment-refused',
  summary: 'an environment variable cannot be applied',
  severity: 'error',
  why: 'Every variable that starts with REGISTRY_ is applied to the config, its value read as YAML, and one that does not fit stops the registry. Kubernetes sets such variables for a service whose name begins with registry-.',
  examples: [
    {
      bad: plainConfig(''),
      good: plainConfig(''),
      environment: { REGISTRY_STORAGE_S3_SECRETKEY: '@secret' },
      goodEnvironment: {},
    },
    {
      bad: plainConfig(''),
      good: plainConfig(''),
      environment: { REGISTRY_AUTH_PORT: 'tcp://10.0.0.1:80' },
      goodEnvironment: {},
    },
  ],
  *check(input) {
    yield* refusals(input, 'environment-refused', ({ where }) => {
      const name = where.kind === 'variable' ? where.name : ''
      if (isServiceLink(name))
        return 'Kubernetes sets it for a service; set enableServiceLinks: false for the pod.'
      return /[@%*&!`]/.test(input.environment[name]?.[0] ?? '')
        ? `Put double quotes inside the value of ${name}, so that it begins and ends with one.`
        : 'Correct the value, which is read as YAML, or remove the variable.'
    })
  },
}
