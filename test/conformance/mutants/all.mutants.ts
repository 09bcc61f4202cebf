import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { memoryStore } from '../../../src/drivers/memory.ts'
import { openTestBucket, plainFetch } from '../../drivers/bucket.ts'
import { contentMutants } from './content.ts'
import { brokenLines, openBroken } from './lines.ts'
import { openMutant } from './mutant.ts'
import { judge, type Kill, report } from './run.ts'
import { broken } from './server.ts'
import { serverMutants } from './servers.ts'
import { treeMutants } from './tree.ts'
import { writerMutants } from './writers.ts'

/** Several at a time: much of a run is waiting. */
async function all<T>(items: readonly T[], width: number, act: (item: T) => Promise<Kill>): Promise<Kill[]> {
  const kills: Kill[] = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) kills[index] = await act(items[index] as T)
  }
  await Promise.all(Array.from({ length: width }, work))
  return kills
}

it('catches the broken drivers and stores', async () => {
  const drivers = await all([...contentMutants, ...writerMutants, ...treeMutants], 4, async (mutant) => {
    const store = memoryStore()
    return judge(mutant, async (root) => openMutant(mutant, store, root))
  })
  const files = await all(brokenLines, 2, async (line) => {
    const folder = await mkdtemp(join(tmpdir(), 'regctl-line-'))
    try {
      return await judge(line, await openBroken(line, folder))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
  const bucket = await openTestBucket()
  let number = 0
  const servers = await all(serverMutants, 2, async (mutant) => {
    number += 1
    const change = mutant.breakServer()
    const open = bucket.opener({
      intercept: (inner) => broken(inner, change),
      patience: { total: 300, first: 300 },
    })
    const own = `/${number}`
    return judge(mutant, (root, parameters) => open(own + root, parameters), plainFetch)
  })
  await bucket.close()
  const kills = [...drivers, ...files, ...servers]
  const text = report(kills)
  process.stdout.write(`${text}\n`)
  if (process.env.MUTANTS_REPORT) await writeFile(process.env.MUTANTS_REPORT, text)
  expect(kills.filter((kill) => kill.cases.length === 0).map((kill) => kill.mutant)).toEqual([])
})
