import { createHash } from 'node:crypto'
import { orNone, settling } from './errors.ts'
import { partition } from './intent.ts'
import { type PolicyStatement, resource, unknownYet } from './resource.ts'

interface BucketPolicySpec {
  readonly bucket: string
  readonly statements: readonly PolicyStatement[]
}

/** Lets this distribution, and no other, read objects, and refuses plain HTTP to S3. Statements of others are kept. */
export const bucketPolicy = resource<'bucketPolicy', BucketPolicySpec>({
  kind: 'bucketPolicy',
  title: 'bucket policy',
  permissions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy'],
  name: (spec) => spec.bucket,
  desired(intent, known) {
    const bucket = `arn:${partition(intent.region)}:s3:::${intent.bucket}`
    const tlsOnly = {
      Sid: 'RegctlTlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [bucket, `${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }
    return {
      bucket: intent.bucket,
      statements: [
        {
          // One statement a distribution: two registries may share a bucket under different names.
          Sid: `RegctlCloudFrontRead${createHash('sha256').update(intent.name).digest('hex').slice(0, 8)}`,
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: 's3:GetObject',
          Resource: `${bucket}/*`,
          Condition: { StringEquals: { 'AWS:SourceArn': known.distribution?.arn ?? unknownYet } },
        },
        ...(intent.requireTls ? [tlsOnly] : []),
      ],
    }
  },
  async find({ s3 }, spec) {
    const policy = await orNone(
      s3.getBucketPolicy({ Bucket: spec.bucket }),
      'NoSuchBucketPolicy',
      'NoSuchBucket',
    )
    if (policy?.Policy === undefined) return undefined
    const document = JSON.parse(policy.Policy) as { Statement?: PolicyStatement | readonly PolicyStatement[] }
    return { document, statements: [document.Statement ?? []].flat() as PolicyStatement[] }
  },
  diff: (spec, state) =>
    spec.statements.flatMap((wanted) => {
      const present = state?.statements.find((statement) => statement.Sid === wanted.Sid)
      const [from, to] = [canonical(present), canonical(wanted)]
      return from === to ? [] : [{ field: `statement ${wanted.Sid}`, from, to }]
    }),
  async apply({ s3 }, spec, state) {
    const ours = new Set(spec.statements.map((statement) => statement.Sid))
    const statements = [...(state?.statements ?? []).filter(({ Sid }) => !ours.has(Sid)), ...spec.statements]
    // What else the document has, an Id say, is not ours to drop.
    const document = { Version: '2012-10-17', ...state?.document, Statement: statements }
    const put = () => s3.putBucketPolicy({ Bucket: spec.bucket, Policy: JSON.stringify(document) })
    await settling(put, 'NoSuchBucket', 'OperationAborted')
    return { document, statements }
  },
})

/** JSON with sorted members and one-element lists as the element, which is how S3 may give a policy back. */
function canonical(value: unknown): string {
  if (value === undefined) return ''
  return JSON.stringify(value, (_, part: unknown) => {
    if (Array.isArray(part)) return part.length === 1 ? part[0] : part
    if (part === null || typeof part !== 'object') return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
