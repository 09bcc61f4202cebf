import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AwsClients, DistributionConfig } from '../../src/aws/clients.ts'
import { doctor } from '../../src/commands/doctor.ts'
import { init } from '../../src/commands/init.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { blobPath } from '../../src/storage/layout.ts'
import { changeBehavior, changeDistribution } from '../support/sandbox-changes.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

/** What doctor writes, where, and what it says when it may not write, may not remove, or sees another answer for blobs. */
let sandbox: Sandbox
let place: TestWorld
let aws: AwsClients
let healthy: { readonly config: DistributionConfig; readonly policy: string }
const blob = blobPath(`sha256:${'b2'.repeat(32)}`)

beforeAll(async () => {
  sandbox = await startSandbox({})
  place = testWorld(sandbox)
  await place.run(init, [], { bucket: 'images', rootDirectory: '/prod', yes: true })
  aws = await place.world.aws({ region: undefined })
  const { DistributionList } = await aws.cloudfront.listDistributions({})
  const { Distribution } = await aws.cloudfront.getDistribution({ Id: DistributionList?.Items?.[0]?.Id })
  const { Policy: policy } = await aws.s3.getBucketPolicy({ Bucket: 'images' })
  if (!Distribution?.DistributionConfig || !policy) throw new Error('init made nothing')
  healthy = { config: Distribution.DistributionConfig, policy }
})

beforeEach(() => async () => {
  await aws.s3.putBucketPolicy({ Bucket: 'images', Policy: healthy.policy })
  await changeDistribution(place.world, () => healthy.config)
  for (const { Key } of (await aws.s3.listObjects({ Bucket: 'images' })).Contents ?? [])
    await aws.s3.deleteObject({ Bucket: 'images', Key })
})

afterAll(async () => {
  await sandbox.close()
  place.remove()
})

async function verdicts(options = {}): Promise<ReadonlyMap<string, Verdict>> {
  const outcome = await place.run(doctor, [], options)
  if (outcome.kind !== 'verdicts') throw new Error('doctor gave no verdicts')
  return new Map(outcome.verdicts.map((verdict) => [verdict.id, verdict]))
}

const ids = (all: ReadonlyMap<string, Verdict>, status: Verdict['status']) =>
  [...all.values()].filter((verdict) => verdict.status === status).map(({ id }) => id)

async function deny(...actions: readonly string[]): Promise<void> {
  const policy = JSON.parse(healthy.policy) as { Statement: unknown[] }
  const Resource = 'arn:aws:s3:::images/*'
  policy.Statement.push({ Sid: 'Denied', Effect: 'Deny', Principal: '*', Action: actions, Resource })
  await aws.s3.putBucketPolicy({ Bucket: 'images', Policy: JSON.stringify(policy) })
}

/** A second cache behaviour, like the default one but for `change`, from an origin like the first but for `domain`. */
const addBehavior = (PathPattern: string, change: object, domain?: string) =>
  changeDistribution(place.world, (config) => {
    const [first] = config.Origins?.Items ?? []
    const origins = domain === undefined ? [first] : [first, { ...first, Id: 'other', DomainName: domain }]
    const TargetOriginId = domain === undefined ? first?.Id : 'other'
    const added = { ...config.DefaultCacheBehavior, PathPattern, TargetOriginId, ...change }
    return {
      ...config,
      Origins: { Quantity: origins.length, Items: origins },
      CacheBehaviors: { Quantity: 1, Items: [added] },
    } as DistributionConfig
  })

describe('the probe', () => {
  it('lies among the blobs, where the registry sees no blob, and is removed', async () => {
    const before = sandbox.s3Log.length
    expect(ids(await verdicts(), 'fail')).toEqual([])
    const writes = sandbox.s3Log.slice(before).filter(({ method }) => method === 'PUT' || method === 'DELETE')
    const paths = writes.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
    const where = paths[0]?.slice('PUT '.length) ?? ''
    expect(where).toMatch(
      /^\/images\/prod\/docker\/registry\/v2\/blobs\/sha256\/00\/regctl-[0-9a-f]{32}\/probe$/,
    )
    expect(paths).toEqual([`PUT ${where}`, `DELETE ${where}`])
  })

  it('proves what answers for blobs alone: a policy for nothing else is healthy', async () => {
    const narrow = healthy.policy.replace('images/*', 'images/prod/docker/registry/v2/blobs/sha256/*')
    expect(narrow).not.toBe(healthy.policy)
    await aws.s3.putBucketPolicy({ Bucket: 'images', Policy: narrow })
    expect(ids(await verdicts(), 'fail')).toEqual([])
  })

  it('may not be written: what needs it is blocked, the rest is told, and nothing is left', async () => {
    await deny('s3:PutObject', 's3:DeleteObject')
    const all = await verdicts()
    expect(ids(all, 'blocked')).toEqual(['signed-url', 'unsigned-url', 'expired-url'])
    expect(ids(all, 'pass').length).toBe(all.size - 3)
    expect(all.get('signed-url')?.reason).toContain('AWS refused s3:PutObject')
    expect(place.stderr()).toBe('')
    expect((await aws.s3.listObjects({ Bucket: 'images' })).KeyCount).toBe(0)
  })

  it('may not be removed: everything is told, and what is left with the command that removes it', async () => {
    await deny('s3:DeleteObject')
    const said = place.stderr().length
    expect(ids(await verdicts(), 'pass').length).toBe(12)
    const [left] = (await aws.s3.listObjects({ Bucket: 'images' })).Contents ?? []
    const text = place.stderr().slice(said)
    expect(text).toContain(`The probe s3://images/${left?.Key} is left (AWS refused s3:DeleteObject`)
    expect(text).toContain(
      `$ aws s3api delete-object --bucket images --key ${left?.Key} --region us-east-1 --endpoint-url ${sandbox.s3Endpoint}\n`,
    )
    await aws.s3.putBucketPolicy({ Bucket: 'images', Policy: healthy.policy })
  })

  it('is not used where other rules answer for blobs than for it; a blob is, if there is one', async () => {
    await addBehavior('*/data', { TrustedKeyGroups: { Enabled: false, Quantity: 0 } })
    expect((await verdicts()).get('unsigned-url')).toMatchObject({
      status: 'blocked',
      reason: expect.stringContaining('the cache behaviour for blobs is not the one for a probe'),
    })
    await aws.s3.putObject({ Bucket: 'images', Key: `prod${blob}`, Body: 'layer' })
    const all = await verdicts()
    expect(ids(all, 'fail')).toContain('unsigned-url')
  })
})

