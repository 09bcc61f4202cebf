import { withStorage } from '../example.ts'
import type { Rule } from '../rule.ts'
import { s3In } from '../s3.ts'

const s3Config = (bucket: string) => withStorage(`s3: {bucket: ${bucket}, region: eu-west-1}`)

export const s3BucketName: Rule = {
  id: 's3-bucket-name',
  summary: 'the bucket is no bucket’s name',
  severity: 'error',
  why: 'The name is not checked when the registry starts; with a wrong one every request fails. A directory in the bucket belongs in rootdirectory.',
  examples: [
    { bad: s3Config('my-registry/prod'), good: s3Config('my-registry') },
    { bad: s3Config('s3://my-registry'), good: s3Config('my-registry') },
    { bad: s3Config('My-Registry'), good: s3Config('my-registry') },
  ],
  *check(input) {
    const s3 = s3In(input)
    const bucket = s3?.values.bucket ?? ''
    if (s3 === undefined || bucket === '' || /\$\{|\{\{/.test(bucket)) return
    const problem = problemOf(bucket)
    if (problem !== undefined) yield { at: s3.at('bucket'), ...problem }
    else if (s3.isAws && /[A-Z_]/.test(bucket)) {
      yield {
        at: s3.at('bucket'),
        severity: 'warning',
        message: `${bucket} has ${/[A-Z]/.test(bucket) ? 'capitals' : 'an underscore'}, which only buckets have that were made in us-east-1 before 2018`,
        remedy: { text: 'Write the bucket’s name as Amazon S3 lists it.' },
      }
    }
  },
}

function problemOf(bucket: string) {
  if (/^s3:\/\//.test(bucket))
    return {
      message: `${bucket} is a URL; the bucket is its name alone`,
      remedy: { text: 'Write the name alone, as in my-registry.' },
    }
  if (/^arn:/.test(bucket))
    return {
      message: `${bucket} is an ARN; the bucket is its name alone`,
      remedy: { text: 'Write the name alone, as in my-registry.' },
    }
  if (bucket.includes('/')) {
    return {
      message: `a bucket’s name has no slash: ${bucket}`,
      remedy: { text: 'Put the directory in rootdirectory.' },
    }
  }
  if (!/^[A-Za-z0-9._-]{3,255}$/.test(bucket)) {
    return {
      message: `${JSON.stringify(bucket)} is no bucket’s name: 3 to 63 lower-case letters, digits, dots and dashes`,
      remedy: { text: 'Write the bucket’s name.' },
    }
  }
  return undefined
}
