import { isTrue } from '../../registry-config/value.ts'
import { withStorage } from '../example.ts'
import { textAt, valueAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

const storage = (more: string) =>
  withStorage(`inmemory: {}\ncache: {blobdescriptor: redis}${more}`, 'redis: {addr: "redis:6379"}\n')

export const redisCacheDelete: Rule = {
  id: 'redis-cache-delete',
  summary: 'a deleted blob can be read again from another repository',
  severity: 'warning',
  releases: { until: '3.1.0' },
  why: 'Before 3.1.0 the Redis cache keeps a blob’s entry of other repositories when it is deleted from one (advisory GHSA-f2g3-hh2r-cwgc).',
  examples: [{ release: '2.8.3', bad: storage('\ndelete: {enabled: true}'), good: storage('') }],
  *check({ effective }) {
    const name = (['blobdescriptor', 'layerinfo'] as const).find(
      (one) => textAt(effective, 'storage', 'cache', one) === 'redis',
    )
    if (name === undefined) return
    if (!isTrue(valueAt(effective, 'storage', 'delete', 'enabled'))) return
    yield {
      at: value('storage', 'cache', name),
      // Harbor writes the old name, cannot write another cache, and checks every pull itself.
      ...(name === 'layerinfo' ? { severity: 'note' } : {}),
      message: 'with deletion on, this release’s Redis cache serves deleted blobs to other repositories',
      remedy: { text: 'Use 3.1 or newer, or the inmemory cache.' },
    }
  },
}
