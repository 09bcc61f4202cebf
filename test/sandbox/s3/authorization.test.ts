import { Readable } from 'node:stream'
import * as aws from '@aws-sdk/client-s3'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller, S3Request } from '../../../src/sandbox/s3/service.ts'
import { startS3, type TestS3 } from './server.ts'

const bucket = 'guarded'
const distribution = 'arn:aws:cloudfront::111122223333:distribution/E1'
const edge: Caller = { kind: 'service', service: 'cloudfront.amazonaws.com', sourceArn: distribution }
const anonymous: Caller = { kind: 'anonymous' }
const account: Caller = { kind: 'account' }

const servers: TestS3[] = []
let server: TestS3
let client: aws.S3Client

beforeEach(async () => {
  server = await startS3()
  servers.push(server)
  client = server.client()
  await client.send(new aws.CreateBucketCommand({ Bucket: bucket }))
  await client.send(new aws.PutObjectCommand({ Bucket: bucket, Key: 'docker/k', Body: 'content' }))
})
afterAll(() => Promise.all(servers.map((s) => s.close())))

/** The status, and the error's code if there is one. */
async function ask(
  caller: Caller,
  method: string,
  key: string | undefined,
  changes: Partial<S3Request> = {},
): Promise<string> {
  const answer = await server.s3.handle(
    {
      method,
      bucket,
      key,
      query: new URLSearchParams(),
      headers: { 'content-length': '0' },
      body: Readable.from([]),
      ...changes,
    },
    caller,
  )
  if (answer.body instanceof Readable) answer.body.destroy()
  const code = typeof answer.body === 'string' ? /<Code>(\w+)</.exec(answer.body)?.[1] : undefined
  return `${answer.status}${code === undefined ? '' : ` ${code}`}`
}

const allow = {
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
}
const fromDistribution = { StringEquals: { 'AWS:SourceArn': distribution } }

async function put(...Statement: object[]): Promise<void> {
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  await client.send(new aws.PutBucketPolicyCommand({ Bucket: bucket, Policy }))
}

const open = (flags: aws.PublicAccessBlockConfiguration) =>
  client.send(new aws.PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration: flags }))

