import { isS3 } from '../../registry-config/effective.ts'
import { withS3 } from '../example.ts'
import { textAt } from '../look.ts'
import { key, type Rule } from '../rule.ts'

export const proxyOnS3: Rule = {
  id: 'proxy-on-s3',
  summary: 'a mirror on S3 starts only when S3 answers',
  severity: 'note',
  releases: { since: '2.1.0' },
  why: 'A mirror reads scheduler-state.json from the store before it serves. What is an error of one request otherwise (wrong keys, bucket, endpoint) stops the registry here.',
  examples: [{ bad: withS3('', 'proxy: {remoteurl: https://registry-1.docker.io}\n'), good: withS3('') }],
  *check({ effective }) {
    if (
      textAt(effective, 'proxy', 'remoteurl') === '' ||
      effective.storage === undefined ||
      !isS3(effective.storage.driver)
    )
      return
    yield {
      at: key('proxy'),
      message: 'the mirror reads its state from S3 before it starts, and stops when S3 does not answer',
      remedy: { text: 'Look here first when it does not start.' },
    }
  },
}
