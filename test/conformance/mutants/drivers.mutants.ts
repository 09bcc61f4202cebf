import { describe, it } from 'vitest'
import { memoryStore } from '../../../src/drivers/memory.ts'
import { driverMutants } from './all.ts'
import { blindEdges } from './blind-edges.ts'
import { openEdge } from './edge.ts'
import { brokenFiles, openBrokenFiles } from './lines.ts'
import { openMutant } from './mutant.ts'
import { expectCaught, expectSound, inFolder } from './outcome.ts'
import { judge } from './run.ts'

describe.concurrent('broken drivers', () => {
  it('pass when they are whole', async (context) => {
    const store = memoryStore()
    const whole = { name: 'whole', source: '', breakDriver: () => ({}) }
    expectSound(context, await judge(whole, async (root) => openMutant(whole, store, root)))
  })
  it.for(driverMutants)('$name', async (mutant, context) => {
    const store = memoryStore()
    expectCaught(context, await judge(mutant, async (root) => openMutant(mutant, store, root)))
  })
})

describe.concurrent('one broken line of the filesystem driver', () => {
  it.for(brokenFiles)('$name', (line, context) =>
    inFolder(async (folder) => {
      expectCaught(context, await judge(line, await openBrokenFiles(line, folder)))
    }),
  )
})

describe.concurrent('broken edges', () => {
  it('pass when they are whole', async (context) => {
    const { open, fetch, edge } = openEdge()
    expectSound(context, await judge({ name: 'whole', source: '' }, open, { fetch, edge }))
  })
  it.for(blindEdges)('$name', async (mutant, context) => {
    const { open, fetch, look, edge } = openEdge()
    const broken = mutant.breakEdge(fetch, look)
    expectCaught(context, await judge(mutant, open, { fetch: broken, edge }))
  })
})
