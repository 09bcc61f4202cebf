import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../../src/commands/conformance.ts'
import { init } from '../../src/commands/init.ts'
import { Failure } from '../../src/core/errors.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import { exitCode } from '../../src/core/outcome.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

function statuses(outcome: Outcome): Record<string, number> {
  if (outcome.kind !== 'verdicts') throw new Error(`a ${outcome.kind}`)
  const counts: Record<string, number> = {}
  for (const { status } of outcome.verdicts) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

describe('regctl conformance', () => {
  let sandbox: Sandbox
  let place: TestWorld
  let client: S3Client
  beforeAll(async () => {
    sandbox = await startSandbox()
    place = testWorld(sandbox)
    await place.run(init, [], { bucket: 'images', yes: true })
    client = new S3Client({
      endpoint: sandbox.s3Endpoint,
      region: sandbox.region,
      credentials: sandbox.credentials,
      forcePathStyle: true,
    })
    const baselines: Record<string, readonly (readonly [id: string, reason: string])[]> = {
      misspelt: [['append/Nope', 'a slip']],
      twice: [
        ['move/Empty', 'one reason'],
        ['move/Empty', 'another'],
      ],
      empty: [['move/Empty', '']],
      removal: [['run/CleanUp', 'it leaves things']],
    }
    for (const [name, entries] of Object.entries(baselines)) {
      const known = entries.map(([id, reason]) => ({ id, reason }))
      writeFileSync(join(place.folder, `${name}.json`), JSON.stringify({ store: 'ours', known }))
    }
    for (const key of ['foreign/1', 'foreign/2', 'regctl-not-ours/marker']) {
      await client.send(new PutObjectCommand({ Bucket: 'images', Key: key, Body: key }))
    }
  })
  afterAll(async () => {
    client.destroy()
    place.remove()
    await sandbox.close()
  })

  const keys = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'images' }))
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'images' }))
    return [...Contents.map(({ Key }) => Key), ...Uploads.map(({ Key }) => `open ${Key}`)]
  }
  const ledger = () => {
    const folder = join(place.folder, '.local/state/regctl/runs')
    return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  }

  it('proves the store of a config, tells first what it will write, and leaves everything else', async () => {
    const before = await keys()
    const outcome = await place.run(conformance, [], {
      config: 'config.yml',
      only: ['content', 'append'],
      yes: true,
      seed: 7,
    })
    expect(statuses(outcome)).toEqual({ pass: 28 })
    expect(exitCode(outcome)).toBe(0)
    expect(place.stderr()).toMatch(
      /27 cases of the profile quick will write about [\d.]+ MiB to the bucket images.*all under regctl-[0-9a-f]{32}\//,
    )
    expect(await keys()).toEqual(before)
    expect(ledger().at(-1)).toMatchObject({ driver: 's3', finished: expect.any(String) })
    expect(JSON.stringify(ledger())).not.toContain(sandbox.credentials.secretAccessKey)
  }, 60_000)

  it('passes the profile edge through CloudFront', async () => {
    const outcome = await place.run(conformance, [], { config: 'config.yml', profile: 'edge', yes: true })
    if (outcome.kind === 'verdicts') {
      expect(outcome.verdicts.filter(({ status }) => status !== 'pass')).toEqual([])
    }
    expect(statuses(outcome).pass).toBeGreaterThan(12)
  })

  it('spoils requests on demand, and says how to see a failure again', async () => {
    const good = await place.run(conformance, [], {
      config: 'config.yml',
      only: ['content'],
      faults: '503=20%,lost=5%',
      seed: 1,
      yes: true,
    })
    expect(statuses(good).pass).toBeGreaterThan(10)
    const bad = await place.run(conformance, [], {
      config: 'config.yml',
      only: ['list/AfterWrite'],
      faults: 'stale-list=100%',
      seed: 1,
      yes: true,
    })
    if (bad.kind !== 'verdicts') throw new Error(bad.kind)
    const [verdict] = bad.verdicts
    expect(verdict?.status).toBe('fail')
    expect(verdict?.findings[0]?.remedy?.commands).toEqual([
      'regctl conformance --config config.yml --only list/AfterWrite --seed 1 --faults stale-list=100%',
    ])
    expect(exitCode(bad)).toBe(1)
  })

  it('fails no run for what the baseline knows', async () => {
    const known = { store: 'a store that lags', known: [{ id: 'list/AfterWrite', reason: 'listings lag' }] }
    writeFileSync(join(place.folder, 'baseline.json'), JSON.stringify(known))
    const options = {
      config: 'config.yml',
      only: ['list/AfterWrite'],
      seed: 1,
      yes: true,
      baseline: 'baseline.json',
    }
    const lags = await place.run(conformance, [], { ...options, faults: 'stale-list=100%' })
    expect(exitCode(lags)).toBe(0)
    const healthy = await place.run(conformance, [], options)
    if (healthy.kind === 'verdicts') expect(healthy.verdicts[0]?.reason).toMatch(/passes now/)
  })

  it('writes a certificate and its badge for a store that passes, and none for one that does not', async () => {
    const options = { driver: 'memory', yes: true, seed: 5 }
    const good = await place.run(conformance, [], { ...options, certificate: 'good.html' })
    expect(exitCode(good)).toBe(0)
    const page = readFileSync(join(place.folder, 'good.html'), 'utf8')
    const badge = readFileSync(join(place.folder, 'good.svg'), 'utf8')
    expect(page).toContain(badge)
    expect(page).toContain('regctl conformance --driver memory --seed 5')
    const passed = (statuses(good).pass ?? 0) - 1
    expect(badge).toContain(`registry storage, quick: ${passed} passed, ${statuses(good).skip} skipped`)
    await expect(place.run(conformance, [], { ...options, certificate: 'good.html' })).rejects.toThrow(
      'good.html is there already',
    )
    // Longer paths than this the operating system does not take.
    const root = Array.from({ length: 18 }, () => 'd'.repeat(200)).join('/')
    const bad = await place.run(conformance, [], {
      ...{ driver: 'filesystem', root, yes: true },
      certificate: 'bad.html',
    })
    expect(exitCode(bad)).toBeGreaterThan(0)
    expect(place.stderr()).toMatch(/No certificate is written: \d+ of \d+ cases did not pass/)
    expect(readdirSync(place.folder)).not.toContain('bad.html')
  })

  it('says once that nothing can be written where the root is', async () => {
    writeFileSync(join(place.folder, 'a-file'), '')
    const running = place.run(conformance, [], { driver: 'filesystem', root: 'a-file', yes: true })
    await expect(running).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^the store cannot be written to: ENOTDIR/),
      remedy: { text: expect.stringContaining('--root') },
    })
  })

  it('finishes what a killed run has left, and touches nothing else', async () => {
    const run = `regctl-${'ab'.repeat(16)}`
    const before = await keys()
    await client.send(new PutObjectCommand({ Bucket: 'images', Key: `${run}/marker`, Body: 'x' }))
    await client.send(new PutObjectCommand({ Bucket: 'images', Key: `${run}/case/deep/~tail`, Body: 'x' }))
    const gone = await place.run(conformance, [], { config: 'config.yml', cleanup: run })
    expect(gone).toMatchObject({ kind: 'value', data: { run, removed: true } })
    expect(await keys()).toEqual(before)
    const again = await place.run(conformance, [], { config: 'config.yml', cleanup: run.slice(7) })
    expect(again).toMatchObject({ data: { removed: false } })
  })

  it('cleans up where the run wrote, not where its config points by now', async () => {
    const run = `regctl-${'ef'.repeat(16)}`
    const config = join(place.folder, 'config.yml')
    const folder = join(place.folder, '.local/state/regctl/runs')
    const entry = {
      run,
      command: 'conformance',
      driver: 's3',
      place: 'the bucket elsewhere',
      config,
      started: '',
    }
    writeFileSync(join(folder, `${run}.json`), JSON.stringify(entry))
    await expect(place.run(conformance, [], { cleanup: run })).rejects.toThrow(
      /wrote to the bucket elsewhere, and .*config.yml now says the bucket images/,
    )
    writeFileSync(
      join(folder, `${run}.json`),
      JSON.stringify({ ...entry, driver: 'memory', place: 'memory' }),
    )
    await expect(place.run(conformance, [], { cleanup: run })).rejects.toThrow(/wrote to memory/)
    writeFileSync(join(folder, `${run}.json`), JSON.stringify(entry))
    // What the person says of the driver does not make the note another one.
    await expect(place.run(conformance, [], { cleanup: run, driver: 'memory' })).rejects.toThrow(
      /config.yml stores on s3, not on memory/,
    )
    // Where the person says it: there, and the note stays open.
    await place.run(conformance, [], { cleanup: run, config: 'config.yml' })
    expect(ledger().find((noted) => noted.run === run)).toEqual(entry)
  })

  it('removes what it wrote when it is interrupted', async () => {
    const before = await keys()
    const interrupt = new AbortController()
    const world = { ...place.world, signal: interrupt.signal }
    const options = Object.fromEntries(
      Object.entries(conformance.options).map(([name, { fallback }]) => [name, fallback]),
    )
    const running = conformance.run(
      { args: [], options: { ...options, config: 'config.yml', yes: true } },
      world,
    )
    setTimeout(() => interrupt.abort(new Error('interrupted')), 600)
    await expect(running).rejects.toThrow('interrupted')
    expect(await keys()).toEqual(before)
  })

  it('tells what had failed when it is interrupted, below the line of progress', async () => {
    const interrupt = new AbortController()
    let told = ''
    const write = (text: string) => {
      told += text
    }
    const world = {
      ...place.world,
      signal: interrupt.signal,
      stderr: { ...place.world.stderr, isTTY: true, columns: 80, write },
      openDriver: async (...args: Parameters<typeof place.world.openDriver>) => {
        const opened = await place.world.openDriver(...args)
        const root = String(args[1].rootdirectory)
        const getContent = async () => {
          if (root.endsWith('TestWriteRead1')) return Buffer.from('something else')
          // The first has failed by then.
          while (!told.includes('1/2')) await new Promise(setImmediate)
          interrupt.abort(new Failure('interrupted', 'interrupted'))
          throw interrupt.signal.reason
        }
        return root.includes('/cases/') ? { ...opened, driver: { ...opened.driver, getContent } } : opened
      },
    }
    const options = Object.fromEntries(
      Object.entries(conformance.options).map(([name, { fallback }]) => [name, fallback]),
    )
    const only = ['content/TestWriteRead1', 'content/TestWriteRead2']
    const running = conformance.run(
      { args: [], options: { ...options, config: 'config.yml', yes: true, only } },
      world,
    )
    await expect(running).rejects.toThrow('interrupted')
    expect(told).toMatch(/\n1 of 2 cases were run; failed: content\/TestWriteRead1\.\n$/)
  })

  it('runs on files and in memory', async () => {
    for (const options of [{ driver: 'filesystem', root: 'store' }, { driver: 'memory' }]) {
      const outcome = await place.run(conformance, [], { ...options, only: ['move', 'stat'], yes: true })
      expect(statuses(outcome).fail).toBeUndefined()
      expect(statuses(outcome).pass).toBeGreaterThan(10)
    }
  })

  it.each([
    [{ config: 'none.yml' }, /cannot read none.yml/],
    [{ driver: 'filesystem' }, /no folder is named/],
    [{ driver: 'filesystem', config: 'config.yml' }, /config.yml stores on s3, not on filesystem/],
    [{ driver: 'memory', only: ['content/nope'] }, /there is no case content\/nope/],
    [{ driver: 'memory', faults: '503=20%' }, /memory makes none/],
    [{ config: 'config.yml', faults: 'dragons=20%' }, /"dragons=20%" is no fault/],
    [{ driver: 'memory', root: 'store' }, /--root is for the filesystem driver/],
    [{ config: 'config.yml', root: 'store' }, /--root is for the filesystem driver/],
    [{ driver: 'memory', config: 'config.yml' }, /config.yml stores on s3, not on memory/],
    [{ config: 'config.yml', faults: 'toString=20%' }, /"toString=20%" is no fault/],
    [{ config: 'config.yml', faults: 'delay=20%' }, /a time is missing/],
    [{ config: 'config.yml', faults: '503=20' }, /a share of the requests is missing/],
    [{ driver: 'memory', baseline: 'constructor' }, /cannot read constructor/],
    [{ driver: 'memory', profile: 'edge' }, /needs a config with the cloudfront middleware/],
    [{ cleanup: 'everything' }, /"everything" is not the name of a run/],
    [{ cleanup: 'cd'.repeat(16) }, /no note of the run/],
    [{ driver: 'memory', cleanup: 'cd'.repeat(16) }, /wrote to memory, which ended with it/],
    [{ driver: 'memory', certificate: 'store.pdf' }, /store.pdf does not end in .html/],
    [{ driver: 'memory', certificate: 'store.html', only: ['list'] }, /for a whole profile/],
    [{ config: 'config.yml', certificate: 'store.html', faults: '503=1%' }, /for a store as it is/],
    [{ driver: 'memory', baseline: 'config.yml' }, /is not a baseline/],
    [{ driver: 'memory', baseline: 'misspelt.json' }, /known\[0\]: there is no case "append\/Nope"/],
    [{ driver: 'memory', baseline: 'twice.json' }, /known\[1\]: move\/Empty is there twice/],
    [{ driver: 'memory', baseline: 'empty.json' }, /known\[0\] needs "id" and "reason"/],
    [{ driver: 'memory', baseline: 'removal.json' }, /there is no case "run\/CleanUp"/],
    [{ root: '' }, /--root is empty/],
    [{ config: 'config.yml', faults: '503=200%' }, /there is no share above 100%/],
  ])('refuses %j with one clear sentence and a cure', async (options, message) => {
    const refusal = await place
      .run(conformance, [], { yes: true, ...options })
      .catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      name: 'Failure',
      kind: 'usage',
      message: expect.stringMatching(message),
      remedy: expect.anything(),
    })
  })
})
