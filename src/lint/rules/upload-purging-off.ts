import { isS3 } from '../../registry-config/effective.ts'
import { withS3, withStorage } from '../example.ts'
import { valueAt } from '../look.ts'
import { type Rule, value } from '../rule.ts'

export const uploadPurgingOff: Rule = {
  id: 'upload-purging-off',
  summary: 'abandoned uploads stay for ever',
  severity: 'note',
  why: 'Interrupted pushes leave files behind. The registry removes its own after a week, unless told not to; the parts at S3 it never removes, for which the bucket needs a lifecycle rule.',
  examples: [
    {
      bad: withStorage('inmemory: {}\nmaintenance: {uploadpurging: {enabled: false}}'),
      good: withStorage(
        'inmemory: {}\nmaintenance: {uploadpurging: {enabled: true, age: 168h, interval: 24h, dryrun: false}}',
      ),
    },
    { bad: withStorage('inmemory: {}\nmaintenance: {uploadpurging: {enabled: false}}'), good: withS3('') },
  ],
  *check({ effective }) {
    const enabled = valueAt(effective, 'storage', 'maintenance', 'uploadpurging', 'enabled')
    if (enabled?.kind !== 'scalar' || enabled.value !== false) return
    const s3 = effective.storage !== undefined && isS3(effective.storage.driver)
    yield {
      at: value('storage', 'maintenance', 'uploadpurging', 'enabled'),
      message: 'files of interrupted pushes are never removed',
      remedy: {
        text: s3
          ? 'Remove it, and give the bucket the lifecycle rule AbortIncompleteMultipartUpload.'
          : 'Remove it, or clean up by other means.',
      },
    }
  },
}
