import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildCli, type Cli } from '../support/cli.ts'
import { noted, type Runs, runsOn, seedForeign } from '../support/killed-run.ts'
import { type SandboxProcess, startSandboxProcess } from '../support/sandbox-process.ts'
import { snapshot } from '../support/store-snapshot.ts'

/** `regctl conformance` as a process, against a sandbox in another one. */
vi.setConfig({ testTimeout: 60_000 })
let cli: Cli
let sandbox: SandboxProcess
let runs: Runs
beforeAll(async () => {
  cli = await buildCli()
  sandbox = await startSandboxProcess(cli)
  runs = runsOn(cli, sandbox, 'registry')
  await runs.client.send(new CreateBucketCommand({ Bucket: 'registry' }))
})
afterAll(async () => {
  runs.client.destroy()
  runs.remove()
  await sandbox.stop()
  cli.remove()
})

const quick = ['--config', 'config.yml', '--yes']
const look = () => snapshot(runs.client, runs.bucket)

/** A run in the middle of its work: content of a case is there. `others` are what is not ours. */
async function underWay() {
  const run = runs.start(quick)
  const name = await noted(run)
  if (name === undefined) throw new Error(JSON.stringify(await run.ended))
  await seedForeign(runs, name)
  const ours = (line: string) => line.includes(` registry/${name}/`)
  while ((await look()).filter(ours).length < 2);
  return { run, name, ours }
}

describe('regctl conformance, stopped', () => {
  it('by SIGKILL, leaves to --cleanup what it wrote, and that touches nothing else', async () => {
    const { run, name, ours } = await underWay()
    run.kill('SIGKILL')
    await run.ended
    const there = await look()
    expect(there.filter(ours)).not.toEqual([])
    const cleaned = await runs.finish(['--cleanup', name])
    expect(cleaned).toEqual({
      code: 0,
      stdout: `Removed everything under ${name}/ from the bucket registry under /registry at ${sandbox.endpoint}.\n`,
      stderr: '',
    })
    expect(await look()).toEqual(there.filter((line) => !ours(line)))
  })

  it('by Ctrl-C, removes all it wrote and nothing else', async () => {
    const { run, ours } = await underWay()
    const others = (await look()).filter((line) => !ours(line))
    run.kill('SIGINT')
    const { code, stdout, stderr } = await run.ended
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr.split('\n').slice(-4)).toEqual([
      'Stopping; Ctrl-C again stops at once, without cleaning up.',
      expect.stringMatching(/^\d+ of \d+ cases were run; none failed\.$/),
      'regctl: interrupted',
      '',
    ])
    expect(await look()).toEqual(others)
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('by %s, removes all it wrote and nothing else', async (signal) => {
    const { run, ours } = await underWay()
    const others = (await look()).filter((line) => !ours(line))
    run.kill(signal)
    const { code, stdout, stderr } = await run.ended
    expect([code, stdout, stderr.split('\n').at(-2)]).toEqual([130, '', `regctl: stopped by ${signal}`])
    expect(await look()).toEqual(others)
  })

  it('by a second Ctrl-C, ends at once even when the store is silent', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const run = runs.start([
      ...quick,
      '--config',
      runs.config({ regionendpoint: `http://127.0.0.1:${port}` }),
    ])
    await new Promise((resolve) => silent.once('connection', resolve))
    run.kill('SIGINT')
    await run.said(/Stopping/)
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
    silent.close()
    // Less than the driver would wait for the store.
  }, 20_000)
})

// Linux's disk that is always full.
it.runIf(existsSync('/dev/full'))('a result that cannot be written is no success', async () => {
  const line = 'regctl conformance --driver memory --only content/empty --yes > /dev/full'
  const { code, stderr } = await runs.paste(line)
  expect([code, stderr.split('\n').at(-2)]).toEqual([
    3,
    'regctl: the output cannot be written: ENOSPC: no space left on device, write',
  ])
})