describe('CloudFront', () => {
  it('gets nothing without a policy', async () => {
    expect(await ask(edge, 'GET', 'docker/k')).toBe('403 AccessDenied')
  })

  it('gets what the policy allows its distribution', async () => {
    await put({ ...allow, Condition: fromDistribution })
    expect(await ask(edge, 'GET', 'docker/k')).toBe('200')
    expect(await ask(edge, 'HEAD', 'docker/k')).toBe('200')
    expect(await ask({ ...edge, sourceArn: `${distribution}2` }, 'GET', 'docker/k')).toBe('403 AccessDenied')
    expect(await ask(edge, 'DELETE', 'docker/k')).toBe('403 AccessDenied')
    expect(await ask(edge, 'GET', undefined)).toBe('403 AccessDenied')
  })

  it('is told of its account by the distribution', async () => {
    await put({ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } })
    expect(await ask(edge, 'GET', 'docker/k')).toBe('200')
    await put({ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } })
    expect(await ask(edge, 'GET', 'docker/k')).toBe('403 AccessDenied')
  })

  it('learns that an object is missing only if it may list the bucket', async () => {
    await put(allow)
    expect(await ask(edge, 'GET', 'none')).toBe('403 AccessDenied')
    expect(await ask(edge, 'HEAD', 'none')).toBe('403')
    await put(allow, { ...allow, Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` })
    expect(await ask(edge, 'GET', 'none')).toBe('404 NoSuchKey')
  })

  it('is stopped by a Deny for plain HTTP', async () => {
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    }
    await put(allow, { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })
    expect(await ask(edge, 'GET', 'docker/k')).toBe('200')
    expect(await ask(edge, 'GET', 'docker/k', { secure: false })).toBe('403 AccessDenied')
  })
})

describe('an anonymous caller', () => {
  const everyone = { ...allow, Principal: '*' }

  it('gets nothing of a new bucket', async () => {
    expect(await ask(anonymous, 'GET', 'docker/k')).toBe('403 AccessDenied')
    expect(await ask(anonymous, 'GET', 'none')).toBe('403 AccessDenied')
    expect(await ask(anonymous, 'GET', undefined)).toBe('403 AccessDenied')
    expect(await ask(anonymous, 'PUT', 'k')).toBe('403 AccessDenied')
    const response = await fetch(`${server.endpoint}/${bucket}/docker/k`)
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('<Message>Access Denied</Message>'),
    ])
  })

  it('gets what a public policy allows, unless public policies are restricted', async () => {
    await open({})
    await put(everyone)
    expect(await ask(anonymous, 'GET', 'docker/k')).toBe('200')
    expect(await ask(anonymous, 'PUT', 'docker/k')).toBe('403 AccessDenied')
    expect(
      await ask(anonymous, 'GET', 'docker/k', { query: new URLSearchParams('response-expires=x') }),
    ).toBe('400 InvalidRequest')
    expect(await (await fetch(`${server.endpoint}/${bucket}/docker/k`)).text()).toBe('content')
    await open({ RestrictPublicBuckets: true })
    expect(await ask(anonymous, 'GET', 'docker/k')).toBe('403 AccessDenied')
    expect(await ask(edge, 'GET', 'docker/k')).toBe('200')
  })

  it('makes no buckets and lists none', async () => {
    expect(await ask(anonymous, 'PUT', undefined, { bucket: 'other' })).toBe('403 AccessDenied')
    expect(await ask(anonymous, 'GET', undefined, { bucket: undefined })).toBe('403 AccessDenied')
    expect(await ask(anonymous, 'GET', 'k', { bucket: 'none-such' })).toBe('404 NoSuchBucket')
  })
})

describe('the account', () => {
  const deny = (Action: string | string[], changes: object = {}) => ({
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource: `arn:aws:s3:::${bucket}/*`,
    ...changes,
  })

  it('does everything but what is denied', async () => {
    await put(deny('s3:GetObject', { Resource: `arn:aws:s3:::${bucket}/secret/*` }))
    expect(await ask(account, 'GET', 'docker/k')).toBe('200')
    expect(await ask(account, 'GET', 'secret/k')).toBe('403 AccessDenied')
    expect(await ask(account, 'GET', 'none')).toBe('404 NoSuchKey')
    await put(deny('s3:ListBucket', { Resource: `arn:aws:s3:::${bucket}` }))
    expect(await ask(account, 'GET', 'none')).toBe('403 AccessDenied')
    expect(await ask(account, 'GET', undefined)).toBe('403 AccessDenied')
  })

  it('is held to each key of a batch', async () => {
    await put(deny('s3:DeleteObject', { Resource: `arn:aws:s3:::${bucket}/docker/*` }))
    await client.send(new aws.PutObjectCommand({ Bucket: bucket, Key: 'free', Body: 'x' }))
    const Objects = [{ Key: 'docker/k' }, { Key: 'free' }]
    const result = await client.send(new aws.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }))
    expect(result.Deleted?.map((d) => d.Key)).toEqual(['free'])
    expect(result.Errors).toMatchObject([{ Key: 'docker/k', Code: 'AccessDenied' }])
    expect(await ask(account, 'GET', 'docker/k')).toBe('200')
  })

  it('must send the encryption that a policy asks for', async () => {
    await put(
      deny('s3:PutObject', {
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
      }),
    )
    const send = (input: object) =>
      client.send(new aws.PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x', ...input }))
    await expect(send({})).rejects.toMatchObject({ name: 'AccessDenied' })
    await send({ ServerSideEncryption: 'AES256' })
  })

  it('may not copy what it may not read', async () => {
    await put(deny('s3:GetObject'))
    const command = new aws.CopyObjectCommand({
      Bucket: bucket,
      Key: 'copy',
      CopySource: `${bucket}/docker/k`,
    })
    await expect(client.send(command)).rejects.toMatchObject({ name: 'AccessDenied' })
  })

  it('cannot lock itself out', async () => {
    await put(deny('s3:*', { Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`] }))
    expect(await ask(account, 'GET', undefined)).toBe('403 AccessDenied')
    await client.send(new aws.DeleteBucketPolicyCommand({ Bucket: bucket }))
    expect(await ask(account, 'GET', undefined)).toBe('200')
  })
})
