import { isTrue } from '../../registry-config/value.ts'
import { plainConfig } from '../example.ts'
import { durationAt, itemsAt, scalarAt, valueAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

const config = (interval: string) =>
  plainConfig(`health: {storagedriver: {enabled: true, interval: ${interval}}}`)

export const healthInterval: Rule = {
  id: 'health-interval',
  summary: 'a health check runs without a pause',
  severity: 'warning',
  releases: { since: '2.2.0' },
  why: 'The check of the store asks it each time, which costs requests, and the processor when the interval is next to nothing.',
  examples: [{ bad: config('10ms'), good: config('10s') }],
  *check({ effective }) {
    const paths = [
      ...(isTrue(valueAt(effective, 'health', 'storagedriver', 'enabled'))
        ? [['health', 'storagedriver', 'interval'] as const]
        : []),
      ...(['file', 'http', 'tcp'] as const).flatMap((list) =>
        itemsAt(effective, 'health', list).map(([index]) => ['health', list, index, 'interval'] as const),
      ),
    ]
    for (const path of paths) {
      const interval = durationAt(effective, ...path)
      if (interval === undefined || interval <= 0n || interval >= 1_000_000_000n) continue
      // That it has no unit is said already.
      if (/^\d+$/.test(scalarAt(effective, ...path)?.text ?? '')) continue
      yield {
        at: value(...path),
        message: 'the check runs many times a second',
        remedy: { text: 'Write 10s.' },
      }
    }
  },
}
