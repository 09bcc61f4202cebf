import { sprint } from '../../registry-config/go-values.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

const names = [
  'chunksize',
  'multipartcopychunksize',
  'multipartcopymaxconcurrency',
  'multipartcopythresholdsize',
]

export const s3SizeTruncated: Rule = {
  id: 's3-size-truncated',
  summary: 'a size is cut off at its first character that is no digit',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: '3.x reads digits as far as there are any and drops the rest: 32MB is 32, and large numbers with an exponent are their first digit.',
  examples: [
    { bad: withS3('multipartcopythresholdsize: 32MB'), good: withS3('multipartcopythresholdsize: 33554432') },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined) return
    const read: Readonly<Record<string, number | bigint>> = {
      chunksize: s3.values.chunkSize,
      multipartcopychunksize: s3.values.multipartCopyChunkSize,
      multipartcopymaxconcurrency: s3.values.multipartCopyMaxConcurrency,
      multipartcopythresholdsize: s3.values.multipartCopyThresholdSize,
    }
    for (const name of names) {
      const text = sprint(s3.written(name))
      const digits = /^[ \t]*[-+]?\d+/.exec(text)?.[0]
      if (digits === undefined || digits === text || Number(digits) !== Number(read[name])) continue
      yield {
        at: s3.at(name),
        message: `${name}: ${text} is ${digits.trim()} to the registry`,
        remedy: { text: 'Write it in bytes, as digits only.' },
      }
    }
  },
}
