import { createPublicKey } from 'node:crypto'
import * as sdk from '@aws-sdk/client-cloudfront'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import { type Clients, clients, ecKey, minimalConfig, rsaKey } from './support.ts'

let sandbox: Sandbox
let cloudfront: Clients['cloudfront']
const rsa = rsaKey()

beforeAll(async () => {
  sandbox = await startSandbox()
  cloudfront = clients(sandbox).cloudfront
})
afterAll(() => sandbox.close())

let counter = 0
const unique = (prefix: string) => `${prefix}-${++counter}`

/** What a call was refused with: `Code status`. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    const { name, $metadata } = error as sdk.CloudFrontServiceException
    return `${name} ${$metadata?.httpStatusCode}`
  }
  return 'accepted'
}

const oac = (change: object = {}) => ({
  Name: unique('oac'),
  OriginAccessControlOriginType: 's3' as const,
  SigningBehavior: 'always' as const,
  SigningProtocol: 'sigv4' as const,
  ...change,
})
const createOac = (config: ReturnType<typeof oac> = oac()) =>
  cloudfront.send(new sdk.CreateOriginAccessControlCommand({ OriginAccessControlConfig: config }))
const publicKey = (change: object = {}) => {
  const name = unique('key')
  return { CallerReference: name, Name: name, EncodedKey: rsa.publicKey, ...change }
}
const createKey = (config: ReturnType<typeof publicKey> = publicKey()) =>
  cloudfront.send(new sdk.CreatePublicKeyCommand({ PublicKeyConfig: config }))
const createGroup = (Items: string[], change: object = {}) =>
  cloudfront.send(
    new sdk.CreateKeyGroupCommand({ KeyGroupConfig: { Name: unique('group'), Items, ...change } }),
  )

/** Empties the account, so that quotas of one test do not meet another. */
beforeEach(async () => {
  const distributions = await cloudfront.send(new sdk.ListDistributionsCommand({}))
  for (const { Id } of distributions.DistributionList?.Items ?? []) {
    const got = await cloudfront.send(new sdk.GetDistributionConfigCommand({ Id }))
    const updated = await cloudfront.send(
      new sdk.UpdateDistributionCommand({
        Id,
        IfMatch: got.ETag,
        DistributionConfig: { ...(got.DistributionConfig as sdk.DistributionConfig), Enabled: false },
      }),
    )
    await cloudfront.send(new sdk.DeleteDistributionCommand({ Id, IfMatch: updated.ETag }))
  }
  const groups = await cloudfront.send(new sdk.ListKeyGroupsCommand({}))
  for (const item of groups.KeyGroupList?.Items ?? []) {
    const { ETag } = await cloudfront.send(new sdk.GetKeyGroupCommand({ Id: item.KeyGroup?.Id }))
    await cloudfront.send(new sdk.DeleteKeyGroupCommand({ Id: item.KeyGroup?.Id, IfMatch: ETag }))
  }
  const keys = await cloudfront.send(new sdk.ListPublicKeysCommand({}))
  for (const { Id } of keys.PublicKeyList?.Items ?? []) {
    const { ETag } = await cloudfront.send(new sdk.GetPublicKeyCommand({ Id }))
    await cloudfront.send(new sdk.DeletePublicKeyCommand({ Id, IfMatch: ETag }))
  }
})