describe('a second cache behaviour for blobs', () => {
  it('is found when it is open to all, without a command that would not mend it', async () => {
    await addBehavior('*/docker/*', { TrustedKeyGroups: { Enabled: false, Quantity: 0 } })
    const all = await verdicts()
    expect(ids(all, 'fail')).toEqual(['restricted-access', 'unsigned-url', 'expired-url'])
    for (const id of ids(all, 'fail'))
      expect(all.get(id)?.findings[0]?.remedy).toEqual({
        text: expect.stringContaining('path pattern */docker/*'),
      })
  })

  it('is found when its bucket is missing', async () => {
    await addBehavior('*/docker/*', {}, 'nowhere-at-all.s3.us-east-1.amazonaws.com')
    const all = await verdicts()
    expect(ids(all, 'fail')).toEqual(['signed-url'])
    expect(all.get('signed-url')?.findings[0]).toMatchObject({
      cause: 'the bucket of the origin nowhere-at-all.s3.us-east-1.amazonaws.com does not exist',
      evidence: { actual: expect.stringContaining('404 NoSuchBucket') },
      remedy: {
        text: expect.stringContaining('Set the origin’s domain to images.s3.us-east-1.amazonaws.com'),
      },
    })
    expect(all.get('signed-url')?.findings[0]?.remedy).not.toHaveProperty('commands')
  })

  it('is found when it is of another bucket', async () => {
    await aws.s3.createBucket({ Bucket: 'another-one' })
    await addBehavior('*/docker/*', {}, 'another-one.s3.us-east-1.amazonaws.com')
    expect((await verdicts()).get('signed-url')?.findings[0]?.cause).toBe(
      'blobs come from the origin another-one.s3.us-east-1.amazonaws.com, and the registry writes to the bucket images',
    )
  })
})

describe('signed-url', () => {
  const finding = async () => (await verdicts()).get('signed-url')?.findings[0]

  it('tells a forwarded Host from a policy', async () => {
    await changeBehavior(place.world, { OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3' })
    expect(await finding()).toMatchObject({
      cause: expect.stringContaining('Host or Authorization'),
      evidence: { actual: expect.stringContaining('SignatureDoesNotMatch') },
    })
  })

  it('tells a host of another region', async () => {
    await changeDistribution(place.world, (config) => ({
      ...config,
      Origins: {
        Quantity: 1,
        Items: config.Origins?.Items?.map((origin) => ({
          ...origin,
          DomainName: 'images.s3.eu-west-1.amazonaws.com',
        })),
      },
    }))
    expect(await finding()).toMatchObject({
      cause: expect.stringContaining('images.s3.eu-west-1.amazonaws.com is not the host'),
      remedy: { commands: [expect.stringContaining('regctl init')] },
    })
  })
})

describe('deployed', () => {
  it('warns while a change is on its way', async () => {
    const slow = await startSandbox({ deployTime: 300_000 })
    const world = testWorld(slow)
    try {
      const { cloudfront, s3 } = await world.world.aws({ region: undefined })
      await s3.createBucket({ Bucket: 'images' })
      const { Distribution } = await cloudfront.createDistribution({
        DistributionConfigWithTags: {
          Tags: {},
          DistributionConfig: {
            CallerReference: 'x',
            Comment: '',
            Enabled: true,
            Origins: {
              Quantity: 1,
              Items: [
                {
                  Id: 'o',
                  DomainName: 'images.s3.us-east-1.amazonaws.com',
                  S3OriginConfig: { OriginAccessIdentity: '' },
                },
              ],
            },
            DefaultCacheBehavior: {
              TargetOriginId: 'o',
              ViewerProtocolPolicy: 'https-only',
              CachePolicyId: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
            },
          },
        },
      })
      const config = `version: 0.1
storage: {s3: {region: us-east-1, bucket: images}}
middleware:
  storage:
    - {name: cloudfront, options: {baseurl: 'https://${Distribution?.DomainName}/', privatekey: /k.pem, keypairid: K1}}
http: {addr: ':5000'}
`
      await world.world.files.writeText('config.yml', config, { mode: 0o644, overwrite: false })
      const outcome = await world.run(doctor, [])
      const all = outcome.kind === 'verdicts' ? outcome.verdicts : []
      expect(all.find(({ id }) => id === 'deployed')).toMatchObject({
        status: 'fail',
        findings: [
          {
            severity: 'warning',
            evidence: { expected: 'Deployed', actual: 'InProgress' },
            remedy: { commands: [`aws cloudfront wait distribution-deployed --id ${Distribution?.Id}`] },
          },
        ],
      })
    } finally {
      await slow.close()
      world.remove()
    }
  })
})
