import * as fc from 'fast-check'
import { step, withoutRivals } from '../../src/conformance/cases/model.ts'
import { parseFaults, saboteur } from '../../src/conformance/faults.ts'
import { runSteps, script } from '../../src/conformance/model.ts'
import { randomSource } from '../../src/conformance/random.ts'
import type { TestBucket } from './bucket.ts'

/** What a schedule's network does to requests; each seed takes one of them. */
const mixes = [
  '503=15%,lost=8%',
  '500=10%,refused=10%',
  'lost=15%,truncate=40%',
  'flip-up=20%,503=5%',
  'error-in-200=30%,lost=5%,500=5%',
  'truncate=60%,refused=5%',
]

/**
 * Random calls over a random bad network, both from `seed`. Throws at the first wrong content, size or answer, and
 * when an upload is lost or left behind. Gives the number of faults that hit.
 */
export async function runSchedule(bucket: TestBucket, seed: number): Promise<number> {
  const mix = mixes[seed % mixes.length] ?? ''
  const faults = saboteur(parseFaults(mix, seed))
  const [steps = []] = fc.sample(fc.array(step, { minLength: 8, maxLength: 24 }), { seed, numRuns: 1 })
  const calls = withoutRivals(steps)
  const what = `seed ${seed}, ${mix}: ${script(calls)}`
  const rootdirectory = `/s${seed}`
  const open = () => bucket.open({ rootdirectory }, { intercept: faults.wrap })
  const left = await runSteps(open, '', calls, randomSource(seed, 'schedule').bytes).catch(
    (error: unknown) => {
      throw new Error(what, { cause: error })
    },
  )
  const { inspector } = await bucket.open({ rootdirectory })
  // What the script itself left open must be there. An empty one that a lost answer fell together with may be gone:
  // within a second S3 tells it from an orphan by nothing.
  const there = (await inspector.openUploads()).map(({ path }) => path)
  const lost = without(
    left.filter(({ size }) => size > 0).map(({ path }) => path),
    there,
  )
  const orphans = without(
    there,
    left.map(({ path }) => path),
  )
  if (lost.length > 0) throw new Error(`${what}: uploads lost: ${lost.join(', ')}`)
  if (orphans.length > 0) throw new Error(`${what}: orphans: ${orphans.join(', ')}`)
  return Object.values(faults.hits).reduce((sum, count) => sum + count, 0)
}

/** What is in `these` more often than in `others`. */
function without(these: readonly string[], others: readonly string[]): string[] {
  const left = [...others]
  return these.filter((item) => {
    const at = left.indexOf(item)
    if (at !== -1) left.splice(at, 1)
    return at === -1
  })
}

/** `act` on each of the numbers from 1 to `count`, `width` at a time. */
export async function eachUpTo(
  count: number,
  width: number,
  act: (number: number) => Promise<void>,
): Promise<void> {
  let next = 1
  const work = async () => {
    for (let number = next++; number <= count; number = next++) await act(number)
  }
  await Promise.all(Array.from({ length: width }, work))
}
