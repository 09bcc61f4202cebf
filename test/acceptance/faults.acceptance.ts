import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import { parseFaults, type Saboteur, saboteur } from '../../src/conformance/faults.ts'
import { type CaseVerdict, runSuite } from '../../src/conformance/run.ts'
import { openTestBucket, plainFetch, type TestBucket } from '../drivers/bucket.ts'
import { eachUpTo, runSchedule } from '../drivers/schedule.ts'
import { buildCli, type Cli } from '../support/cli.ts'
import { type SandboxProcess, startSandboxProcess } from '../support/sandbox-process.ts'

const quick = cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick'))
const seed = Number(process.env.ACCEPTANCE_SEED ?? 1)
const say = (line: string) => process.stdout.write(`${line}\n`)

let cli: Cli
let sandbox: SandboxProcess
let bucket: TestBucket
beforeAll(async () => {
  cli = await buildCli()
  sandbox = await startSandboxProcess(cli)
  bucket = await openTestBucket(sandbox)
})
afterAll(async () => {
  await bucket.close()
  cli.remove()
})

let runs = 0

/** The quick profile over a network with these faults. */
async function suiteWith(faults: string | undefined, faultSeed = seed) {
  const spoiler: Saboteur | undefined =
    faults === undefined ? undefined : saboteur(parseFaults(faults, faultSeed))
  const started = performance.now()
  const verdicts = await runSuite({
    cases: quick,
    run: `run${++runs}`,
    seed: faultSeed,
    open: bucket.opener(spoiler && { intercept: spoiler.wrap }),
    fetch: plainFetch,
  })
  const hits = Object.values(spoiler?.hits ?? {}).reduce((sum, count) => sum + count, 0)
  return { verdicts, seconds: (performance.now() - started) / 1000, hits }
}

const unhappy = (verdicts: readonly CaseVerdict[]) =>
  verdicts
    .filter(({ status }) => status !== 'pass')
    .map(({ id, status, findings, reason }) => [id, status, findings[0]?.message ?? reason])

async function expectNothingLeft(): Promise<void> {
  const { Uploads = [] } = await bucket.client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket.bucket }),
  )
  const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.bucket }))
  expect([...Uploads, ...Contents].map(({ Key }) => Key)).toEqual([])
}

describe('the quick profile', () => {
  /** Seconds on a good network. */
  async function clean(): Promise<number> {
    const run = await suiteWith(undefined)
    expect(unhappy(run.verdicts)).toEqual([])
    return run.seconds
  }

  it.each([
    ['503=20%', 2],
    ['lost=5%', 4],
    ['truncate=50%', 2],
    ['500=10%', 1],
    ['refused=20%', 1],
    ['error-in-200=50%', 1],
    ['flip-up=20%', 1],
    ['brownout=5s', 1],
    ['delay=20ms', 1],
    ['slow=5ms', 1],
    ['503=10%,lost=5%,truncate=20%,flip-up=5%', 2],
  ])(
    'passes with %s, with %i seeds, in at most ten times the time, and leaves no upload open',
    async (faults, seeds) => {
      for (let round = 0; round < seeds; round++) {
        // Measured beside each run, since the machine may have other work.
        const before = await clean()
        const run = await suiteWith(faults, seed + round)
        say(
          `${faults}, seed ${seed + round}: ${run.verdicts.length - unhappy(run.verdicts).length} of ${run.verdicts.length} pass, ${run.hits} faults, ${(run.seconds / before).toFixed(1)} times the clean time`,
        )
        expect(unhappy(run.verdicts)).toEqual([])
        // In a brown-out everything waits.
        expect(run.hits).toBeGreaterThan(faults.startsWith('brownout') ? 4 : 20)
        await expectNothingLeft()
        if (!faults.startsWith('brownout')) expect(run.seconds / before).toBeLessThanOrEqual(10)
      }
    },
  )
})

it('2 000 schedules of faults give no wrong content or size', async () => {
  const schedules = Number(process.env.SCHEDULES ?? 2000)
  let hits = 0
  const wrong: string[] = []
  await eachUpTo(schedules, 6, async (number) => {
    try {
      const hit = await runSchedule(bucket, number)
      hits += hit
    } catch (error) {
      wrong.push(`${String(error)} ${String((error as Error).cause)}`)
    }
  })
  say(`${schedules} schedules, ${hits} faults, ${wrong.length} wrong`)
  expect(wrong).toEqual([])
})
