import { before } from '../../registry-config/releases.ts'
import { at, isTrue, textOf } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { durationAt, itemsAt, valueAt } from '../look.ts'
import { key, type Rule, refusal, value } from '../rule.ts'

const lists = [
  ['file', 'file'],
  ['http', 'uri'],
  ['tcp', 'addr'],
] as const

export const healthChecks: Rule = {
  id: 'health-checks',
  summary: 'health checks stand in each other’s way',
  severity: 'error',
  releases: { since: '2.2.0' },
  why: 'A check is registered by its file, URI or address, and two of one name stop the registry, as does an interval below zero. 2.2 to 2.4 cannot read http and tcp checks at all.',
  examples: [
    {
      bad: plainConfig('health: {file: [{file: /tmp/down}, {file: /tmp/down}]}'),
      good: plainConfig('health: {file: [{file: /tmp/down}, {file: /tmp/drain}]}'),
    },
    {
      bad: plainConfig('health: {storagedriver: {enabled: true, interval: -10s}}'),
      good: plainConfig('health: {storagedriver: {enabled: true, interval: 10s}}'),
    },
    {
      release: '2.4.1',
      bad: plainConfig('health: {tcp: [{addr: "redis:6379"}]}'),
      good: plainConfig('health: {file: [{file: /tmp/down}]}'),
    },
  ],
  *check({ effective, release }) {
    const seen = new Set<string>()
    const negative = (interval: bigint | undefined) => interval !== undefined && interval < 0n
    if (isTrue(valueAt(effective, 'health', 'storagedriver', 'enabled'))) {
      if (effective.storage !== undefined) seen.add(`storagedriver_${effective.storage.driver}`)
      if (negative(durationAt(effective, 'health', 'storagedriver', 'interval'))) {
        yield refusal(value('health', 'storagedriver', 'interval'), 'non-positive interval for NewTicker', {
          remedy: { text: 'Write 10s.' },
        })
      }
    }
    for (const [list, name] of lists) {
      for (const [index, item] of itemsAt(effective, 'health', list)) {
        const path = ['health', list, index] as const
        if (list !== 'file' && before(release, '2.5.0')) {
          const struct = list === 'http' ? 'HTTPChecker' : 'TCPChecker'
          yield refusal(key(...path), `Duplicated key 'interval' in struct configuration.${struct}`, {
            remedy: { text: 'Remove the check, or use 2.5 or newer.' },
          })
          continue
        }
        const called = textOf(at(item, name))
        if (seen.has(called))
          yield refusal(value(...path, name), `Check already exists: ${called}`, {
            remedy: { text: 'Keep one check of that name.' },
          })
        seen.add(called)
        if (negative(durationAt(effective, ...path, 'interval'))) {
          yield refusal(value(...path, 'interval'), 'non-positive interval for NewTicker', {
            remedy: { text: 'Write 10s.' },
          })
        }
      }
    }
  },
}
