import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/drivers/memory.ts'
import { contentMutants } from './mutants/content.ts'
import { openMutant } from './mutants/mutant.ts'
import { judge } from './mutants/run.ts'
import { treeMutants } from './mutants/tree.ts'
import { writerMutants } from './mutants/writers.ts'

const mutants = [...contentMutants, ...writerMutants, ...treeMutants]

/** One of each kind; `npm run mutants` runs all of them, and the broken servers. */
const sample = [
  'reader: the offset is ignored',
  'writer: content shows before the commit',
  'append: the oldest upload is resumed',
  'list: everything below',
  'delete: stops at the first neighbour',
  'walk: skipping a directory hides what begins alike',
]

describe('the suite', () => {
  it('has a hundred broken drivers to catch, each with a name of its own and a source', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(100)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    expect(mutants.filter(({ source }) => source === '')).toEqual([])
  })

  it.each(sample)('catches a driver with the defect "%s"', async (name) => {
    const mutant = mutants.find((candidate) => candidate.name === name)
    if (mutant === undefined) throw new Error(`no such mutant: ${name}`)
    const store = memoryStore()
    const kill = await judge(mutant, async (root) => openMutant(mutant, store, root))
    expect(kill.cases).not.toEqual([])
    expect(kill.crashed).toEqual([])
  })
})
