import { storage } from '../../registry-config/schema/storage.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'

const reserved: readonly string[] = storage.filter((section) => section.reserved).map(({ name }) => name)

export const environmentReplaces: Rule = {
  id: 'environment-replaces',
  summary: 'a variable replaces a whole section of the file',
  severity: 'warning',
  releases: { since: '2.2.0' },
  why: 'REGISTRY_STORAGE=s3 replaces storage with everything in it: delete, cache, redirect, maintenance, and the driver’s own parameters. Longer names are applied after shorter ones, so what it leaves can be filled again.',
  examples: [
    {
      bad: withS3('').replace('http:\n', '  delete: {enabled: true}\nhttp:\n'),
      good: withS3(''),
      environment: { REGISTRY_STORAGE: '{s3: {bucket: my-registry, region: eu-west-1}}' },
      goodEnvironment: { REGISTRY_STORAGE_S3_BUCKET: 'other' },
    },
  ],
  *check({ effective, environment, document }) {
    if (environment.REGISTRY_STORAGE === undefined || document.root?.kind !== 'map') return
    const section = document.root.pairs.find(
      ({ key }) => key.kind === 'scalar' && key.text === 'storage',
    )?.value
    if (section?.kind !== 'map') return
    const left = effective.root.fields.get('storage')?.value
    // That the driver is another one is what people set it for.
    const lost = section.pairs
      .flatMap(({ key }) => (key.kind === 'scalar' && reserved.includes(key.text) ? [key.text] : []))
      .filter((name) => !(left?.kind === 'map' && left.entries.get(name)?.value.origin.from === 'variable'))
    if (lost.length === 0) return
    yield {
      at: { kind: 'variable', name: 'REGISTRY_STORAGE' },
      // The image's own config has these, and nobody misses them.
      ...(lost.every((name) => ['cache', 'tag'].includes(name)) ? { severity: 'note' } : {}),
      message: `REGISTRY_STORAGE replaces the whole section storage of the file, so this is lost: ${lost.join(', ')}`,
      remedy: {
        text: 'Set the keys one by one, as in REGISTRY_STORAGE_S3_BUCKET, or everything in the variable.',
      },
    }
  },
}
