import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFilesystemDriver } from '../../src/drivers/filesystem.ts'
import { memoryStore, openMemoryDriver } from '../../src/drivers/memory.ts'
import type { StorageDriver } from '../../src/storage/driver.ts'
import { under } from '../../src/storage/rooted.ts'
import { openTestBucket, type TestBucket } from './bucket.ts'

/** A tree, and a walk over it: names that begin alike and sort around the slash. */
interface Walk {
  readonly files: readonly string[]
  readonly from: string
  readonly startAfter: string | undefined
  /** Directories that are not descended into. */
  readonly skip: readonly string[]
  readonly stopAt: string | undefined
}

const name = fc.constantFrom('a', 'a-b', 'a.b', 'a0', 'ab', 'b', '1.2', '1.20')
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`)
const anyWalk: fc.Arbitrary<Walk> = fc
  .record({
    files: fc.uniqueArray(path, { minLength: 1, maxLength: 12 }),
    from: fc.oneof(fc.constant('/'), path),
    startAfter: fc.option(path, { nil: undefined }),
    skip: fc.array(path, { maxLength: 2 }),
    stopAt: fc.option(path, { nil: undefined }),
  })
  // No path is both file and directory.
  .map((walk) => ({
    ...walk,
    files: walk.files.filter((file) => !walk.files.some((other) => other.startsWith(`${file}/`))),
  }))

/** What the contract says, told another way than the drivers do it: each visit as a line. */
function expected({ files, from, startAfter, skip, stopAt }: Walk): string[] | 'not found' {
  const base = from === '/' ? '' : from
  const below = files.filter((file) => file.startsWith(`${base}/`)).sort()
  if (below.length === 0 && from !== '/' && !files.includes(from)) return 'not found'
  const seen: string[] = []
  for (const file of below.filter((file) => startAfter === undefined || file > startAfter)) {
    const names = file.slice(base.length + 1).split('/')
    const folders = names.slice(0, -1).map((_, index) => `${base}/${names.slice(0, index + 1).join('/')}`)
    const barrier = folders.findIndex((folder) => skip.includes(folder))
    for (const folder of barrier === -1 ? folders : folders.slice(0, barrier + 1)) {
      if (seen.includes(`${folder}/`)) continue
      seen.push(`${folder}/`)
      if (folder === stopAt && !skip.includes(folder)) return seen
    }
    if (barrier !== -1) continue
    seen.push(file)
    if (file === stopAt) return seen
  }
  return seen
}

async function actual(driver: StorageDriver, { from, startAfter, skip, stopAt }: Walk) {
  const seen: string[] = []
  try {
    await driver.walk(
      from,
      ({ path, isDir }) => {
        seen.push(isDir ? `${path}/` : path)
        if (isDir && skip.includes(path)) return 'skip'
        return path === stopAt ? 'stop' : undefined
      },
      startAfter === undefined ? {} : { startAfter },
    )
    return seen
  } catch (error) {
    if (error instanceof Error && error.name === 'PathNotFoundError') return 'not found'
    throw error
  }
}

let bucket: TestBucket
let folder = ''
beforeAll(async () => {
  bucket = await openTestBucket()
  folder = await mkdtemp(join(tmpdir(), 'regctl-walk-'))
})
afterAll(async () => {
  await bucket.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a walk', () => {
  it.each<[string, number, (root: string) => Promise<StorageDriver>]>([
    ['memory', 500, async () => openMemoryDriver(memoryStore())],
    ['memory under a directory', 300, async (root) => under(openMemoryDriver(memoryStore()), root)],
    ['files', 150, async (root) => openFilesystemDriver({ rootdirectory: folder + root })],
    ['s3', 40, (root) => bucket.open({ rootdirectory: root })],
  ])('on %s visits what the contract says, in %i random trees', async (_, runs, open) => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(anyWalk, async (walk) => {
        const driver = await open(`/r${++round}`)
        for (const file of walk.files) await driver.putContent(file, Buffer.from('x'))
        expect(await actual(driver, walk)).toEqual(expected(walk))
      }),
      { numRuns: runs, seed: 1 },
    )
  })
})
