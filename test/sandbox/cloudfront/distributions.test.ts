import * as sdk from '@aws-sdk/client-cloudfront'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import { type Clients, clients, minimalConfig, rsaKey, send } from './support.ts'

let sandbox: Sandbox
let cloudfront: Clients['cloudfront']
let clock = 0

beforeAll(async () => {
  sandbox = await startSandbox({
    deployTime: 60_000,
    now: () => Date.now() + clock,
    accountKeyPairs: [{ id: 'APKAEXAMPLE', publicKey: rsaKey(1024).publicKey }],
  })
  cloudfront = clients(sandbox).cloudfront
})
afterAll(() => sandbox.close())

let counter = 0
const config = (change: Partial<sdk.DistributionConfig> = {}) =>
  minimalConfig({ CallerReference: `reference-${++counter}`, ...change })
const create = (change: Partial<sdk.DistributionConfig> = {}) =>
  cloudfront.send(new sdk.CreateDistributionCommand({ DistributionConfig: config(change) }))
const get = (Id: string | undefined) => cloudfront.send(new sdk.GetDistributionCommand({ Id }))
const update = (
  Id: string | undefined,
  IfMatch: string | undefined,
  DistributionConfig: sdk.DistributionConfig | undefined,
) => cloudfront.send(new sdk.UpdateDistributionCommand({ Id, IfMatch, DistributionConfig }))

async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    const { name, $metadata } = error as sdk.CloudFrontServiceException
    return `${name} ${$metadata?.httpStatusCode}`
  }
  return 'accepted'
}

