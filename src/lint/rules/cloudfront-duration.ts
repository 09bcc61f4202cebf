import { atLeast, before } from '../../registry-config/releases.ts'
import { cloudFronts } from '../cloudfront.ts'
import { withCloudFront } from '../example.ts'
import type { Rule } from '../rule.ts'

export const cloudfrontDuration: Rule = {
  id: 'cloudfront-duration',
  summary: 'signed URLs are good for too short or too long',
  severity: 'warning',
  why: 'A URL that has run out cannot be resumed, and one that lives for hours is a pass for whoever gets hold of it. Zero and less make URLs that have run out before they are sent. In 2.7 and 2.8 updatefrenquency overwrites duration.',
  examples: [
    { bad: withCloudFront('duration: 10s'), good: withCloudFront('duration: 20m') },
    { bad: withCloudFront('duration: 24h'), good: withCloudFront('duration: 1h') },
    { bad: withCloudFront('duration: 0s'), good: withCloudFront('') },
    { release: '2.8.3', bad: withCloudFront('updatefrenquency: 12h'), good: withCloudFront('') },
  ],
  *check(input) {
    for (const edge of cloudFronts(input)) {
      const overwritten =
        atLeast(input.release, '2.7.0') &&
        before(input.release, '3.0.0') &&
        edge.written('updatefrenquency') !== undefined
      const at = edge.at(overwritten ? 'updatefrenquency' : 'duration')
      const seconds = edge.values.duration
      if (overwritten && isText(edge.written('updatefrenquency'))) {
        yield {
          at,
          severity: 'error',
          message: `updatefrenquency overwrites duration in this release: signed URLs are good for ${seconds} s`,
          remedy: { text: 'Remove it, or use 3.x, where updatefrequency does what it says.' },
        }
      } else if (seconds <= 0) {
        yield {
          at,
          severity: 'error',
          message: 'signed URLs have run out before they are sent',
          remedy: { text: 'Write 20m.' },
        }
      } else if (seconds < 60) {
        yield {
          at,
          message: `signed URLs are good for ${seconds} s, which a slow client or a clock that is off does not make`,
          remedy: { text: 'Write 20m.' },
        }
      } else if (seconds > 6 * 3600) {
        yield {
          at,
          message: `signed URLs are good for ${seconds / 3600} h for whoever gets hold of one`,
          remedy: { text: 'Write 20m, or as long as the largest layer takes.' },
        }
      }
    }
  },
}

function isText(value: unknown): boolean {
  return (value as { type?: unknown } | undefined)?.type === 'string'
}
