import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resources } from '../../src/aws/all.ts'
import { apply, plan } from '../../src/aws/apply.ts'
import type { AwsClients } from '../../src/aws/clients.ts'
import type { Intent } from '../../src/aws/intent.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { generateKeyPair, publicDerOf } from '../../src/signing/private-key.ts'
import { changeBehavior, changeDistribution, methodSets, setOriginPath } from '../support/sandbox-changes.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

/** Apply; a second plan is empty; break one field; the plan names exactly that; apply mends it. */
let sandbox: Sandbox
let place: TestWorld
let clients: AwsClients
const live = new AbortController().signal
const { publicPem } = generateKeyPair()
const readStatement = `RegctlCloudFrontRead${createHash('sha256').update('images').digest('hex').slice(0, 8)}`
const intent: Intent = {
  name: 'images',
  bucket: 'images',
  region: 'us-east-1',
  rootDirectory: '/prod',
  originPath: '',
  methods: 'all',
  requireTls: false,
  publicKey: publicPem,
  publicKeyHash: createHash('sha256')
    .update(publicDerOf(publicPem) ?? '')
    .digest('hex'),
}

beforeAll(async () => {
  sandbox = await startSandbox({})
  place = testWorld(sandbox)
  clients = await place.world.aws({ region: undefined })
  await apply(clients, intent, live)
})

afterAll(async () => {
  await sandbox.close()
  place.remove()
})

const differing = async () => {
  const { steps } = await plan(clients, intent)
  return steps.flatMap(({ resource, action, changes }) =>
    action === 'keep' ? [] : changes.map(({ field }) => `${resource}: ${field}`),
  )
}

describe('a first plan', () => {
  it('creates everything, in order, and touches nothing', async () => {
    const { steps } = await plan(clients, {
      ...intent,
      name: 'other',
      bucket: 'other-bucket',
      publicKey: generateKeyPair().publicPem,
      publicKeyHash: 'f'.repeat(64),
    })
    expect(steps.map(({ action }) => action)).toEqual(resources.map(() => 'create'))
    expect(steps.map(({ resource }) => resource)).toEqual(resources.map(({ title }) => title))
    const { DistributionList } = await clients.cloudfront.listDistributions({})
    expect(DistributionList?.Quantity).toBe(1)
  })
})

describe('what apply made', () => {
  it('needs no second plan', async () => {
    expect(await differing()).toEqual([])
  })

  it('is what the guide prescribes, with the origin path that the registry needs', async () => {
    const { DistributionList } = await clients.cloudfront.listDistributions({})
    const { Distribution } = await clients.cloudfront.getDistribution({
      Id: DistributionList?.Items?.[0]?.Id,
    })
    const config = Distribution?.DistributionConfig
    expect(config?.Origins?.Items?.[0]).toMatchObject({
      DomainName: 'images.s3.us-east-1.amazonaws.com',
      OriginPath: '',
    })
    expect(config?.DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      TrustedKeyGroups: { Enabled: true, Quantity: 1 },
    })
    expect([...(config?.DefaultCacheBehavior?.AllowedMethods?.Items ?? [])].sort()).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'POST',
      'PUT',
    ])
    expect([...(config?.DefaultCacheBehavior?.AllowedMethods?.CachedMethods?.Items ?? [])].sort()).toEqual([
      'GET',
      'HEAD',
      'OPTIONS',
    ])
  })
})

const all = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE']

describe('one changed field', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'distribution: enabled',
      () => changeDistribution(place.world, (config) => ({ ...config, Enabled: false })),
    ],
    ['distribution: origin path', () => setOriginPath(place.world, '/prod')],
    [
      'distribution: viewer protocol policy',
      () => changeBehavior(place.world, { ViewerProtocolPolicy: 'allow-all' }),
    ],
    [
      'distribution: allowed methods',
      () => changeBehavior(place.world, methodSets(['GET', 'HEAD', 'OPTIONS'], ['GET', 'HEAD', 'OPTIONS'])),
    ],
    ['distribution: cached methods', () => changeBehavior(place.world, methodSets(all, ['GET', 'HEAD']))],
    [
      'distribution: trusted key groups',
      () => changeBehavior(place.world, { TrustedKeyGroups: { Enabled: false, Quantity: 0 } }),
    ],
    [
      'distribution: cache policy',
      () => changeBehavior(place.world, { CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad' }),
    ],
    [
      'distribution: errors kept',
      () =>
        changeDistribution(place.world, (config) => ({ ...config, CustomErrorResponses: { Quantity: 0 } })),
    ],
    [
      'S3 bucket: public access block',
      () =>
        clients.s3.putPublicAccessBlock({
          Bucket: 'images',
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: false,
          },
        }),
    ],
    [
      'S3 bucket: object ownership',
      () =>
        clients.s3.putBucketOwnershipControls({
          Bucket: 'images',
          OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        }),
    ],
    [
      'S3 bucket: abort of incomplete uploads',
      () =>
        clients.s3.putBucketLifecycleConfiguration({
          Bucket: 'images',
          LifecycleConfiguration: {
            Rules: [{ ID: 'mine', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } }],
          },
        }),
    ],
    [
      `bucket policy: statement ${readStatement}`,
      () =>
        clients.s3.putBucketPolicy({
          Bucket: 'images',
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Id: 'keepme',
            Statement: [
              {
                Sid: 'Mine',
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:PutObject',
                Resource: 'arn:aws:s3:::images/never/*',
              },
            ],
          }),
        }),
    ],
  ])('is named by the plan, alone, and mended by apply: %s', async (field, change) => {
    await change()
    expect(await differing()).toEqual([field])
    await apply(clients, intent, live)
    expect(await differing()).toEqual([])
  })

  it('leaves what others put there', async () => {
    const { Rules } = await clients.s3.getBucketLifecycleConfiguration({ Bucket: 'images' })
    expect(Rules?.map(({ ID }) => ID)).toEqual(['mine', 'regctl-abort-incomplete-uploads'])
    const { Policy } = await clients.s3.getBucketPolicy({ Bucket: 'images' })
    expect(JSON.parse(Policy ?? '{}').Id).toBe('keepme')
    expect(JSON.parse(Policy ?? '{}').Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
      'Mine',
      readStatement,
    ])
  })
})

