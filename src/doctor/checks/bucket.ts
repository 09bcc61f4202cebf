import { isService, otherRegion } from '../../aws/errors.ts'
import { shellLine } from '../../core/shell.ts'
import type { Check } from '../check.ts'

export const bucket: Check = {
  id: 'bucket',
  title: 'the bucket exists and can be listed',
  severity: 'error',
  why: 'The registry starts without its bucket and fails on the first push; without s3:ListBucket a missing object reads 403, and every push ends in 500.',
  permissions: ['s3:ListBucket'],
  async run({ clients, settings }) {
    try {
      // A list, not a head: only its refusal says why.
      await clients.s3.listObjects({ Bucket: settings.bucket, MaxKeys: 1 })
      return { status: 'pass', seen: settings.bucket }
    } catch (error) {
      const missing = isService(error, 'NoSuchBucket')
      const region = otherRegion(error)
      if (!missing && region === undefined) throw error
      const message = missing
        ? `the bucket ${settings.bucket} does not exist`
        : `the bucket ${settings.bucket} is not in ${settings.region}`
      return {
        status: 'fail',
        findings: [
          {
            message,
            place: { kind: 'resource', type: 'S3 bucket', id: settings.bucket },
            ...(region && { evidence: { expected: settings.region, actual: region } }),
            remedy: missing
              ? {
                  text: 'Correct `bucket` in the config; if the name is right, init makes the bucket, and a distribution of its own.',
                  commands: ['aws s3 ls'],
                }
              : {
                  text: 'Correct `region` in the config.',
                  commands: [shellLine('aws', 's3api', 'get-bucket-location', '--bucket', settings.bucket)],
                },
          },
        ],
      }
    }
  },
}
