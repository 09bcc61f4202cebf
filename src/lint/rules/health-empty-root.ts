import { isS3 } from '../../registry-config/effective.ts'
import { isTrue } from '../../registry-config/value.ts'
import { withS3 } from '../example.ts'
import { valueAt } from '../look.ts'
import { key, type Rule } from '../rule.ts'

export const healthEmptyRoot: Rule = {
  id: 'health-empty-root',
  summary: 'an empty bucket makes the registry answer 503',
  severity: 'warning',
  releases: { since: '2.6.0', until: '2.7.0' },
  why: '2.6 takes an empty bucket for a failed check, so a new registry answers every request with 503 and nothing can be pushed.',
  examples: [
    { release: '2.6.2', bad: withS3('', 'health: {storagedriver: {enabled: true}}\n'), good: withS3('') },
  ],
  *check({ effective }) {
    if (!isTrue(valueAt(effective, 'health', 'storagedriver', 'enabled'))) return
    if (effective.storage === undefined || !isS3(effective.storage.driver)) return
    yield {
      at: key('health', 'storagedriver'),
      message: '2.6 answers 503 to everything while the bucket is empty',
      remedy: { text: 'Turn the check on after the first push, or use 2.7 or newer.' },
    }
  },
}
