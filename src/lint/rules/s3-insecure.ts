import { before } from '../../registry-config/releases.ts'
import { withS3 } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

export const s3Insecure: Rule = {
  id: 's3-insecure',
  summary: 'traffic to the store is open or unchecked',
  severity: 'warning',
  why: 'secure: false sends layers and signatures in the clear, and clients are redirected to plain HTTP; skipverify takes any certificate. In 2.7 and 2.8 skipverify also switches proxies off.',
  examples: [
    { bad: withS3('secure: false'), good: withS3('secure: true') },
    { bad: withS3('skipverify: true'), good: withS3('skipverify: false') },
    {
      release: '2.8.3',
      bad: withS3('regionendpoint: https://minio.example.com\nskipverify: true'),
      good: withS3('regionendpoint: https://minio.example.com\nskipverify: true'),
      environment: { HTTPS_PROXY: 'http://proxy.example.com:3128' },
      goodEnvironment: {},
    },
  ],
  *check(input) {
    const s3 = s3In(input)
    if (s3 === undefined) return
    const { secure, skipVerify, regionEndpoint } = s3.values
    if (!secure && !regionEndpoint.includes('://') && regionEndpoint === '') {
      yield {
        at: s3.at('secure'),
        message: 'secure: false sends everything to Amazon S3 in the clear',
        remedy: { text: 'Remove it.' },
      }
    }
    if (!secure && /^https:/i.test(regionEndpoint)) {
      yield {
        at: s3.at('secure'),
        severity: 'note',
        message: 'secure: false has no effect: the scheme of regionendpoint wins',
        remedy: { text: 'Remove it.' },
      }
    }
    const proxy = Object.keys(input.environment).find((name) => /^https?_proxy$/i.test(name))
    if (skipVerify && before(input.release, '3.0.0') && proxy !== undefined) {
      yield {
        at: s3.at('skipverify'),
        message: `skipverify switches ${proxy} off in this release, so the registry talks to the store directly`,
        remedy: { text: 'Remove skipverify, or use 3.0 or newer.' },
      }
    }
    if (skipVerify && s3.isAws) {
      yield {
        at: s3.at('skipverify'),
        message: 'skipverify takes any certificate for Amazon S3',
        remedy: { text: 'Remove it.' },
      }
    }
  },
}
