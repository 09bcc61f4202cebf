import * as aws from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startS3, type TestS3 } from './server.ts'

let server: TestS3
let client: aws.S3Client
let count = 0

beforeAll(async () => {
  server = await startS3()
  client = server.client()
})
afterAll(() => server.close())

async function newBucket(): Promise<string> {
  count += 1
  const Bucket = `configured-${count}`
  await client.send(new aws.CreateBucketCommand({ Bucket }))
  return Bucket
}

const fails = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } })
const distribution = 'arn:aws:cloudfront::111122223333:distribution/E1'
const policyFor = (bucket: string, changes: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'edge',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
        Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
        ...changes,
      },
    ],
  })

describe('buckets', () => {
  it('are made, found, listed and deleted', async () => {
    const Bucket = await newBucket()
    expect(await client.send(new aws.HeadBucketCommand({ Bucket }))).toMatchObject({
      BucketRegion: 'us-east-1',
    })
    const listed = await client.send(new aws.ListBucketsCommand({}))
    expect(listed.Buckets?.map((b) => b.Name)).toContain(Bucket)
    await client.send(new aws.PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    await expect(client.send(new aws.DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(
      fails('BucketNotEmpty', 409),
    )
    await client.send(new aws.DeleteObjectCommand({ Bucket, Key: 'k' }))
    await client.send(new aws.DeleteBucketCommand({ Bucket }))
    await expect(client.send(new aws.HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    })
    await expect(client.send(new aws.DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchBucket', 404),
    )
    await expect(
      client.send(new aws.PutObjectCommand({ Bucket, Key: 'k', Body: 'x' })),
    ).rejects.toMatchObject(fails('NoSuchBucket', 404))
  })

  it('may be made twice in us-east-1', async () => {
    const Bucket = await newBucket()
    await client.send(new aws.CreateBucketCommand({ Bucket }))
  })

  it.each(['ab', 'Upper', 'a..b', '-a-', '192.168.1.1', 'xn--abc', 'under_score', 'a'.repeat(64)])(
    'may not be called %j',
    async (Bucket) => {
      await expect(client.send(new aws.CreateBucketCommand({ Bucket }))).rejects.toMatchObject(
        fails('InvalidBucketName', 400),
      )
    },
  )

  it('lie in the region they name', async () => {
    const create = (c: aws.S3Client, Bucket: string, LocationConstraint?: aws.BucketLocationConstraint) =>
      c.send(
        new aws.CreateBucketCommand({
          Bucket,
          ...(LocationConstraint && { CreateBucketConfiguration: { LocationConstraint } }),
        }),
      )
    await expect(create(client, 'elsewhere', 'eu-west-1')).rejects.toMatchObject(
      fails('InvalidLocationConstraint', 400),
    )
    const ireland = await startS3({ region: 'eu-west-1' })
    const c = ireland.client()
    // The SDK fills in its own region when none is given, so a bucket without one needs a raw request.
    await expect(create(c, 'elsewhere', 'eu-west-3')).rejects.toMatchObject(
      fails('IllegalLocationConstraintException', 400),
    )
    await create(c, 'here', 'eu-west-1')
    await expect(create(c, 'here', 'eu-west-1')).rejects.toMatchObject(fails('BucketAlreadyOwnedByYou', 409))
    expect((await c.send(new aws.GetBucketLocationCommand({ Bucket: 'here' }))).LocationConstraint).toBe(
      'eu-west-1',
    )
    const lost = ireland.client({ region: 'us-east-1' })
    await expect(lost.send(new aws.ListObjectsV2Command({ Bucket: 'here' }))).rejects.toMatchObject(
      fails('AuthorizationHeaderMalformed', 400),
    )
    await ireland.close()
  })

  it('are new as S3 makes them since 2023', async () => {
    const Bucket = await newBucket()
    const block = await client.send(new aws.GetPublicAccessBlockCommand({ Bucket }))
    expect(block.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    })
    const ownership = await client.send(new aws.GetBucketOwnershipControlsCommand({ Bucket }))
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
    const encryption = await client.send(new aws.GetBucketEncryptionCommand({ Bucket }))
    expect(encryption.ServerSideEncryptionConfiguration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ])
    expect((await client.send(new aws.GetBucketLocationCommand({ Bucket }))).LocationConstraint ?? '').toBe(
      '',
    )
    expect((await client.send(new aws.GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined()
    expect((await client.send(new aws.GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toBeUndefined()
    expect((await client.send(new aws.GetBucketAclCommand({ Bucket }))).Grants).toMatchObject([
      { Permission: 'FULL_CONTROL' },
    ])
  })

  it('answer what they do not have as S3 does', async () => {
    const Bucket = await newBucket()
    await expect(client.send(new aws.GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchBucketPolicy', 404),
    )
    await expect(client.send(new aws.GetBucketPolicyStatusCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchBucketPolicy', 404),
    )
    await expect(
      client.send(new aws.GetBucketLifecycleConfigurationCommand({ Bucket })),
    ).rejects.toMatchObject(fails('NoSuchLifecycleConfiguration', 404))
    await expect(client.send(new aws.GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchTagSet', 404),
    )
    await expect(client.send(new aws.GetBucketCorsCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchCORSConfiguration', 404),
    )
    await client.send(new aws.DeletePublicAccessBlockCommand({ Bucket }))
    await expect(client.send(new aws.GetPublicAccessBlockCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchPublicAccessBlockConfiguration', 404),
    )
    await client.send(new aws.DeleteBucketOwnershipControlsCommand({ Bucket }))
    await expect(client.send(new aws.GetBucketOwnershipControlsCommand({ Bucket }))).rejects.toMatchObject(
      fails('OwnershipControlsNotFoundError', 404),
    )
  })

  it('do not pretend to settings that are not there', async () => {
    const Bucket = await newBucket()
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await expect(
      client.send(new aws.PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
    ).rejects.toMatchObject(fails('NotImplemented', 501))
    const CORSConfiguration = { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] }
    await expect(
      client.send(new aws.PutBucketCorsCommand({ Bucket, CORSConfiguration })),
    ).rejects.toMatchObject(fails('NotImplemented', 501))
    await expect(client.send(new aws.DeleteBucketWebsiteCommand({ Bucket }))).rejects.toMatchObject(
      fails('NotImplemented', 501),
    )
    // Above all, none was taken for the deletion of the bucket.
    await client.send(new aws.HeadBucketCommand({ Bucket }))
  })
})

describe('settings', () => {
  it('of the policy', async () => {
    const Bucket = await newBucket()
    const Policy = policyFor(Bucket)
    await client.send(new aws.PutBucketPolicyCommand({ Bucket, Policy }))
    expect((await client.send(new aws.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy)
    const spaced = JSON.stringify(JSON.parse(Policy), null, 2)
    await client.send(new aws.PutBucketPolicyCommand({ Bucket, Policy: spaced }))
    expect((await client.send(new aws.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy)
    expect((await client.send(new aws.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(
      false,
    )
    const wrong = new aws.PutBucketPolicyCommand({ Bucket, Policy: policyFor('other') })
    await expect(client.send(wrong)).rejects.toMatchObject(fails('MalformedPolicy', 400))
    await client.send(new aws.DeleteBucketPolicyCommand({ Bucket }))
    await client.send(new aws.DeleteBucketPolicyCommand({ Bucket }))
    await expect(client.send(new aws.GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchBucketPolicy', 404),
    )
  })

  it('of a public policy, which the block must allow first', async () => {
    const Bucket = await newBucket()
    const Policy = policyFor(Bucket, { Principal: '*', Condition: undefined })
    const put = () => client.send(new aws.PutBucketPolicyCommand({ Bucket, Policy }))
    await expect(put()).rejects.toMatchObject(fails('AccessDenied', 403))
    const PublicAccessBlockConfiguration = { BlockPublicAcls: true }
    await client.send(new aws.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }))
    await put()
    expect((await client.send(new aws.GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic).toBe(
      true,
    )
    expect(
      (await client.send(new aws.GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration,
    ).toMatchObject({
      BlockPublicAcls: true,
      BlockPublicPolicy: false,
    })
  })

  it('of ownership, encryption and tags', async () => {
    const Bucket = await newBucket()
    const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }]
    await client.send(new aws.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
    expect(
      (await client.send(new aws.GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules,
    ).toEqual(Rules)
    const byDefault = {
      SSEAlgorithm: 'aws:kms' as const,
      KMSMasterKeyID: 'arn:aws:kms:us-east-1:111122223333:key/k',
    }
    const encrypted = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }]
    await client.send(
      new aws.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: encrypted } }),
    )
    const read = () => client.send(new aws.GetBucketEncryptionCommand({ Bucket }))
    expect((await read()).ServerSideEncryptionConfiguration?.Rules).toEqual(encrypted)
    await client.send(new aws.DeleteBucketEncryptionCommand({ Bucket }))
    expect(
      (await read()).ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
    ).toEqual({ SSEAlgorithm: 'AES256' })
    const TagSet = [{ Key: 'regctl:stack', Value: 'a & b' }]
    await client.send(new aws.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    expect((await client.send(new aws.GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet)
    await client.send(new aws.DeleteBucketTaggingCommand({ Bucket }))
  })

  it('of the lifecycle', async () => {
    const Bucket = await newBucket()
    const put = (...Rules: aws.LifecycleRule[]) =>
      client.send(
        new aws.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
      )
    const abort = { DaysAfterInitiation: 7 }
    const rule = {
      ID: 'uploads',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: abort,
    } as const
    const other = {
      Status: 'Disabled',
      Filter: {
        And: {
          Prefix: 'a',
          Tags: [
            { Key: 'x', Value: 'y' },
            { Key: 'z', Value: '' },
          ],
        },
      },
      Expiration: { Days: 1 },
    } as const
    await put(rule, { ...other, Filter: { And: { Prefix: 'a', Tags: [...other.Filter.And.Tags] } } })
    const got = await client.send(new aws.GetBucketLifecycleConfigurationCommand({ Bucket }))
    expect(got.Rules).toEqual([rule, { ID: expect.any(String), ...other }])
    await expect(
      put({ ...rule, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } }),
    ).rejects.toMatchObject(fails('InvalidArgument', 400))
    await expect(put(rule, rule)).rejects.toMatchObject(fails('InvalidArgument', 400))
    await expect(put({ ID: 'x', Status: 'Enabled', Filter: {} })).rejects.toMatchObject(
      fails('InvalidRequest', 400),
    )
    await expect(
      put({ ID: 'x', Status: 'Enabled', AbortIncompleteMultipartUpload: abort }),
    ).rejects.toMatchObject(fails('MalformedXML', 400))
    await client.send(new aws.DeleteBucketLifecycleCommand({ Bucket }))
    await expect(
      client.send(new aws.GetBucketLifecycleConfigurationCommand({ Bucket })),
    ).rejects.toMatchObject(fails('NoSuchLifecycleConfiguration', 404))
  })

  it('outlive the process', async () => {
    const own = await startS3()
    const Bucket = 'lasting'
    const c = own.client()
    await c.send(new aws.CreateBucketCommand({ Bucket }))
    await c.send(new aws.PutBucketPolicyCommand({ Bucket, Policy: policyFor(Bucket) }))
    await c.send(new aws.DeletePublicAccessBlockCommand({ Bucket }))
    const again = await own.restart()
    const d = again.client()
    expect((await d.send(new aws.GetBucketPolicyCommand({ Bucket }))).Policy).toBe(policyFor(Bucket))
    await expect(d.send(new aws.GetPublicAccessBlockCommand({ Bucket }))).rejects.toMatchObject(
      fails('NoSuchPublicAccessBlockConfiguration', 404),
    )
    await again.close()
  })

  it('are not for another account’s bucket', async () => {
    const Bucket = await newBucket()
    const command = new aws.GetBucketLocationCommand({ Bucket, ExpectedBucketOwner: '999999999999' })
    await expect(client.send(command)).rejects.toMatchObject(fails('AccessDenied', 403))
  })
})
