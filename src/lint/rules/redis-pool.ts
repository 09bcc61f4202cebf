import { plainConfig } from '../example.ts'
import { itemsAt, scalarAt, textAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const redisPool: Rule = {
  id: 'redis-pool',
  summary: 'the Redis pool has no possible size',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'The client makes room for the whole pool when it starts.',
  examples: [
    {
      bad: plainConfig('redis: {addrs: ["redis:6379"], poolsize: -1}'),
      good: plainConfig('redis: {addrs: ["redis:6379"], poolsize: 50}'),
    },
  ],
  *check({ effective }) {
    const size = scalarAt(effective, 'redis', 'poolsize')
    const servers = itemsAt(effective, 'redis', 'addrs').length
    // A cluster has a pool for each node, made when it is first used.
    if (
      size === undefined ||
      servers === 0 ||
      (servers > 1 && textAt(effective, 'redis', 'mastername') === '')
    )
      return
    const number = Number(size.value)
    if (number >= 0 && number < 2 ** 40) return
    yield refusal(
      value('redis', 'poolsize'),
      number < 0 ? 'makechan: size out of range' : 'runtime error: makeslice: cap out of range',
      { remedy: { text: 'Write a number of connections, or remove the key.' } },
    )
  },
}
