import * as fc from 'fast-check'
import type { Case, CaseContext } from '../case.ts'
import { needed } from '../expect.ts'
import { files, places, runSteps, type Step } from '../model.ts'

/** Random sequences of calls against a model in memory; what fails is shrunk to the shortest script that still does. */

const file = fc.constantFrom(...files)
const place = fc.constantFrom(...places)
const size = fc.constantFrom(0, 1, 32, 1000)

const put = fc.record({ call: fc.constant('put' as const), path: file, size })

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('stream' as const), path: file, size }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('open' as const), path: file, size }) },
  {
    weight: 3,
    arbitrary: fc.record({
      call: fc.constant('append' as const),
      path: file,
      size,
      end: fc.constantFrom('close' as const, 'commit' as const, 'cancel' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ call: fc.constantFrom('get' as const, 'stat' as const), path: place }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constant('read' as const),
      path: file,
      offset: fc.constantFrom(0, 1, 31, 32, 33),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constantFrom('list' as const, 'walk' as const), path: place }),
  },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('delete' as const), path: place }) },
  { weight: 2, arbitrary: fc.record({ call: fc.constant('move' as const), path: place, dest: file }) },
)

/** As many calls each time, the first on nothing but new content, since few calls hardly meet; some left out to shrink. */
function sequence(length: number): fc.Arbitrary<Step[]> {
  const some = (call: fc.Arbitrary<Step>, count: number) =>
    fc.array(fc.option(call, { freq: 1000 }), { minLength: count, maxLength: count })
  return fc
    .tuple(some(put, 4), some(step, length - 4))
    .map((parts) => parts.flat().filter((call) => call !== null))
}

/** Two open uploads of one path are told apart by S3's clock, which counts seconds: the second is not opened here. */
export function withoutRivals(steps: readonly Step[]): Step[] {
  const open = new Set<string>()
  return steps.filter((item) => {
    // On empty content an append opens one, too.
    if (item.call === 'append' && item.end === 'close') open.add(item.path)
    else if (item.call === 'append') open.delete(item.path)
    if (item.call !== 'open') return true
    if (open.has(item.path)) return false
    open.add(item.path)
    return true
  })
}

async function sequences(
  { open, random, inspector, signal }: CaseContext,
  runs: number,
  length: number,
): Promise<void> {
  let round = 0
  const end = performance.now() + 100_000
  const result = await fc.check(
    fc.asyncProperty(sequence(length), async (steps) => {
      // fast-check's own limit would leave a sequence behind that still runs.
      if (signal.aborted || performance.now() > end) return
      round += 1
      await runSteps(open, `/r${round}`, withoutRivals(steps), random.bytes)
    }),
    { seed: random.integer(2 ** 31), numRuns: runs },
  )
  if (inspector !== undefined) {
    for (const upload of await needed(inspector).openUploads()) await inspector.abortUpload(upload)
  }
  if (result.failed && result.errorInstance !== null) throw result.errorInstance
}

export const model: readonly Case[] = [
  {
    id: 'model/Sequences',
    proves: 'random sequences of calls get the answers that the contract gives',
    requires: ['resumable'],
    bytes: 10_000,
    run: (context) => sequences(context, 2, 30),
  },
  {
    id: 'model/ManySequences',
    proves:
      'long random sequences of calls, as many as 100 seconds allow, get the answers that the contract gives',
    requires: ['resumable'],
    profiles: ['full'],
    bytes: 2_000_000,
    run: (context) => sequences(context, 40, 40),
  },
]
