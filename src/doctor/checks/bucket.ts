import { statusOf } from '../../aws/errors.ts'
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
      const status = statusOf(error)
      if (status !== 404 && status !== 301) throw error
      const message =
        status === 404
          ? `the bucket ${settings.bucket} does not exist`
          : `the bucket ${settings.bucket} is not in ${settings.region}`
      return {
        status: 'fail',
        findings: [
          {
            message,
            place: { kind: 'resource', type: 'S3 bucket', id: settings.bucket },
            remedy: {
              text:
                status === 404
                  ? 'Create it with everything it needs, or correct `bucket` in the config.'
                  : 'Correct `region` in the config.',
              commands: [
                status === 404
                  ? `regctl init --bucket ${settings.bucket}`
                  : `aws s3api get-bucket-location --bucket ${settings.bucket}`,
              ],
            },
          },
        ],
      }
    }
  },
}