describe('a failure of regctl conformance', () => {
  it.each([
    ['list/AfterWrite', 'stale-list=100%'],
    ['stream/TestReaderWithOffset', 'flip-down=60%'],
  ])('of %s prints the line that shows the same failure', async (id, faults) => {
    const config = runs.config({}, 'my store.yml')
    const first = await runs.finish([
      '--config',
      config,
      '--only',
      id.split('/')[0] ?? '',
      '--faults',
      faults,
      '--yes',
      '--json',
    ])
    const failed = JSON.parse(first.stdout).verdicts.find((verdict: { id: string }) => verdict.id === id)
    expect(failed?.status).toBe('fail')
    const [line] = failed.findings[0].remedy.commands
    const again = JSON.parse((await runs.paste(`${line} --yes --json`)).stdout).verdicts[0]
    expect(again.findings[0].message).toBe(failed.findings[0].message)
  })
})

describe('regctl conformance tells in one sentence, with the cure,', () => {
  const told = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await runs.finish([...args, '--yes'])
    expect(stdout).toBe('')
    expect(stderr).not.toMatch(/ at .*:\d+:\d+|node:internal/)
    const lines = stderr.split('\n').filter((line) => !line.includes('cases of the profile'))
    return { code, text: lines.join('\n').replace(/regctl-[0-9a-f]{32}/g, 'RUN') }
  }

  it('that it has no such driver', async () => {
    expect(await told(['--driver', 'floppy'])).toEqual({
      code: 2,
      text: `regctl: option '--driver <name>' argument 'floppy' is invalid. Allowed choices are config, s3, filesystem, memory.
  regctl help shows the commands, regctl help COMMAND its options.
`,
    })
  })

  it.each([
    [
      'that a chunk is too small',
      { chunksize: 1_000_000 },
      2,
      's3: the chunksize 1000000 parameter should be a number between 5242880 and 5368709120 (inclusive)',
      'Write chunksize in bytes, as digits only; the default is 10485760.',
    ],
    [
      'that there is no such bucket',
      { bucket: 'nowhere' },
      2,
      's3: there is no bucket nowhere',
      'Check storage.s3.bucket, or make the bucket (regctl init).',
    ],
    [
      'that the bucket is in another region',
      { region: 'eu-west-1' },
      2,
      's3: the bucket registry is not in eu-west-1 but in us-east-1',
      'Set storage.s3.region to the region of the bucket (aws s3api get-bucket-location).',
    ],
    [
      'that nobody listens',
      { regionendpoint: 'http://127.0.0.1:1' },
      3,
      's3: no answer from http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
      'Check regionendpoint, the network and the proxy.',
    ],
    [
      'that the key is unknown',
      { accesskey: 'AKIAUNKNOWN', secretkey: 'x' },
      3,
      's3: the store does not accept the credentials (InvalidAccessKeyId)',
      'Check accesskey, secretkey and the clock of this machine.',
    ],
  ])('%s', async (_, parameters, code, message, cure) => {
    const answer = await told(['--config', runs.config(parameters, 'bad.yml')])
    expect(answer).toEqual({ code, text: `regctl: ${message}\n  ${cure}\n` })
  })

  it.each([
    ['s3:PutObject', 'objects', false],
    ['s3:GetObject', 'objects', false],
    ['s3:DeleteObject', 'objects', true],
    ['s3:ListBucket', 'bucket', true],
    ['s3:ListBucketMultipartUploads', 'bucket', true],
    ['s3:ListMultipartUploadParts', 'objects', false],
    ['s3:AbortMultipartUpload', 'objects', true],
  ])('that it may not do %s', async (action, where, left) => {
    const bucket = `denied-${action.slice(3).toLowerCase()}`
    await runs.client.send(new CreateBucketCommand({ Bucket: bucket }))
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: action,
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    }
    const policy = { Version: '2012-10-17', Statement: [statement] }
    await runs.client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }))
    const cure = `Allow ${action} on the ${where} to the identity in use`
    expect(await told(['--config', runs.config({ bucket }, 'bad.yml')])).toEqual({
      code: 3,
      text: `regctl: the store refuses ${action}\n  ${cure}${left ? '; then remove what the run has left:\n    $ regctl conformance --cleanup RUN' : '.'}\n`,
    })
  })
})