describe('a new distribution', () => {
  it('has an id, an ARN, a domain name that answers, and the values that CloudFront fills in', async () => {
    const { Distribution, ETag, Location } = await create()
    const { Id, DistributionConfig: filled } = Distribution ?? {}
    expect(Id).toMatch(/^E[A-Z0-9]{13}$/)
    expect(ETag).toMatch(/^E[A-Z0-9]{13}$/)
    expect(Location).toBe(`https://cloudfront.amazonaws.com/2020-05-31/distribution/${Id}`)
    expect(Distribution).toMatchObject({
      ARN: `arn:aws:cloudfront::123456789012:distribution/${Id}`,
      Status: 'InProgress',
      InProgressInvalidationBatches: 0,
      ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
      ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
    })
    expect(filled).toMatchObject({
      Aliases: { Quantity: 0 },
      DefaultRootObject: '',
      CacheBehaviors: { Quantity: 0 },
      CustomErrorResponses: { Quantity: 0 },
      Logging: { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' },
      PriceClass: 'PriceClass_All',
      ViewerCertificate: { CloudFrontDefaultCertificate: true, MinimumProtocolVersion: 'TLSv1' },
      Restrictions: { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
      WebACLId: '',
      HttpVersion: 'http2',
      IsIPV6Enabled: false,
    })
    expect(filled?.DefaultCacheBehavior).toMatchObject({
      TrustedSigners: { Enabled: false, Quantity: 0 },
      TrustedKeyGroups: { Enabled: false, Quantity: 0 },
      AllowedMethods: { Quantity: 2, CachedMethods: { Quantity: 2 } },
      Compress: false,
      SmoothStreaming: false,
      FieldLevelEncryptionId: '',
      LambdaFunctionAssociations: { Quantity: 0 },
      FunctionAssociations: { Quantity: 0 },
    })
    expect(filled?.Origins?.Items?.[0]).toMatchObject({
      OriginPath: '',
      CustomHeaders: { Quantity: 0 },
      ConnectionAttempts: 3,
      ConnectionTimeout: 10,
      OriginShield: { Enabled: false },
      OriginAccessControlId: '',
    })
    const answer = await send(`http://${Distribution?.DomainName}/`)
    expect(answer.headers.server).toBe('AmazonS3')
  })

  it('is read back as it was written', async () => {
    const written: Partial<sdk.DistributionConfig> = {
      Comment: 'a <comment> & "more" é',
      DefaultRootObject: 'index.html',
      PriceClass: 'PriceClass_100',
      HttpVersion: 'http2and3',
      IsIPV6Enabled: true,
      Aliases: { Quantity: 2, Items: ['a.example.com', 'b.example.com'] },
      ViewerCertificate: {
        ACMCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/abc',
        SSLSupportMethod: 'sni-only',
        MinimumProtocolVersion: 'TLSv1.2_2021',
      },
      CustomErrorResponses: {
        Quantity: 2,
        Items: [
          { ErrorCode: 403, ErrorCachingMinTTL: 0 },
          { ErrorCode: 404, ErrorCachingMinTTL: 5, ResponseCode: '200', ResponsePagePath: '/x' },
        ],
      },
      CacheBehaviors: {
        Quantity: 1,
        Items: [
          {
            PathPattern: '*.jpg',
            TargetOriginId: 'origin',
            ViewerProtocolPolicy: 'redirect-to-https',
            ForwardedValues: { QueryString: true, Cookies: { Forward: 'none' } },
            MinTTL: 3,
          },
        ],
      },
      Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', Quantity: 1, Items: ['DE'] } },
    }
    const { Distribution } = await create(written)
    const got = await cloudfront.send(new sdk.GetDistributionConfigCommand({ Id: Distribution?.Id }))
    expect(got.DistributionConfig).toMatchObject(written)
    expect(got.DistributionConfig?.CacheBehaviors?.Items?.[0]).toMatchObject({
      DefaultTTL: 86_400,
      MaxTTL: 31_536_000,
    })
    const again = await update(Distribution?.Id, got.ETag, got.DistributionConfig)
    expect(again.Distribution?.DistributionConfig).toEqual(got.DistributionConfig)
  })

  it('is the only one of its caller reference', async () => {
    const first = config()
    const { Distribution } = await cloudfront.send(
      new sdk.CreateDistributionCommand({ DistributionConfig: first }),
    )
    const twin = cloudfront.send(new sdk.CreateDistributionCommand({ DistributionConfig: first }))
    await expect(twin).rejects.toMatchObject({
      name: 'DistributionAlreadyExists',
      message: expect.stringContaining(Distribution?.Id ?? ''),
      $metadata: { httpStatusCode: 409 },
    })
  })

  it('shows the keys that are really trusted', async () => {
    const key = await cloudfront.send(
      new sdk.CreatePublicKeyCommand({
        PublicKeyConfig: { CallerReference: 'k', Name: 'k', EncodedKey: rsaKey().publicKey },
      }),
    )
    const keyId = key.PublicKey?.Id ?? ''
    const group = await cloudfront.send(
      new sdk.CreateKeyGroupCommand({ KeyGroupConfig: { Name: 'g', Items: [keyId] } }),
    )
    const groupId = group.KeyGroup?.Id ?? ''
    const { Distribution } = await create({
      DefaultCacheBehavior: {
        TargetOriginId: 'origin',
        ViewerProtocolPolicy: 'https-only',
        CachePolicyId: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
        TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: [groupId] },
        TrustedSigners: { Enabled: true, Quantity: 1, Items: ['self'] },
      },
    })
    expect(Distribution?.ActiveTrustedKeyGroups).toEqual({
      Enabled: true,
      Quantity: 1,
      Items: [{ KeyGroupId: groupId, KeyPairIds: { Quantity: 1, Items: [keyId] } }],
    })
    expect(Distribution?.ActiveTrustedSigners).toEqual({
      Enabled: true,
      Quantity: 1,
      Items: [{ AwsAccountNumber: 'self', KeyPairIds: { Quantity: 1, Items: ['APKAEXAMPLE'] } }],
    })
    const users = await cloudfront.send(new sdk.ListDistributionsByKeyGroupCommand({ KeyGroupId: groupId }))
    expect(users.DistributionIdList?.Items).toEqual([Distribution?.Id])
    const remove = cloudfront.send(new sdk.DeleteKeyGroupCommand({ Id: groupId, IfMatch: group.ETag }))
    expect(await refusal(remove)).toBe('ResourceInUse 409')
  })
})

describe('a life', () => {
  it('goes from InProgress to Deployed, is changed by its version, and ends disabled and deployed', async () => {
    const created = await create()
    const Id = created.Distribution?.Id
    const current = created.Distribution?.DistributionConfig as sdk.DistributionConfig
    const status = async () => (await get(Id)).Distribution?.Status
    expect(await status()).toBe('InProgress')
    clock += 60_000
    expect(await status()).toBe('Deployed')

    const changed = { ...current, Comment: 'changed' }
    expect(await refusal(update(Id, undefined, changed))).toBe('InvalidIfMatchVersion 400')
    expect(await refusal(update(Id, 'nonsense', changed))).toBe('InvalidIfMatchVersion 400')
    expect(await refusal(update(Id, 'E0000000000000', changed))).toBe('PreconditionFailed 412')
    expect(await refusal(update(Id, created.ETag, { ...current, CallerReference: 'x' }))).toBe(
      'IllegalUpdate 400',
    )
    const updated = await update(Id, created.ETag, changed)
    expect(updated.ETag).not.toBe(created.ETag)
    expect(await status()).toBe('InProgress')
    expect(await refusal(update(Id, created.ETag, changed))).toBe('PreconditionFailed 412')

    const remove = (IfMatch: string | undefined) =>
      cloudfront.send(new sdk.DeleteDistributionCommand({ Id, IfMatch }))
    clock += 60_000
    expect(await refusal(remove(updated.ETag))).toBe('DistributionNotDisabled 409')
    const disabled = await update(Id, updated.ETag, { ...changed, Enabled: false })
    expect(await refusal(remove(disabled.ETag))).toBe('DistributionNotDisabled 409')
    clock += 60_000
    expect(await refusal(remove(undefined))).toBe('InvalidIfMatchVersion 400')
    expect(await refusal(remove(updated.ETag))).toBe('PreconditionFailed 412')
    await remove(disabled.ETag)
    expect(await refusal(get(Id))).toBe('NoSuchDistribution 404')
    await expect(send(`http://${created.Distribution?.DomainName}/`)).rejects.toThrow('ECONNREFUSED')
  })

  it('is listed with its config, page by page', async () => {
    const one = await create({ Comment: 'listed' })
    const { DistributionList: all } = await cloudfront.send(new sdk.ListDistributionsCommand({}))
    const summary = all?.Items?.find(({ Id }) => Id === one.Distribution?.Id)
    expect(summary).toMatchObject({
      ETag: one.ETag,
      Comment: 'listed',
      DomainName: one.Distribution?.DomainName,
      Origins: { Quantity: 1 },
      DefaultCacheBehavior: { TargetOriginId: 'origin' },
    })
    const ids: (string | undefined)[] = []
    for await (const page of sdk.paginateListDistributions({ client: cloudfront, pageSize: 2 }, {}))
      ids.push(...(page.DistributionList?.Items ?? []).map(({ Id }) => Id))
    expect(ids).toEqual(all?.Items?.map(({ Id }) => Id))
    expect(ids.length).toBeGreaterThan(3)
    expect(await refusal(cloudfront.send(new sdk.ListDistributionsCommand({ MaxItems: -1 })))).toBe(
      'InvalidArgument 400',
    )
  })
})

describe('an update', () => {
  const required: readonly (readonly [string, (c: sdk.DistributionConfig) => void])[] = [
    ['Aliases', (c) => delete c.Aliases],
    ['DefaultRootObject', (c) => delete c.DefaultRootObject],
    ['CacheBehaviors', (c) => delete c.CacheBehaviors],
    ['CustomErrorResponses', (c) => delete c.CustomErrorResponses],
    ['Logging', (c) => delete c.Logging],
    ['PriceClass', (c) => delete c.PriceClass],
    ['ViewerCertificate', (c) => delete c.ViewerCertificate],
    ['Restrictions', (c) => delete c.Restrictions],
    ['WebACLId', (c) => delete c.WebACLId],
    ['HttpVersion', (c) => delete c.HttpVersion],
    ['TrustedSigners', (c) => delete c.DefaultCacheBehavior?.TrustedSigners],
    ['AllowedMethods', (c) => delete c.DefaultCacheBehavior?.AllowedMethods],
    ['Compress', (c) => delete c.DefaultCacheBehavior?.Compress],
    ['OriginPath', (c) => delete c.Origins?.Items?.[0]?.OriginPath],
    ['CustomHeaders', (c) => delete c.Origins?.Items?.[0]?.CustomHeaders],
  ]
  it('must carry every member of every behaviour', async () => {
    const full = (PathPattern: string) => ({
      ...(minimalConfig().DefaultCacheBehavior as sdk.DefaultCacheBehavior),
      PathPattern,
    })
    const behaviors = { Quantity: 2, Items: [full('/a'), full('/b')] }
    const { Distribution, ETag } = await create({ CacheBehaviors: behaviors })
    const changed = structuredClone(Distribution?.DistributionConfig) as sdk.DistributionConfig
    delete changed.CacheBehaviors?.Items?.[1]?.Compress
    expect(await refusal(update(Distribution?.Id, ETag, changed))).toBe('IllegalUpdate 400')
  })

  it.each(required)('must carry %s', async (name, remove) => {
    const { Distribution, ETag } = await create()
    const changed = structuredClone(Distribution?.DistributionConfig) as sdk.DistributionConfig
    remove(changed)
    await expect(update(Distribution?.Id, ETag, changed)).rejects.toMatchObject({
      name: 'IllegalUpdate',
      message: `${name} is required for updates.`,
    })
    expect((await get(Distribution?.Id)).ETag).toBe(ETag)
  })
})

describe('tags', () => {
  it('come with a distribution, are added and removed', async () => {
    const tagged = await cloudfront.send(
      new sdk.CreateDistributionWithTagsCommand({
        DistributionConfigWithTags: {
          DistributionConfig: config(),
          Tags: { Items: [{ Key: 'a', Value: '1' }, { Key: 'b' }] },
        },
      }),
    )
    const Resource = tagged.Distribution?.ARN
    const list = async () =>
      (await cloudfront.send(new sdk.ListTagsForResourceCommand({ Resource }))).Tags?.Items
    expect(await list()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ])
    await cloudfront.send(
      new sdk.TagResourceCommand({
        Resource,
        Tags: {
          Items: [
            { Key: 'a', Value: '2' },
            { Key: 'c', Value: '3' },
          ],
        },
      }),
    )
    await cloudfront.send(new sdk.UntagResourceCommand({ Resource, TagKeys: { Items: ['b'] } }))
    expect(await list()).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'c', Value: '3' },
    ])
    const tag = (Items: sdk.Tag[]) =>
      cloudfront.send(new sdk.TagResourceCommand({ Resource, Tags: { Items } }))
    expect(await refusal(tag([{ Key: 'aws:x', Value: '' }]))).toBe('InvalidTagging 400')
    const many = Array.from({ length: 49 }, (_, i) => ({ Key: `k${i}`, Value: '' }))
    expect(await refusal(tag(many))).toBe('InvalidTagging 400')
    expect(await refusal(tag(many.slice(1)))).toBe('accepted')
    const unknown = cloudfront.send(new sdk.ListTagsForResourceCommand({ Resource: `${Resource}X` }))
    expect(await refusal(unknown)).toBe('NoSuchResource 404')
    const { Distribution } = await create()
    const none = await cloudfront.send(new sdk.ListTagsForResourceCommand({ Resource: Distribution?.ARN }))
    expect(none.Tags?.Items).toEqual([])
  })
})

