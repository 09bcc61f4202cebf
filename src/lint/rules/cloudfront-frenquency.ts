import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import { nodeOf, type Rule, replaced } from '../rule.ts'

export const cloudfrontFrenquency: Rule = {
  id: 'cloudfront-frenquency',
  summary: 'an option has its old spelling',
  severity: 'note',
  releases: { since: '3.0.0' },
  why: '2.7 and 2.8 know updatefrenquency only, and let it overwrite duration; 3.x knows both spellings, warns of this one, and lets it overrule the right one.',
  examples: [{ bad: withCloudFront('updatefrenquency: 12h'), good: withCloudFront('updatefrequency: 12h') }],
  *check(input) {
    for (const edge of cloudFronts(input)) {
      const entry = edge.options.entries.get('updatefrenquency')
      if (entry === undefined) continue
      const both = edge.written('updatefrequency') !== undefined
      yield {
        at: edge.keyAt('updatefrenquency'),
        message: both
          ? 'updatefrenquency overrules updatefrequency'
          : 'updatefrenquency is the old spelling of updatefrequency',
        remedy: { text: both ? 'Remove it.' : 'Write updatefrequency.' },
        ...(both || nodeOf(entry.value) === undefined ? {} : replaced(entry.key, 'updatefrequency')),
      }
    }
  },
}
