import { afterAll, beforeAll, describe, it } from 'vitest'
import { openTestBucket, plainFetch, type TestBucket } from '../../drivers/bucket.ts'
import { servers } from './all.ts'
import { blindLines } from './blind-lines.ts'
import { harmless } from './harmless.ts'
import { brokenS3, openBrokenS3 } from './lines.ts'
import { expectCaught, expectSound, inFolder } from './outcome.ts'
import { judge } from './run.ts'
import { broken, type Change, type ServerMutant } from './server.ts'

let bucket: TestBucket
let number = 0
beforeAll(async () => {
  bucket = await openTestBucket()
})
afterAll(() => bucket.close())

/** The suite's verdicts on a store that answers by `change`, under a root of its own. */
function judgeStore(mutant: Omit<ServerMutant, 'breakServer'>, change: Change) {
  const own = `/${++number}`
  const open = bucket.opener({
    intercept: (inner) => broken(inner, change),
    patience: { total: 300, first: 300 },
  })
  const fetch = mutant.breakFetch?.(plainFetch) ?? plainFetch
  return judge(mutant, (root, parameters, watch) => open(own + root, parameters, watch), { fetch })
}

describe.concurrent('broken stores', () => {
  it.for(servers)('$name', async (mutant, context) => {
    const kill = await judgeStore(mutant, mutant.breakServer(bucket))
    expectCaught(context, kill, mutant.denied)
  })
})

describe.concurrent('odd stores that are sound', () => {
  it('the whole one', async (context) => {
    expectSound(context, await judgeStore({ name: 'whole', source: '' }, (_, pass) => pass()))
  })
  it.for(harmless)('$name', async (mutant, context) => {
    expectSound(context, await judgeStore(mutant, mutant.breakServer(bucket)))
  })
  it.for(blindLines.flatMap(({ on, name }) => (on ? [{ name, on }] : [])))(
    'the store of $name',
    async ({ on, name }, context) => {
      expectSound(context, await judgeStore({ name, source: '' }, on(bucket)))
    },
  )
})

describe.concurrent('one broken line of the S3 driver', () => {
  it.for([...blindLines, ...brokenS3])('$name', (line, context) =>
    inFolder(async (folder) => {
      const own = `/${++number}`
      const open = await openBrokenS3(line, folder, bucket)
      const kill = await judge(line, (root, parameters, watch) => open(own + root, parameters, watch), {
        fetch: plainFetch,
      })
      expectCaught(context, kill)
    }),
  )
})
