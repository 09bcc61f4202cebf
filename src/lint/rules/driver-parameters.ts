import { driverProblems } from '../../registry-config/driver-parameters.ts'
import { withoutValue } from '../../registry-config/secrets.ts'
import { withStorage } from '../example.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const driverParameters: Rule = {
  id: 'driver-parameters',
  summary: 'a parameter of the driver is missing or of the wrong type',
  severity: 'error',
  why: 'The filesystem, azure, gcs and swift drivers check their parameters when the registry starts.',
  examples: [
    {
      bad: withStorage('filesystem:\n  maxthreads: 1.5'),
      good: withStorage('filesystem:\n  maxthreads: 100'),
    },
    {
      bad: withStorage('azure:\n  container: c'),
      good: withStorage(
        'azure:\n  accountname: account\n  container: c\n  credentials: {type: default_credentials}',
      ),
    },
  ],
  *check({ effective, release }) {
    const { storage } = effective
    if (storage === undefined) return
    for (const { name, message } of driverProblems(storage.driver, storage.parameters, release)) {
      const path = ['storage', storage.driver, name]
      yield refusal(value(...path), withoutValue(effective, path, message), {
        remedy: { text: `Correct ${name}, as the guide of the driver says.` },
      })
    }
  },
}
