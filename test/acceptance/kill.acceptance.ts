import { setTimeout as pause } from 'node:timers/promises'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomSource } from '../../src/conformance/random.ts'
import { buildCli, type Cli } from '../support/cli.ts'
import { noted, type Runs, runsOn, seedForeign } from '../support/killed-run.ts'
import { type SandboxProcess, startSandboxProcess } from '../support/sandbox-process.ts'
import { snapshot } from '../support/store-snapshot.ts'

const seed = Number(process.env.ACCEPTANCE_SEED ?? 1)
const kills = Number(process.env.KILLS ?? 50)

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

it(`after SIGKILL at ${kills} random moments --cleanup leaves nothing of ours, and touches nothing else`, async () => {
  const started = performance.now()
  expect((await runs.finish([...quick, '--seed', '1'])).code).toBe(0)
  let whole = performance.now() - started
  const random = randomSource(seed, 'kills')
  const left: { readonly objects: number; readonly uploads: number }[] = []
  let early = 0
  for (let round = 0; left.length < kills; round++) {
    const moment = random.integer(whole)
    const run = runs.start([...quick, '--seed', String(round)])
    const since = performance.now()
    const name = await noted(run)
    if (name === undefined) throw new Error(JSON.stringify(await run.ended))
    // Seeding takes as long as much of a run, which must not have ended by then.
    run.kill('SIGSTOP')
    const ran = performance.now() - since
    await seedForeign(runs, name)
    run.kill('SIGCONT')
    const over = await Promise.race([run.ended, pause(Math.max(0, moment - ran))])
    if (over !== undefined) {
      // The first run was slower; one that has ended can no longer be killed.
      whole = moment
      continue
    }
    run.kill('SIGKILL')
    await run.ended
    const there = await look()
    const ours = there.filter((line) => line.includes(` registry/${name}/`))
    left.push({
      objects: ours.filter((line) => line.startsWith('object')).length,
      uploads: ours.filter((line) => line.startsWith('upload')).length,
    })
    if (ours.length === 0) early += 1
    const cleaned = await runs.finish(['--cleanup', name])
    expect([cleaned.code, cleaned.stderr]).toEqual([0, ''])
    // Whatever was there and is not below the run's name is there still, down to dates and parts.
    expect(await look()).toEqual(there.filter((line) => !ours.includes(line)))
  }
  const sum = (pick: (one: (typeof left)[number]) => number) => left.reduce((all, one) => all + pick(one), 0)
  process.stdout.write(
    `${kills} kills: ${sum(({ objects }) => objects)} objects and ${sum(({ uploads }) => uploads)} open uploads found and removed; ` +
      `${early} kills left nothing\n`,
  )
  expect(sum(({ uploads }) => uploads)).toBeGreaterThan(0)
  expect(early).toBeLessThan(kills / 2)
})
