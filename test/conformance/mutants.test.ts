import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/drivers/memory.ts'
import { contentMutants } from './mutants/content.ts'
import { openMutant } from './mutants/mutant.ts'
import { judge, type Kill, report } from './mutants/run.ts'
import { treeMutants } from './mutants/tree.ts'
import { writerMutants } from './mutants/writers.ts'

const mutants = [...contentMutants, ...writerMutants, ...treeMutants]

describe('the suite', () => {
  it('catches broken drivers', async () => {
    const kills: Kill[] = []
    for (const mutant of mutants) {
      const store = memoryStore()
      kills.push(await judge(mutant, async (root) => openMutant(mutant, store, root)))
    }
    console.log(report(kills))
    expect(kills.filter((kill) => kill.cases.length === 0).map((kill) => kill.mutant)).toEqual([])
  }, 300_000)
})
