import { majorOf } from '../../registry-config/releases.ts'
import { textOf } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { itemsAt, textAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

export const redisAddress: Rule = {
  id: 'redis-address',
  summary: 'several Redis servers stand in one address',
  severity: 'error',
  why: '2.x takes one server, 3.x a list. Servers in one text end in “too many colons in address” when the cache is first used.',
  examples: [
    {
      bad: plainConfig('redis: {addrs: ["a:6379,b:6379"]}'),
      good: plainConfig('redis: {addrs: ["a:6379", "b:6379"]}'),
    },
    {
      release: '2.8.3',
      bad: plainConfig('redis: {addr: "a:6379,b:6379"}'),
      good: plainConfig('redis: {addr: "a:6379"}'),
    },
  ],
  *check({ effective, release }) {
    const three = majorOf(release) === 3
    const addresses = three
      ? itemsAt(effective, 'redis', 'addrs').map(
          ([index, item]) => [['redis', 'addrs', index], textOf(item)] as const,
        )
      : [[['redis', 'addr'], textAt(effective, 'redis', 'addr')] as const]
    for (const [path, address] of addresses) {
      if (!/[,;\s]/.test(address) && !/^\w+:\/\//.test(address)) continue
      yield {
        at: value(...path),
        message: `${address} is not one host:port`,
        remedy: {
          text: three
            ? 'Write each server as an item of the list, without a scheme.'
            : '2.x takes one server, as host:port.',
        },
      }
    }
  },
}
