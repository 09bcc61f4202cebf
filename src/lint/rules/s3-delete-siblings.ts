import { before } from '../../registry-config/releases.ts'
import { isTrue } from '../../registry-config/value.ts'
import { withS3 } from '../example.ts'
import { valueAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'
import { s3In } from '../s3.ts'

const config = withS3('').replace('http:\n', '  delete: {enabled: true}\nhttp:\n')

export const s3DeleteSiblings: Rule = {
  id: 's3-delete-siblings',
  summary: 'deleting misses, or takes more than was meant',
  severity: 'note',
  releases: { until: '3.0.0' },
  why: 'From 2.6 to 2.8 a tag is not deleted, silently, when another continues its name with a dash or a dot (latest and latest-dev). Before 2.6 everything that begins with the name is deleted with it.',
  examples: [{ release: '2.8.3', bad: config, good: withS3('') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined || !isTrue(valueAt(input.effective, 'storage', 'delete', 'enabled'))) return
    const old = before(input.release, '2.6.0')
    yield {
      at: value('storage', 'delete', 'enabled'),
      severity: old ? 'error' : 'note',
      message: old
        ? 'deleting a tag or a repository deletes every other whose name begins with its name'
        : 'deleting a tag does nothing when another tag continues its name with - or . (latest, latest-dev)',
      remedy: { text: 'Use 3.x where things are deleted.' },
    }
  },
}