describe('an origin access control', () => {
  it('is created, read, changed, listed and deleted', async () => {
    const config = oac({ Description: 'd' })
    const created = await createOac(config)
    const Id = created.OriginAccessControl?.Id
    expect(Id).toMatch(/^E[A-Z0-9]{13}$/)
    expect(created.Location).toContain(`/2020-05-31/origin-access-control/${Id}`)
    const got = await cloudfront.send(new sdk.GetOriginAccessControlCommand({ Id }))
    expect(got.OriginAccessControl).toEqual({ Id, OriginAccessControlConfig: config })
    expect(got.ETag).toBe(created.ETag)

    const changed = { ...config, SigningBehavior: 'no-override' as const }
    const updated = await cloudfront.send(
      new sdk.UpdateOriginAccessControlCommand({ Id, IfMatch: got.ETag, OriginAccessControlConfig: changed }),
    )
    expect(updated.ETag).not.toBe(got.ETag)
    const read = await cloudfront.send(new sdk.GetOriginAccessControlConfigCommand({ Id }))
    expect(read.OriginAccessControlConfig).toEqual(changed)

    const list = await cloudfront.send(new sdk.ListOriginAccessControlsCommand({}))
    expect(list.OriginAccessControlList).toMatchObject({ IsTruncated: false, MaxItems: 100, Marker: '' })
    expect(list.OriginAccessControlList?.Items).toContainEqual({ Id, ...changed })

    const stale = cloudfront.send(new sdk.DeleteOriginAccessControlCommand({ Id, IfMatch: got.ETag }))
    expect(await refusal(stale)).toBe('PreconditionFailed 412')
    await cloudfront.send(new sdk.DeleteOriginAccessControlCommand({ Id, IfMatch: updated.ETag }))
    expect(await refusal(cloudfront.send(new sdk.GetOriginAccessControlCommand({ Id })))).toBe(
      'NoSuchOriginAccessControl 404',
    )
  })

  it.each([
    ['a name above 64 characters', { Name: 'a'.repeat(65) }],
    ['an unknown behavior', { SigningBehavior: 'sometimes' }],
    ['an unknown origin type', { OriginAccessControlOriginType: 'ftp' }],
  ])('is refused with %s', async (_title, change) => {
    expect(await refusal(createOac(oac(change)))).toBe('InvalidArgument 400')
  })

  it('has a name of its own, also after an update', async () => {
    const first = oac()
    await createOac(first)
    expect(await refusal(createOac(first))).toBe('OriginAccessControlAlreadyExists 409')
    const second = await createOac()
    const rename = cloudfront.send(
      new sdk.UpdateOriginAccessControlCommand({
        Id: second.OriginAccessControl?.Id,
        IfMatch: second.ETag,
        OriginAccessControlConfig: first,
      }),
    )
    expect(await refusal(rename)).toBe('OriginAccessControlAlreadyExists 409')
  })

  it('cannot be deleted while a distribution uses it', async () => {
    const created = await createOac()
    const Id = created.OriginAccessControl?.Id ?? ''
    const config = minimalConfig({ CallerReference: unique('ref') })
    const [origin] = config.Origins?.Items ?? []
    await cloudfront.send(
      new sdk.CreateDistributionCommand({
        DistributionConfig: {
          ...config,
          Origins: { Quantity: 1, Items: [{ ...(origin as sdk.Origin), OriginAccessControlId: Id }] },
        },
      }),
    )
    const remove = cloudfront.send(new sdk.DeleteOriginAccessControlCommand({ Id, IfMatch: created.ETag }))
    expect(await refusal(remove)).toBe('OriginAccessControlInUse 409')
  })

  it('is listed page by page', async () => {
    for (let i = 0; i < 3; i++) await createOac()
    const seen: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const { OriginAccessControlList: page } = await cloudfront.send(
        new sdk.ListOriginAccessControlsCommand({ MaxItems: 2, Marker }),
      )
      expect(page?.Items?.length).toBe(page?.Quantity)
      expect(page?.IsTruncated).toBe(page?.NextMarker !== undefined)
      seen.push(...(page?.Items ?? []).map(({ Id }) => Id))
      Marker = page?.NextMarker
    } while (Marker !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    const all = await cloudfront.send(new sdk.ListOriginAccessControlsCommand({}))
    expect(seen).toEqual(all.OriginAccessControlList?.Items?.map(({ Id }) => Id))
  })
})

