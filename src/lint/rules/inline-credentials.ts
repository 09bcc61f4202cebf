import { keyAt, parameterMaps } from '../../registry-config/known.ts'
import { pathText } from '../../registry-config/problem.ts'
import { withS3 } from '../example.ts'
import { textAt } from '../look.ts'
import type { Rule } from '../rule.ts'

export const inlineCredentials: Rule = {
  id: 'inline-credentials',
  summary: 'a secret stands in the file',
  severity: 'note',
  why: 'Whoever reads the file has the key, and so has every backup and every copy in a repository. The S3 driver finds a role by itself, and every key can come from a variable instead.',
  examples: [
    { bad: withS3('accesskey: AKIDEXAMPLE\nsecretkey: example-only'), good: withS3('') },
    {
      bad: withS3('accesskey: AKIDEXAMPLE\nsecretkey: example-only'),
      good: withS3(''),
      goodEnvironment: {
        REGISTRY_STORAGE_S3_ACCESSKEY: 'AKIDEXAMPLE',
        REGISTRY_STORAGE_S3_SECRETKEY: 'example-only',
      },
    },
  ],
  *check({ effective }) {
    for (const [path, map] of parameterMaps(effective)) {
      for (const [name, entry] of map.entries) {
        const here = [...path, String(name)]
        const { value } = entry
        if (name === 'accesskey' || keyAt(effective, here)?.secret !== true) continue
        if (
          value.origin.from !== 'file' ||
          value.kind !== 'scalar' ||
          value.type === 'null' ||
          value.value === ''
        )
          continue
        if (/\$\{|\{\{/.test(value.text)) continue
        const variable = `REGISTRY_${here.join('_').toUpperCase()}`
        yield {
          at: { kind: 'node', node: entry.key ?? value.origin.node },
          message: `the secret ${pathText(here)} stands in the file`,
          remedy: {
            text:
              path[1] === 's3' && textAt(effective, 'storage', 's3', 'regionendpoint') === ''
                ? `Let the registry use a role, or set ${variable}.`
                : `Set ${variable} instead.`,
          },
        }
      }
    }
  },
}
