import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/drivers/memory.ts'
import { driverMethods, type FileWriter } from '../../src/storage/driver.ts'
import { everyMutant, driverMutants as mutants, servers } from './mutants/all.ts'
import { blindMutants } from './mutants/blind.ts'
import { blindEdges } from './mutants/blind-edges.ts'
import { blindLines } from './mutants/blind-lines.ts'
import { blindServers } from './mutants/blind-servers.ts'
import { harmless } from './mutants/harmless.ts'
import { brokenFiles, brokenS3, isThere } from './mutants/lines.ts'
import { changesOf, type DriverMutant, openMutant } from './mutants/mutant.ts'
import { judge } from './mutants/run.ts'
import { operations, sources } from './mutants/sources.ts'

/** One of each kind; `npm run mutants` runs all of them, and the broken servers. */
const sample = [
  'reader: the offset is ignored',
  'writer: content shows before the commit',
  'append: the oldest upload is resumed',
  'list: everything below',
  'delete: stops at the first neighbour',
  'walk: skipping a directory hides what begins alike',
]

const writerMethods = [
  'size',
  'write',
  'close',
  'cancel',
  'commit',
] as const satisfies readonly (keyof FileWriter)[]

/** What a broken driver does otherwise: methods of the driver, and of the writers it gives. */
async function methodsOf(mutant: DriverMutant): Promise<readonly string[]> {
  const { driver, changed } = openMutant(mutant, memoryStore(), '/root')
  const writer = await driver.writer('/file', { append: false })
  const methods = [...changed, ...changesOf(writer)]
  await writer.close()
  return methods
}

describe('the suite', () => {
  it('has two hundred broken stores to catch, each with a name of its own and a source', () => {
    expect(everyMutant.length).toBeGreaterThanOrEqual(200)
    expect(new Set(everyMutant.map(({ name }) => name)).size).toBe(everyMutant.length)
    expect(everyMutant.filter(({ source }) => source === '')).toEqual([])
  })

  it('has a hundred that were written without sight of the cases', () => {
    const blind = blindMutants.length + blindServers.length + blindLines.length + blindEdges.length
    expect(blind).toBeGreaterThanOrEqual(100)
  })

  it.each(Object.entries(sources))('has one for what is known: %s', (_, names) => {
    if (typeof names === 'string') return expect(names.length).toBeGreaterThan(20)
    const there = [...everyMutant, ...harmless].map(({ name }) => name)
    expect(names.filter((name) => !there.includes(name))).toEqual([])
    expect(names).not.toEqual([])
  })

  it.each([...brokenFiles, ...blindLines, ...brokenS3])('finds the line to break: $name', async (line) => {
    expect(await isThere(line)).toBe(true)
  })

  it.each(operations)('has two at least for %s', (operation) => {
    expect(servers.filter(({ name }) => name.startsWith(`${operation}:`)).length).toBeGreaterThanOrEqual(2)
  })

  it('has two at least for each method of a driver and of a writer', async () => {
    const counts = new Map<string, number>()
    const count = (methods: readonly string[]) => {
      for (const method of methods) counts.set(method, (counts.get(method) ?? 0) + 1)
    }
    for (const mutant of mutants) count(await methodsOf(mutant))
    // Memory has no URLs; their defects are of the S3 driver and of what serves its URLs.
    count(
      [...blindLines, ...servers].filter(({ name }) => /URL|^presigned/.test(name)).map(() => 'redirectURL'),
    )
    expect([...driverMethods, ...writerMethods].filter((method) => (counts.get(method) ?? 0) < 2)).toEqual([])
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
