import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { step, withoutRivals } from '../../src/conformance/cases/model.ts'
import { parseFaults, saboteur } from '../../src/conformance/faults.ts'
import { runSteps, script } from '../../src/conformance/model.ts'
import { randomSource } from '../../src/conformance/random.ts'
import { openTestBucket, type TestBucket } from './bucket.ts'

/** Random calls over a random bad network, each schedule from its own seed. SCHEDULES=2000 runs as many. */
const schedules = Number(process.env.SCHEDULES ?? 10)

const mixes = [
  '503=15%,lost=8%',
  '500=10%,refused=10%',
  'lost=15%,truncate=40%',
  'flip-up=20%,503=5%',
  'error-in-200=30%,lost=5%,500=5%',
  'truncate=60%,refused=5%',
]

describe('schedules of faults', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await openTestBucket()
  })
  afterAll(() => bucket.close())

  it(`give no wrong content or size in ${schedules}`, async () => {
    let next = 1
    let hits = 0
    const work = async () => {
      for (let seed = next++; seed <= schedules; seed = next++) {
        const random = randomSource(seed, 'schedule')
        const mix = mixes[seed % mixes.length] ?? ''
        const faults = saboteur(parseFaults(mix, seed))
        const [steps = []] = fc.sample(fc.array(step, { minLength: 8, maxLength: 24 }), { seed, numRuns: 1 })
        const calls = withoutRivals(steps)
        const open = () => bucket.open({ rootdirectory: `/s${seed}` }, { intercept: faults.wrap })
        const left = await runSteps(open, '', calls, random.bytes).catch((error: unknown) => {
          throw new Error(`seed ${seed}, ${mix}: ${script(calls)}`, { cause: error })
        })
        hits += Object.values(faults.hits).reduce((sum, count) => sum + count, 0)
        const { inspector } = await bucket.open({ rootdirectory: `/s${seed}` })
        const there = (await inspector.openUploads()).map(({ path }) => path)
        // What the script itself left open. An empty one that a lost answer fell together with may be gone: within a
        // second S3 tells it from an orphan by nothing.
        const must = left.filter(({ size }) => size > 0).map(({ path }) => path)
        const may = left.filter(({ size }) => size === 0).map(({ path }) => path)
        const beside = there.filter((path) => !must.includes(path))
        expect(
          must.filter((path) => !there.includes(path)),
          `seed ${seed}: uploads lost`,
        ).toEqual([])
        expect(
          beside.filter((path) => !may.includes(path)),
          `seed ${seed}: orphans`,
        ).toEqual([])
      }
    }
    await Promise.all(Array.from({ length: 6 }, work))
    expect(hits).toBeGreaterThan(schedules)
  }, 1_800_000)
})