describe('a public key', () => {
  it('is created, read, listed, commented and deleted', async () => {
    const config = publicKey({ EncodedKey: rsa.publicKey.trim() })
    const created = await createKey(config)
    const Id = created.PublicKey?.Id
    expect(Id).toMatch(/^K[A-Z0-9]{13}$/)
    expect(created.PublicKey?.CreatedTime).toBeInstanceOf(Date)
    const got = await cloudfront.send(new sdk.GetPublicKeyConfigCommand({ Id }))
    expect(got.PublicKeyConfig?.EncodedKey).toBe(`${config.EncodedKey}\n`)
    expect(
      createPublicKey(got.PublicKeyConfig?.EncodedKey ?? '').export({ type: 'spki', format: 'pem' }),
    ).toBe(rsa.publicKey)
    const list = await cloudfront.send(new sdk.ListPublicKeysCommand({}))
    expect(list.PublicKeyList?.Items).toEqual([
      {
        Id,
        Name: config.Name,
        CreatedTime: expect.any(Date),
        EncodedKey: `${config.EncodedKey}\n`,
        Comment: '',
      },
    ])
    const update = (change: object, IfMatch = got.ETag) =>
      cloudfront.send(
        new sdk.UpdatePublicKeyCommand({ Id, IfMatch, PublicKeyConfig: { ...config, ...change } }),
      )
    for (const change of [
      { Name: 'other' },
      { CallerReference: 'other' },
      { EncodedKey: rsaKey().publicKey },
    ])
      expect(await refusal(update(change))).toBe('CannotChangeImmutablePublicKeyFields 400')
    const updated = await update({ Comment: 'mine' })
    expect(updated.PublicKey?.PublicKeyConfig?.Comment).toBe('mine')
    expect(await refusal(update({ Comment: 'x' }))).toBe('PreconditionFailed 412')
    await cloudfront.send(new sdk.DeletePublicKeyCommand({ Id, IfMatch: updated.ETag }))
    expect(await refusal(cloudfront.send(new sdk.GetPublicKeyCommand({ Id })))).toBe('NoSuchPublicKey 404')
  })

  it('may be ECDSA on P-256', async () => {
    expect(await refusal(createKey(publicKey({ EncodedKey: ecKey().publicKey })))).toBe('accepted')
  })

  it.each([
    ['RSA 1024', () => rsaKey(1024).publicKey],
    ['RSA 3072', () => rsaKey(3072).publicKey],
    ['ECDSA on P-384', () => ecKey('secp384r1').publicKey],
    ['a private key', () => rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['PKCS#1', () => createPublicKey(rsa.publicKey).export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['no PEM', () => 'ssh-rsa AAAA'],
    ['a damaged PEM', () => rsa.publicKey.replace('\nMII', '\nAAA')],
  ])('is refused when it is %s', async (_title, pem) => {
    expect(await refusal(createKey(publicKey({ EncodedKey: pem() })))).toBe('InvalidArgument 400')
  })

  it.each([
    ['a name with a space', { Name: 'a b' }],
    ['a comment above 128 characters', { Comment: 'a'.repeat(129) }],
  ])('is refused with %s', async (_title, change) => {
    expect(await refusal(createKey(publicKey(change)))).toBe('InvalidArgument 400')
  })

  it('has a name and a caller reference of its own', async () => {
    const config = publicKey()
    await createKey(config)
    expect(await refusal(createKey({ ...config, Name: 'other' }))).toBe('PublicKeyAlreadyExists 409')
    expect(await refusal(createKey({ ...config, CallerReference: 'other' }))).toBe(
      'PublicKeyAlreadyExists 409',
    )
  })

  it('is one of ten at most', async () => {
    for (let i = 0; i < 10; i++) await createKey()
    expect(await refusal(createKey())).toBe('TooManyPublicKeys 400')
  })
})

describe('a key group', () => {
  it('is created, read, changed, listed and deleted', async () => {
    const [first, second] = [await createKey(), await createKey()].map(({ PublicKey }) => PublicKey?.Id ?? '')
    const created = await createGroup([first ?? ''])
    const Id = created.KeyGroup?.Id
    expect(Id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    const config = {
      ...created.KeyGroup?.KeyGroupConfig,
      Name: 'renamed',
      Items: [first ?? '', second ?? ''],
      Comment: 'c',
    }
    const updated = await cloudfront.send(
      new sdk.UpdateKeyGroupCommand({ Id, IfMatch: created.ETag, KeyGroupConfig: config }),
    )
    const read = await cloudfront.send(new sdk.GetKeyGroupConfigCommand({ Id }))
    expect(read.KeyGroupConfig).toEqual(config)
    expect(read.ETag).toBe(updated.ETag)
    const list = await cloudfront.send(new sdk.ListKeyGroupsCommand({}))
    expect(list.KeyGroupList?.Items?.map(({ KeyGroup }) => KeyGroup?.KeyGroupConfig)).toEqual([config])
    const inUse = cloudfront.send(
      new sdk.DeletePublicKeyCommand({
        Id: first,
        IfMatch: (await cloudfront.send(new sdk.GetPublicKeyCommand({ Id: first }))).ETag,
      }),
    )
    expect(await refusal(inUse)).toBe('PublicKeyInUse 409')
    expect(await refusal(cloudfront.send(new sdk.DeleteKeyGroupCommand({ Id })))).toBe(
      'InvalidIfMatchVersion 400',
    )
    await cloudfront.send(new sdk.DeleteKeyGroupCommand({ Id, IfMatch: updated.ETag }))
    expect(await refusal(cloudfront.send(new sdk.GetKeyGroupCommand({ Id })))).toBe('NoSuchResource 404')
  })

  it('is refused with an unknown key, no key, a key twice, or a known name', async () => {
    const { PublicKey } = await createKey()
    const id = PublicKey?.Id ?? ''
    expect(await refusal(createGroup(['K0000000000000']))).toBe('InvalidArgument 400')
    expect(await refusal(createGroup([]))).toBe('InvalidArgument 400')
    expect(await refusal(createGroup([id, id]))).toBe('InvalidArgument 400')
    await createGroup([id], { Name: 'taken' })
    expect(await refusal(createGroup([id], { Name: 'taken' }))).toBe('KeyGroupAlreadyExists 409')
  })

  it('holds five keys at most, and the account ten groups', async () => {
    const ids: string[] = []
    for (let i = 0; i < 6; i++) ids.push((await createKey()).PublicKey?.Id ?? '')
    expect(await refusal(createGroup(ids))).toBe('TooManyPublicKeysInKeyGroup 400')
    for (let i = 0; i < 10; i++) await createGroup(ids.slice(0, 5))
    expect(await refusal(createGroup(ids.slice(0, 1)))).toBe('TooManyKeyGroups 400')
  })
})

describe('policies', () => {
  it('are there when AWS manages them, and cannot be changed', async () => {
    const { CachePolicyList } = await cloudfront.send(new sdk.ListCachePoliciesCommand({ Type: 'managed' }))
    const optimized = CachePolicyList?.Items?.find(
      ({ CachePolicy }) => CachePolicy?.Id === 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
    )
    expect(optimized?.Type).toBe('managed')
    expect(optimized?.CachePolicy?.CachePolicyConfig).toMatchObject({
      Name: 'Managed-CachingOptimizedForUncompressedObjects',
      MinTTL: 1,
      DefaultTTL: 86_400,
      MaxTTL: 31_536_000,
    })
    const Id = optimized?.CachePolicy?.Id
    const { ETag, CachePolicy } = await cloudfront.send(new sdk.GetCachePolicyCommand({ Id }))
    expect(await refusal(cloudfront.send(new sdk.DeleteCachePolicyCommand({ Id, IfMatch: ETag })))).toBe(
      'IllegalDelete 400',
    )
    const change = cloudfront.send(
      new sdk.UpdateCachePolicyCommand({
        Id,
        IfMatch: ETag,
        CachePolicyConfig: CachePolicy?.CachePolicyConfig,
      }),
    )
    expect(await refusal(change)).toBe('IllegalUpdate 400')
    const origin = await cloudfront.send(new sdk.ListOriginRequestPoliciesCommand({ Type: 'managed' }))
    expect(origin.OriginRequestPolicyList?.Items?.length).toBe(8)
    const headers = await cloudfront.send(new sdk.ListResponseHeadersPoliciesCommand({ Type: 'managed' }))
    expect(headers.ResponseHeadersPolicyList?.Items?.length).toBe(5)
    const one = await cloudfront.send(
      new sdk.GetResponseHeadersPolicyCommand({ Id: '60669652-455b-4ae9-85a4-c4c02393f86c' }),
    )
    expect(one.ResponseHeadersPolicy?.ResponseHeadersPolicyConfig?.Name).toBe('Managed-SimpleCORS')
  })

  it('of the account are created, used, changed and deleted', async () => {
    const config: sdk.CachePolicyConfig = {
      Name: 'mine',
      MinTTL: 0,
      DefaultTTL: 5,
      MaxTTL: 10,
      ParametersInCacheKeyAndForwardedToOrigin: {
        EnableAcceptEncodingGzip: false,
        HeadersConfig: { HeaderBehavior: 'none' },
        CookiesConfig: { CookieBehavior: 'none' },
        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: { Quantity: 1, Items: ['v'] } },
      },
    }
    const created = await cloudfront.send(new sdk.CreateCachePolicyCommand({ CachePolicyConfig: config }))
    const Id = created.CachePolicy?.Id ?? ''
    expect(created.CachePolicy?.CachePolicyConfig).toMatchObject(config)
    expect(
      await refusal(cloudfront.send(new sdk.CreateCachePolicyCommand({ CachePolicyConfig: config }))),
    ).toBe('CachePolicyAlreadyExists 409')
    const distribution = await cloudfront.send(
      new sdk.CreateDistributionCommand({
        DistributionConfig: minimalConfig({
          CallerReference: unique('ref'),
          DefaultCacheBehavior: {
            TargetOriginId: 'origin',
            ViewerProtocolPolicy: 'https-only',
            CachePolicyId: Id,
          },
        }),
      }),
    )
    const users = await cloudfront.send(
      new sdk.ListDistributionsByCachePolicyIdCommand({ CachePolicyId: Id }),
    )
    expect(users.DistributionIdList?.Items).toEqual([distribution.Distribution?.Id])
    const remove = (IfMatch: string | undefined) =>
      cloudfront.send(new sdk.DeleteCachePolicyCommand({ Id, IfMatch }))
    expect(await refusal(remove(created.ETag))).toBe('CachePolicyInUse 409')
    const wrong = cloudfront.send(
      new sdk.UpdateCachePolicyCommand({
        Id,
        IfMatch: created.ETag,
        CachePolicyConfig: { ...config, MinTTL: 6 },
      }),
    )
    expect(await refusal(wrong)).toBe('InvalidArgument 400')
  })
})
