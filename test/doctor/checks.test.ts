import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { init } from '../../src/commands/init.ts'
import { sandboxEnvironment } from '../../src/commands/sandbox.ts'
import { exitCode } from '../../src/core/outcome.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { checks } from '../../src/doctor/all.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { generateKeyPair } from '../../src/signing/private-key.ts'
import { blobPath } from '../../src/storage/layout.ts'
import { buildCli, type Cli } from '../support/cli.ts'
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

describe('the bucket', () => {
  it('is said to be elsewhere when the config names another region', async () => {
    const config = readFileSync(join(place.folder, 'config.yml'), 'utf8')
    writeFileSync(join(place.folder, 'region.yml'), config.replace('region: us-east-1', 'region: eu-west-1'))
    const found = (await verdicts({ config: 'region.yml' })).find(({ id }) => id === 'bucket')?.findings[0]
    expect(found).toMatchObject({
      message: 'the bucket images is not in eu-west-1',
      evidence: { expected: 'eu-west-1', actual: 'us-east-1' },
      remedy: { commands: ['aws s3api get-bucket-location --bucket images'] },
    })
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

  it('says how grave it is: an error only where pulls fail or layers are given away', async () => {
    const grave = async (id: string) => (await verdicts()).find((v) => v.id === id)?.findings[0]?.severity
    await changeBehavior(place.world, { ViewerProtocolPolicy: 'redirect-to-https' })
    expect(await grave('viewer-protocol')).toBe('warning')
    await changeBehavior(place.world, { ViewerProtocolPolicy: 'allow-all' })
    expect(await grave('viewer-protocol')).toBe('error')
    await mend()
    await changeBehavior(place.world, methodSets(['GET', 'HEAD'], ['GET', 'HEAD']))
    expect([await grave('allowed-methods'), await grave('cached-methods')]).toEqual(['warning', 'warning'])
    expect(exitCode(await place.run(doctor, []))).toBe(0)
    await mend()
  })

  it('gives no command where init did not make the distribution', async () => {
    await changeDistribution(place.world, (config) => ({ ...config, Comment: 'by hand', Enabled: false }))
    const byHand = (await verdicts()).find(({ id }) => id === 'distribution')?.findings[0]?.remedy
    expect(byHand).toEqual({ text: expect.stringContaining('not made by init') })
    await changeDistribution(place.world, (config) => ({
      ...config,
      Comment: 'regctl: images',
      Enabled: true,
    }))
  })

  it('gives no command where init would make another key', async () => {
    const file = join(place.folder, 'cloudfront.pem')
    renameSync(file, `${file}.away`)
    await setOriginPath(place.world, '/prod')
    const remedy = (await verdicts()).find(({ id }) => id === 'origin-path')?.findings[0]?.remedy
    renameSync(`${file}.away`, file)
    expect(remedy).toEqual({ text: expect.stringContaining('run doctor with --key') })
    await mend()
  })

  it('is found: the private key', async () => {
    const file = join(place.folder, 'other.pem')
    writeFileSync(file, generateKeyPair().privatePem)
    expect(await failing({ key: 'other.pem' })).toEqual(['key-pair', 'signed-url'])
  })
})

describe('the command that a finding names', () => {
  let cli: Cli
  beforeAll(async () => {
    cli = await buildCli()
    return () => cli.remove()
  })

  /** The words that a shell makes of a line. */
  const words = (line: string) =>
    execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1)

  it('mends it, for a config, a key and a path with blanks, quotes and another place', async () => {
    const config = "it's prod.yml"
    renameSync(join(place.folder, 'cloudfront.pem'), join(place.folder, "the key's.pem"))
    const text = readFileSync(join(place.folder, 'config.yml'), 'utf8')
    writeFileSync(
      join(place.folder, config),
      text.replace(/privatekey: .*/, 'privatekey: /etc/registry/cf.pem'),
    )
    const options = { config, key: "the key's.pem" }
    await setOriginPath(place.world, '/prod')
    const line = (await verdicts(options)).find(({ id }) => id === 'origin-path')?.findings[0]?.remedy
      ?.commands?.[0]
    const [program, ...args] = words(line ?? '')
    expect([program, ...args]).toEqual([
      ...['regctl', 'init', '--bucket', 'images', '--region', 'us-east-1', '--root-directory', '/prod'],
      ...['--config', config, '--registry', '3.1.1', '--key', "the key's.pem"],
      ...['--key-path', '/etc/registry/cf.pem'],
    ])
    const env = Object.fromEntries(
      Object.entries(sandboxEnvironment(sandbox)).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    )
    const ran = await cli.run([...args, '--yes'], { env, cwd: place.folder })
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).toContain('origin path')
    expect(await failing(options)).toEqual([])
    expect(readFileSync(join(place.folder, config), 'utf8')).toContain('/etc/registry/cf.pem')
  })
})
