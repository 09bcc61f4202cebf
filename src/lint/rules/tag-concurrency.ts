import { withStorage } from '../example.ts'
import { valueAt } from '../look.ts'
import { type Rule, refusal, value } from '../rule.ts'

export const tagConcurrency: Rule = {
  id: 'tag-concurrency',
  summary: 'storage.tag.concurrencylimit is no integer from 0 on',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'The registry takes a real integer here, and 0 for the number of processors.',
  examples: [
    {
      bad: withStorage('inmemory: {}\ntag: {concurrencylimit: "8"}'),
      good: withStorage('inmemory: {}\ntag: {concurrencylimit: 8}'),
    },
  ],
  *check({ effective }) {
    const limit = valueAt(effective, 'storage', 'tag', 'concurrencylimit')
    if (limit === undefined) return
    const at = value('storage', 'tag', 'concurrencylimit')
    const number = limit.kind === 'scalar' && limit.type === 'int' ? BigInt(limit.value as number) : undefined
    if (number === undefined || number > 2n ** 63n - 1n) {
      yield refusal(at, 'tag lookup concurrency limit config key must have a integer value', {
        remedy: { text: 'Write an integer from 0 on, without quotes.' },
      })
    } else if (number < 0n) {
      yield refusal(at, 'tag lookup concurrency limit should be a non-negative integer value', {
        remedy: { text: 'Write an integer from 0 on, without quotes.' },
      })
    }
  },
}