describe('an invalidation', () => {
  it('is in progress, then completed, and listed', async () => {
    const { Distribution } = await create()
    const DistributionId = Distribution?.Id
    const batch = { CallerReference: 'i', Paths: { Quantity: 2, Items: ['/a', '/b/*'] } }
    const invalidate = (InvalidationBatch: sdk.InvalidationBatch) =>
      cloudfront.send(new sdk.CreateInvalidationCommand({ DistributionId, InvalidationBatch }))
    const { Invalidation } = await invalidate(batch)
    expect(Invalidation).toMatchObject({ Status: 'InProgress', InvalidationBatch: batch })
    const Id = Invalidation?.Id
    expect((await get(DistributionId)).Distribution?.InProgressInvalidationBatches).toBe(1)
    clock += 60_000
    const done = await cloudfront.send(new sdk.GetInvalidationCommand({ DistributionId, Id }))
    expect(done.Invalidation?.Status).toBe('Completed')
    const list = await cloudfront.send(new sdk.ListInvalidationsCommand({ DistributionId }))
    expect(list.InvalidationList?.Items).toEqual([{ Id, Status: 'Completed', CreateTime: expect.any(Date) }])

    expect((await invalidate(batch)).Invalidation?.Id).toBe(Id)
    const paths = (...Items: string[]) => ({ CallerReference: 'j', Paths: { Quantity: Items.length, Items } })
    expect(await refusal(invalidate({ ...paths('/c'), CallerReference: 'i' }))).toBe('InvalidArgument 400')
    expect(await refusal(invalidate(paths('a')))).toBe('InvalidArgument 400')
    expect(await refusal(invalidate(paths('/a*b')))).toBe('InvalidArgument 400')
    expect(await refusal(invalidate(paths()))).toBe('InvalidArgument 400')
    expect(await refusal(invalidate({ ...paths('/a'), Paths: { Quantity: 2, Items: ['/a'] } }))).toBe(
      'InconsistentQuantities 400',
    )
    expect(await refusal(invalidate(paths(...Array.from({ length: 3001 }, (_, i) => `/${i}`))))).toBe(
      'BatchTooLarge 413',
    )
    const unknown = cloudfront.send(new sdk.GetInvalidationCommand({ DistributionId, Id: 'I1' }))
    expect(await refusal(unknown)).toBe('NoSuchInvalidation 404')
  })
})