describe('what stands in the way', () => {
  it('is named: wrong credentials, another region, a bucket of somebody else', async () => {
    const wrong = testWorld(sandbox, { AWS_SECRET_ACCESS_KEY: 'wrong' })
    await expect(plan(await wrong.world.aws({ region: undefined }), intent)).rejects.toThrow(
      /AWS does not accept the credentials \(SignatureDoesNotMatch\)/,
    )
    wrong.remove()
    const elsewhere = await place.world.aws({ region: 'eu-west-1' })
    await expect(plan(elsewhere, { ...intent, region: 'eu-west-1' })).rejects.toThrow(
      /the bucket images is in us-east-1, not in eu-west-1/,
    )
    await clients.s3.putBucketPolicy({
      Bucket: 'images',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Deny', Principal: '*', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::images' },
        ],
      }),
    })
    await expect(plan(clients, intent)).rejects.toThrow(/exists and is not ours to use/)
    await clients.s3.putBucketPolicy({
      Bucket: 'images',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Mine',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:PutObject',
            Resource: 'arn:aws:s3:::images/never/*',
          },
        ],
      }),
    })
    await apply(clients, intent, live)
  })

  it('is said in the words of the service', async () => {
    const failed = await clients.cloudfront.getDistribution({ Id: 'E0' }).catch((error: unknown) => error)
    expect(failed).toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(
        /AWS answered cloudfront:GetDistribution on E0 with 404 NoSuchDistribution: /,
      ),
    })
  })

  it('is a change by somebody else in between: looked at again, and applied over it', async () => {
    await changeBehavior(place.world, { Compress: true, ViewerProtocolPolicy: 'allow-all' })
    let raced = false
    const racing: AwsClients = {
      ...clients,
      cloudfront: {
        ...clients.cloudfront,
        async updateDistribution(input) {
          if (!raced) {
            raced = true
            await changeDistribution(place.world, (config) => ({ ...config, HttpVersion: 'http2' }))
          }
          return clients.cloudfront.updateDistribution(input)
        },
      },
    }
    await apply(racing, intent, live)
    expect(raced).toBe(true)
    expect(await differing()).toEqual([])
    const { DistributionList } = await clients.cloudfront.listDistributions({})
    expect(DistributionList?.Items?.[0]).toMatchObject({ HttpVersion: 'http2' })
  })
})

describe('an adopted distribution', () => {
  it('loses the legacy settings that exclude ours, and keeps the key groups of others', async () => {
    const { DistributionList } = await clients.cloudfront.listDistributions({})
    const groups = DistributionList?.Items?.[0]?.DefaultCacheBehavior?.TrustedKeyGroups?.Items ?? []
    const { KeyGroupList } = await clients.cloudfront.listKeyGroups({})
    const key = KeyGroupList?.Items?.[0]?.KeyGroup?.KeyGroupConfig?.Items ?? []
    const { KeyGroup } = await clients.cloudfront.createKeyGroup({
      KeyGroupConfig: { Name: 'of-others', Items: key },
    })
    await changeDistribution(place.world, (config) => {
      const { CachePolicyId, ...behavior } = config.DefaultCacheBehavior ?? {
        TargetOriginId: '',
        ViewerProtocolPolicy: 'https-only',
      }
      return {
        ...config,
        DefaultCacheBehavior: {
          ...behavior,
          ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
          MinTTL: 0,
          TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: [KeyGroup?.Id ?? ''] },
        },
      }
    })
    expect(await differing()).toEqual(['distribution: trusted key groups', 'distribution: cache policy'])
    await apply(clients, intent, live)
    expect(await differing()).toEqual([])
    const after = await clients.cloudfront.listDistributions({})
    const trusted = after.DistributionList?.Items?.[0]?.DefaultCacheBehavior?.TrustedKeyGroups?.Items
    expect(trusted).toEqual([KeyGroup?.Id, ...groups])
  })
})

describe('narrowed methods', () => {
  it('are the only difference', async () => {
    const { steps } = await plan(clients, { ...intent, methods: 'read-only' })
    const changed = steps.filter(({ action }) => action !== 'keep')
    expect(changed.map(({ changes }) => changes)).toEqual([
      [{ field: 'allowed methods', from: 'GET HEAD OPTIONS PUT POST PATCH DELETE', to: 'GET HEAD OPTIONS' }],
    ])
  })
})
