import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { init } from '../../src/commands/init.ts'
import { exitCode } from '../../src/core/outcome.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { checks } from '../../src/doctor/all.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { generateKeyPair } from '../../src/signing/private-key.ts'
import { blobPath } from '../../src/storage/layout.ts'
import { changeBehavior, changeDistribution, methodSets, setOriginPath } from '../support/sandbox-changes.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

/** Each check passes on what init made, and fails when the one thing it looks at is changed in the sandbox. */
let sandbox: Sandbox
let place: TestWorld
const setUp = { bucket: 'images', rootDirectory: '/prod', yes: true }

beforeAll(async () => {
  sandbox = await startSandbox({})
  place = testWorld(sandbox)
  await place.run(init, [], setUp)
})

afterAll(async () => {
  await sandbox.close()
  place.remove()
})

async function verdicts(options: Readonly<Record<string, unknown>> = {}): Promise<readonly Verdict[]> {
  const outcome = await place.run(doctor, [], options)
  if (outcome.kind !== 'verdicts') throw new Error('doctor gave no verdicts')
  return outcome.verdicts
}

const failing = async (options?: Readonly<Record<string, unknown>>) =>
  (await verdicts(options)).filter(({ status }) => status === 'fail').map(({ id }) => id)

describe('what init made', () => {
  it('passes every check, and the probe is gone', async () => {
    const all = await verdicts()
    expect(all.map(({ id, status }) => [id, status])).toEqual(checks.map(({ id }) => [id, 'pass']))
    const { s3 } = await place.world.aws({ region: undefined })
    expect((await s3.listObjects({ Bucket: 'images' })).KeyCount).toBe(0)
  })
})

describe('--read-only', () => {
  it('writes nothing: it fetches a blob of the registry, and says so where there is none', async () => {
    const before = sandbox.s3Log.length
    const none = await verdicts({ readOnly: true })
    expect(none.find(({ id }) => id === 'signed-url')).toMatchObject({
      status: 'blocked',
      reason: expect.stringContaining('no blob yet'),
    })
    expect(sandbox.s3Log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
    const { s3 } = await place.world.aws({ region: undefined })
    const Key = `prod${blobPath(`sha256:${'b2'.repeat(32)}`)}`
    await s3.putObject({ Bucket: 'images', Key, Body: 'layer' })
    expect((await verdicts({ readOnly: true })).filter(({ status }) => status !== 'pass')).toEqual([])
    await s3.deleteObject({ Bucket: 'images', Key })
  })
})

describe('what cannot be looked at', () => {
  it('is blocked, and what needs it too', async () => {
    const denied = testWorld(sandbox, { AWS_SECRET_ACCESS_KEY: 'wrong' })
    try {
      const outcome = await denied.run(doctor, [], { config: join(place.folder, 'config.yml') })
      const all = outcome.kind === 'verdicts' ? outcome.verdicts : []
      expect(all.filter(({ status }) => status !== 'blocked')).toEqual([])
      expect(all[0]?.reason).toContain('AWS does not accept the credentials')
      expect(exitCode(outcome)).toBe(3)
    } finally {
      denied.remove()
    }
  })

  it('is skipped where the thing itself is missing', async () => {
    const config = readFileSync(join(place.folder, 'config.yml'), 'utf8')
    writeFileSync(
      join(place.folder, 'elsewhere.yml'),
      config
        .replace(/https:\/\/127[^/]*/, 'https://127.0.0.1:1')
        .replace('bucket: images', 'bucket: nowhere'),
    )
    const all = await verdicts({ config: 'elsewhere.yml' })
    expect(all.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
      'bucket',
      'distribution',
    ])
    expect(all.filter(({ status }) => status === 'skip').length).toBe(all.length - 2)
  })
})

describe('one thing changed in the sandbox', () => {
  const mend = () => place.run(init, [], setUp)

  it.each<[string, () => Promise<unknown>, readonly string[]]>([
    ['the origin path', () => setOriginPath(place.world, '/prod'), ['origin-path', 'signed-url']],
    [
      'the protocol policy',
      () => changeBehavior(place.world, { ViewerProtocolPolicy: 'redirect-to-https' }),
      ['viewer-protocol'],
    ],
    [
      'the allowed methods',
      () => changeBehavior(place.world, methodSets(['GET', 'HEAD', 'OPTIONS'], ['GET', 'HEAD', 'OPTIONS'])),
      ['allowed-methods'],
    ],
    [
      'the cached methods',
      () =>
        changeBehavior(
          place.world,
          methodSets(['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'], ['GET', 'HEAD']),
        ),
      ['cached-methods'],
    ],
    [
      'the restriction',
      () => changeBehavior(place.world, { TrustedKeyGroups: { Enabled: false, Quantity: 0 } }),
      ['restricted-access', 'key-pair', 'unsigned-url', 'expired-url'],
    ],
    [
      'the switch',
      () => changeDistribution(place.world, (config) => ({ ...config, Enabled: false })),
      ['distribution'],
    ],
    [
      'the bucket policy',
      async () => {
        const { s3 } = await place.world.aws({ region: undefined })
        const Statement = [
          { Effect: 'Deny', Principal: '*', Action: 's3:PutBucketAcl', Resource: 'arn:aws:s3:::images' },
        ]
        await s3.putBucketPolicy({
          Bucket: 'images',
          Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
        })
      },
      ['signed-url'],
    ],
  ])('is found: %s', async (_, change, ids) => {
    await change()
    expect(await failing()).toEqual(ids)
    await mend()
    expect(await failing()).toEqual([])
  })

  it('is mended by the very command that the finding names', async () => {
    await setOriginPath(place.world, '/prod')
    const all = await verdicts()
    const command = all.find(({ id }) => id === 'origin-path')?.findings[0]?.remedy?.commands?.[0]
    expect(command).toBe(
      `regctl init --bucket images --region us-east-1 --root-directory /prod --registry 3.1.1 --key ${join(place.folder, 'cloudfront.pem')}`,
    )
    await mend()
    await changeDistribution(place.world, (config) => ({ ...config, Comment: 'by hand', Enabled: false }))
    const byHand = (await verdicts()).find(({ id }) => id === 'distribution')?.findings[0]?.remedy
    expect(byHand).toEqual({ text: expect.stringContaining('not made by init') })
    await changeDistribution(place.world, (config) => ({
      ...config,
      Comment: 'regctl: images',
      Enabled: true,
    }))
  })

  it('is found: the private key', async () => {
    const file = join(place.folder, 'other.pem')
    writeFileSync(file, generateKeyPair().privatePem)
    expect(await failing({ key: 'other.pem' })).toEqual(['key-pair', 'signed-url'])
  })
})
