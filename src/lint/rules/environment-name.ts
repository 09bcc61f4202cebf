import { plainConfig } from '../example.ts'
import type { Rule } from '../rule.ts'

export const environmentName: Rule = {
  id: 'environment-name',
  summary: 'a variable’s name is not quite one of the registry’s',
  severity: 'error',
  why: 'Only names that begin with REGISTRY_ in capitals are looked at. A blank before the equals sign in a compose file becomes part of the name. The variables of the first Docker registry mean nothing to this one, which then keeps everything in its own container.',
  examples: [
    {
      bad: plainConfig(''),
      good: plainConfig(''),
      environment: { 'REGISTRY_STORAGE_DELETE_ENABLED ': ' true' },
      goodEnvironment: { REGISTRY_STORAGE_DELETE_ENABLED: 'true' },
    },
    {
      bad: plainConfig(''),
      good: plainConfig(''),
      environment: { SETTINGS_FLAVOR: 's3' },
      goodEnvironment: {},
    },
  ],
  *check({ environment }) {
    for (const name of Object.keys(environment)) {
      const at = { kind: 'variable', name } as const
      const clean = name.trim().toUpperCase().replaceAll('-', '_')
      if (first.has(name)) {
        yield {
          at,
          severity: 'warning',
          message: `${name} is of the first Docker registry; this one does not know it`,
          remedy: { text: 'Use REGISTRY_STORAGE_S3_BUCKET and the like.' },
        }
      } else if (
        name !== clean &&
        clean.startsWith('REGISTRY_') &&
        (name !== name.trim() || !name.startsWith('REGISTRY_'))
      ) {
        yield {
          at,
          message: `${JSON.stringify(name)} is not ${clean}, so the registry does not look at it`,
          remedy: { text: `Name it ${clean}, without blanks and in capitals.` },
        }
      }
    }
  },
}

const first = new Set([
  'SETTINGS_FLAVOR',
  'STORAGE_PATH',
  'AWS_BUCKET',
  'AWS_KEY',
  'AWS_SECRET',
  'AWS_SECURE',
  'AWS_ENCRYPT',
  'SEARCH_BACKEND',
  'GUNICORN_OPTS',
  'STANDALONE',
  'INDEX_ENDPOINT',
  'CACHE_REDIS_HOST',
])
