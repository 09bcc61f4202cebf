import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AwsClients } from '../../src/aws/clients.ts'
import { readEdgeSettings } from '../../src/commands/config.ts'
import { init } from '../../src/commands/init.ts'
import type { EdgeSettings } from '../../src/registry-config/edge-settings.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { readPrivateKey } from '../../src/signing/private-key.ts'
import { signUrl } from '../../src/signing/sign.ts'
import { viewerUrl } from '../../src/storage/edge-path.ts'
import { blobPath } from '../../src/storage/layout.ts'
import { objectKey } from '../../src/storage/path.ts'
import { presign } from '../support/presign.ts'
import { changeBehavior, methodSets } from '../support/sandbox-changes.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

/** What AWS refuses, the sandbox refuses, with AWS's own words: seen from outside, on what init made. */
let sandbox: Sandbox
let place: TestWorld
let aws: AwsClients
let settings: EdgeSettings
let url: string
const path = blobPath(`sha256:${'a1'.repeat(32)}`)
const now = () => Math.floor(Date.now() / 1000)

beforeAll(async () => {
  sandbox = await startSandbox({})
  place = testWorld(sandbox)
  await place.run(init, [], { bucket: 'images', yes: true })
  aws = await place.world.aws({ region: undefined })
  settings = await readEdgeSettings('config.yml', undefined, place.world)
  await aws.s3.putObject({ Bucket: 'images', Key: objectKey('', path), Body: 'layer' })
  url = viewerUrl(settings, path)
})

afterAll(async () => {
  await sandbox.close()
  place.remove()
})

const get = async (target: string, method = 'GET') => {
  const { status, headers, body } = await place.world.request({ method, url: target, limit: 65_536 })
  const text = body.toString('utf8')
  return {
    status,
    headers,
    text,
    code: /<Code>([^<]*)/.exec(text)?.[1],
    message: /<Message>([^<]*)/.exec(text)?.[1],
  }
}
const sign = (keyPairId: string, expires: number) =>
  signUrl({
    url,
    keyPairId,
    expires,
    key: readPrivateKey(readFileSync(join(place.folder, 'cloudfront.pem'), 'utf8'), 'k'),
  })
/** `accepted`, or the status and code of the service's refusal. */
const refusal = (call: Promise<unknown>) =>
  call.then(
    () => 'accepted',
    (thrown: Error) => {
      const error = (thrown.cause ?? thrown) as Error & { $metadata?: { httpStatusCode?: number } }
      return `${error.$metadata?.httpStatusCode} ${error.name}`
    },
  )

describe('S3', () => {
  it('refuses a wrong secret', async () => {
    const client = new S3Client({
      region: sandbox.region,
      endpoint: sandbox.s3Endpoint,
      credentials: { accessKeyId: sandbox.credentials.accessKeyId, secretAccessKey: 'not-the-secret' },
    })
    expect(
      await refusal(client.send(new GetObjectCommand({ Bucket: 'images', Key: objectKey('', path) }))),
    ).toBe('403 SignatureDoesNotMatch')
  })

  it('serves a presigned URL, and refuses it tampered with', async () => {
    const target = `${sandbox.s3Endpoint}/images/${objectKey('', path)}`
    const signed = presign(target, sandbox, { now: new Date(), seconds: 60 })
    expect(await get(signed)).toMatchObject({ status: 200, text: 'layer' })
    expect(await get(signed.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'))).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    })
    expect(await get(signed.replace('/data?', '/date?'))).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    })
  })

  it('refuses a presigned URL that has expired', async () => {
    const target = `${sandbox.s3Endpoint}/images/${objectKey('', path)}`
    const signed = presign(target, sandbox, { now: new Date(Date.now() - 120_000), seconds: 60 })
    expect(await get(signed)).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: 'Request has expired',
    })
  })
})

