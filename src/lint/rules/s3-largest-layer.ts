import { before } from '../../registry-config/releases.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

const gibibyte = 1024 ** 3

export const s3LargestLayer: Rule = {
  id: 's3-largest-layer',
  summary: 'the chunk size limits layers to less than by default',
  severity: 'note',
  why: 'S3 takes ten thousand parts, so the largest layer is ten thousand times chunksize. Up to 2.8.1 a resumed upload of more than a thousand parts is cut off.',
  examples: [{ bad: withS3('chunksize: 5242880'), good: withS3('chunksize: 10485760') }],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined) return
    const chunk = Number(s3.values.chunkSize)
    const largest = ((chunk * 10_000) / gibibyte).toFixed(1)
    if (chunk < 10_485_760) {
      yield {
        at: s3.at('chunksize'),
        message: `the largest layer is ${largest} GiB: ten thousand parts of ${chunk} bytes`,
        remedy: { text: 'Raise chunksize where larger layers are pushed.' },
      }
    }
    const cuts = before(input.release, '2.8.2') && !before(input.release, '2.4.0')
    // Beyond what the default chunk size makes of all ten thousand parts nobody is surprised.
    if (cuts && chunk < 104_857_600) {
      const resumed = ((chunk * 1000) / gibibyte).toFixed(1)
      yield {
        at: s3.at('chunksize'),
        message: `a layer above ${resumed} GiB whose upload is resumed loses data: this release reads the first thousand parts only`,
        remedy: { text: 'Use 2.8.2 or newer.' },
      }
    }
  },
}
