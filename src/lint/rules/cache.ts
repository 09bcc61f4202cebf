import { parseAtoi, sprint } from '../../registry-config/go-values.ts'
import { before, majorOf } from '../../registry-config/releases.ts'
import { withStorage } from '../example.ts'
import { itemsAt, textAt, valueAt } from '../look.ts'
import { key, type Rule, refusal, value } from '../rule.ts'

export const cache: Rule = {
  id: 'cache',
  summary: 'the blob descriptor cache cannot be used',
  severity: 'error',
  why: 'The redis cache needs a Redis server in the section redis: addr in 2.x, the list addrs in 3.x. The size is an integer.',
  examples: [
    {
      bad: withStorage('inmemory: {}\ncache: {blobdescriptor: redis}', 'redis: {addr: "redis:6379"}\n'),
      good: withStorage('inmemory: {}\ncache: {blobdescriptor: redis}', 'redis: {addrs: ["redis:6379"]}\n'),
    },
    {
      bad: withStorage('inmemory: {}\ncache: {blobdescriptor: inmemory, blobdescriptorsize: 10k}'),
      good: withStorage('inmemory: {}\ncache: {blobdescriptor: inmemory, blobdescriptorsize: 10000}'),
    },
  ],
  *check({ effective, release }) {
    if (valueAt(effective, 'storage', 'cache') === undefined) return
    const name =
      valueAt(effective, 'storage', 'cache', 'blobdescriptor') === undefined || before(release, '2.1.0')
        ? 'layerinfo'
        : 'blobdescriptor'
    const kind = textAt(effective, 'storage', 'cache', name)
    if (kind === 'redis') {
      const three = majorOf(release) === 3
      const configured = three
        ? itemsAt(effective, 'redis', 'addrs').length > 0
        : textAt(effective, 'redis', 'addr') !== ''
      if (configured) return
      const text = three
        ? 'List the servers in redis.addrs; redis.addr is of 2.x.'
        : 'Name the server in redis.addr; redis.addrs is of 3.x.'
      yield refusal(
        value('storage', 'cache', name),
        'redis configuration required to use for layerinfo cache',
        { remedy: { text } },
      )
      return
    }
    if (kind === 'inmemory' && majorOf(release) === 3) {
      const size = valueAt(effective, 'storage', 'cache', 'blobdescriptorsize')
      if (size === undefined || parseAtoi(sprint(size)) !== undefined) return
      yield refusal(
        value('storage', 'cache', 'blobdescriptorsize'),
        `invalid blobdescriptorsize value ${sprint(size)}`,
        { remedy: { text: 'Write a number of entries, as digits only.' } },
      )
      return
    }
    if (kind === 'inmemory') return
    yield {
      at: key('storage', 'cache'),
      severity: 'warning',
      message:
        'there is no cache: blobdescriptor is neither redis nor inmemory, and the registry only logs a warning',
      remedy: { text: 'Write blobdescriptor: inmemory, or redis.' },
    }
  },
}