describe('the edge', () => {
  it('serves what is signed', async () => {
    expect(await get(sign(settings.keyPairId, now() + 60))).toMatchObject({ status: 200, text: 'layer' })
  })

  it('refuses an unsigned GET', async () => {
    const answer = await get(url)
    expect(answer).toMatchObject({
      status: 403,
      code: 'MissingKey',
      message: 'Missing Key-Pair-Id query parameter or cookie value',
    })
    expect(answer.headers).toMatchObject({
      server: 'CloudFront',
      'content-type': 'text/xml',
      'x-cache': 'Error from cloudfront',
    })
    expect(answer.text).not.toContain('RequestId')
  })

  it('refuses an unknown key id', async () => {
    expect(await get(sign('K000000000000', now() + 60))).toMatchObject({
      status: 403,
      code: 'InvalidKey',
      message: 'Unknown Key',
    })
  })

  it('refuses an expired URL', async () => {
    expect(await get(sign(settings.keyPairId, now() - 1))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: 'Access denied',
    })
  })

  it('refuses a signature over another path', async () => {
    const moved = sign(settings.keyPairId, now() + 60).replace('/data?', '/date?')
    expect(await get(moved)).toMatchObject({ status: 403, code: 'AccessDenied', message: 'Access denied' })
  })

  it('refuses plain HTTP', async () => {
    const answer = await get(sign(settings.keyPairId, now() + 60).replace('https:', 'http:'))
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'content-type': 'text/html', server: 'CloudFront' },
    })
    expect(answer.text).toContain('Bad request')
  })

  it('refuses a PUT where the behaviour is read-only, and leaves it to S3 where it is not', async () => {
    const signed = sign(settings.keyPairId, now() + 60)
    expect(await get(signed, 'PUT')).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      headers: { server: 'AmazonS3' },
    })
    await changeBehavior(place.world, methodSets(['GET', 'HEAD', 'OPTIONS'], ['GET', 'HEAD', 'OPTIONS']))
    const answer = await get(signed, 'PUT')
    expect(answer).toMatchObject({
      status: 403,
      headers: { 'content-type': 'text/html', server: 'CloudFront' },
    })
    expect(answer.text).toContain('supports only cachable requests')
  })
})

describe('the CloudFront API', () => {
  const distribution = async () => {
    const { DistributionList } = await aws.cloudfront.listDistributions({})
    return aws.cloudfront.getDistribution({ Id: DistributionList?.Items?.[0]?.Id })
  }

  it('refuses a stale If-Match, and one that is missing', async () => {
    const { Distribution, ETag } = await distribution()
    const update = { Id: Distribution?.Id, DistributionConfig: Distribution?.DistributionConfig }
    await aws.cloudfront.updateDistribution({ ...update, IfMatch: ETag })
    expect(await refusal(aws.cloudfront.updateDistribution({ ...update, IfMatch: ETag }))).toBe(
      '412 PreconditionFailed',
    )
    expect(await refusal(aws.cloudfront.updateDistribution(update))).toBe('400 InvalidIfMatchVersion')
  })

  it('refuses to delete an enabled distribution, and a key group or key in use', async () => {
    const { cloudfront, ids } = await rawClient()
    expect(await refusal(cloudfront.deleteDistribution(ids.distribution))).toBe('409 DistributionNotDisabled')
    expect(await refusal(cloudfront.deleteKeyGroup(ids.keyGroup))).toBe('409 ResourceInUse')
    expect(await refusal(cloudfront.deletePublicKey(ids.publicKey))).toBe('409 PublicKeyInUse')
    expect(await refusal(cloudfront.deleteOriginAccessControl(ids.originAccessControl))).toBe(
      '409 OriginAccessControlInUse',
    )
  })

  async function rawClient() {
    const sdk = await import('@aws-sdk/client-cloudfront')
    const client = new sdk.CloudFrontClient({
      region: 'us-east-1',
      endpoint: sandbox.cloudfrontEndpoint,
      credentials: sandbox.credentials,
    })
    const d = await distribution()
    const config = d.Distribution?.DistributionConfig
    const group = await client.send(
      new sdk.GetKeyGroupCommand({ Id: config?.DefaultCacheBehavior?.TrustedKeyGroups?.Items?.[0] }),
    )
    const key = await client.send(
      new sdk.GetPublicKeyCommand({ Id: group.KeyGroup?.KeyGroupConfig?.Items?.[0] }),
    )
    const oac = await client.send(
      new sdk.GetOriginAccessControlCommand({ Id: config?.Origins?.Items?.[0]?.OriginAccessControlId }),
    )
    return {
      ids: {
        distribution: { Id: d.Distribution?.Id, IfMatch: d.ETag },
        keyGroup: { Id: group.KeyGroup?.Id, IfMatch: group.ETag },
        publicKey: { Id: key.PublicKey?.Id, IfMatch: key.ETag },
        originAccessControl: { Id: oac.OriginAccessControl?.Id, IfMatch: oac.ETag },
      },
      cloudfront: {
        deleteDistribution: (input: { Id: string | undefined; IfMatch: string | undefined }) =>
          client.send(new sdk.DeleteDistributionCommand(input)),
        deleteKeyGroup: (input: { Id: string | undefined; IfMatch: string | undefined }) =>
          client.send(new sdk.DeleteKeyGroupCommand(input)),
        deletePublicKey: (input: { Id: string | undefined; IfMatch: string | undefined }) =>
          client.send(new sdk.DeletePublicKeyCommand(input)),
        deleteOriginAccessControl: (input: { Id: string | undefined; IfMatch: string | undefined }) =>
          client.send(new sdk.DeleteOriginAccessControlCommand(input)),
      },
    }
  }
})
