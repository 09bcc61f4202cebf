import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestBucket, type TestBucket } from './bucket.ts'
import { eachUpTo, runSchedule } from './schedule.ts'

/** As many as two cores do in a few seconds; `npm run acceptance` runs 2 000. */
const schedules = 10

let bucket: TestBucket
beforeAll(async () => {
  bucket = await openTestBucket()
})
afterAll(() => bucket.close())

it(`gives no wrong content or size in ${schedules} schedules of faults`, async () => {
  let hits = 0
  await eachUpTo(schedules, 6, async (seed) => {
    const hit = await runSchedule(bucket, seed)
    hits += hit
  })
  expect(hits).toBeGreaterThan(schedules)
}, 60_000)
