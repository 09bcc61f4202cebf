import type { Case, CaseContext } from '../case.ts'
import { Mismatch } from '../case.ts'
import {
  exists,
  finish,
  inParallel,
  mebibyte,
  randomPath,
  readAll,
  same,
  sameBytes,
  sameNoise,
  sameSet,
  writeNoise,
  writeStream,
} from '../expect.ts'

/** Many at once. */

async function readersOf({ open, random }: CaseContext, size: number): Promise<void> {
  const driver = await open()
  const path = randomPath(random)
  const noise = random.noise()
  const writer = await driver.writer(path, { append: false })
  await writeNoise(writer, noise, size)
  await finish(writer)
  const offsets = Array.from({ length: 10 }, () => random.integer(size))
  await Promise.all(
    offsets.map(async (offset) =>
      sameNoise(`the content from byte ${offset} on`, await driver.reader(path, offset), noise, size, offset),
    ),
  )
}

async function writersOf({ open, random }: CaseContext, count: number, size: number): Promise<void> {
  const driver = await open()
  const files = Array.from({ length: count }, () => ({ path: randomPath(random), noise: random.noise() }))
  await Promise.all(
    files.map(async ({ path, noise }) => {
      const writer = await driver.writer(path, { append: false })
      await writeNoise(writer, noise, size)
      await finish(writer)
      await sameNoise(path, await driver.reader(path, 0), noise, size)
    }),
  )
}

export const concurrency: readonly Case[] = [
  {
    id: 'concurrency/TestConcurrentStreamReads',
    proves: 'ten readers of one content at random offsets each get their own tail',
    profiles: ['full'],
    bytes: 128 * mebibyte,
    run: (context) => readersOf(context, 128 * mebibyte),
  },
  {
    id: 'concurrency/TestConcurrentStreamReads.short',
    proves: 'ten readers of one content of 1 MiB at random offsets each get their own tail',
    bytes: mebibyte,
    run: (context) => readersOf(context, mebibyte),
  },
  {
    id: 'concurrency/TestConcurrentFileStreams',
    proves: '32 writers of 32 MiB each do not disturb one another',
    profiles: ['full'],
    bytes: 1024 * mebibyte,
    run: (context) => writersOf(context, 32, 32 * mebibyte),
  },
  {
    id: 'concurrency/TestConcurrentFileStreams.short',
    proves: 'eight writers of 256 KiB each do not disturb one another',
    bytes: 2 * mebibyte,
    run: (context) => writersOf(context, 8, mebibyte / 4),
  },
  {
    id: 'concurrency/WritersOfOnePath',
    proves: 'of several writers on one path the content of exactly one stays, whole',
    bytes: 6 * 200_000,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const contents = Array.from({ length: 6 }, (_, index) => random.bytes(200_000 + index))
      await Promise.all(contents.map((content) => writeStream(driver, path, content)))
      const there = await driver.getContent(path)
      const winner = contents.find((content) => content.equals(there))
      if (winner === undefined) {
        throw new Mismatch('the content', {
          expected: 'that of one writer',
          actual: `${there.length} bytes of none`,
        })
      }
      same('the size', (await driver.stat(path)).size, winner.length)
    },
  },
  {
    id: 'concurrency/LastCommitWins',
    proves: 'when two writers of one path end one after the other, the later commit decides',
    bytes: 300,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const [early, late] = [random.bytes(100), random.bytes(200)]
      const first = await driver.writer(path, { append: false })
      await first.write(late.subarray(0, 50))
      const second = await driver.writer(path, { append: false })
      await second.write(early)
      await first.write(late.subarray(50))
      await finish(second)
      sameBytes('the content after the first commit', await driver.getContent(path), early)
      await finish(first)
      sameBytes('the content after the second commit', await driver.getContent(path), late)
    },
  },
  {
    id: 'concurrency/ReadsDuringOverwrite',
    proves: 'a reader gets one version whole while content is replaced, or is told that it changed',
    bytes: 10 * 200_000,
    async run({ open, random, signal }) {
      const driver = await open()
      const versions = Array.from({ length: 2 }, (_, index) => random.bytes(200_000 + index))
      await driver.putContent('/hot', versions[0] ?? Buffer.alloc(0))
      let writing = true
      const write = async () => {
        for (let round = 1; round < 10 && writing; round++)
          await driver.putContent('/hot', versions[round % 2] ?? Buffer.alloc(0))
      }
      let whole = 0
      const read = async () => {
        while (writing && !signal.aborted) {
          const content = await readAll(await driver.reader('/hot', 0)).catch((error: unknown) => {
            if (/changed while it was read/.test(String(error))) return undefined
            throw error
          })
          if (content !== undefined && !versions.some((version) => version.equals(content))) {
            throw new Mismatch('what was read', {
              expected: 'one version',
              actual: `${content.length} bytes of neither`,
            })
          }
          if (content !== undefined) whole += 1
          // A driver that never waits would keep one that does from ever writing.
          await new Promise(setImmediate)
        }
      }
      // Whatever ends the one ends the others.
      const end = () => {
        writing = false
      }
      await Promise.all([write().finally(end), ...[1, 2, 3].map(() => read().finally(end))])
      if (whole === 0)
        sameBytes(
          'a read afterwards',
          await readAll(await driver.reader('/hot', 0)),
          versions[1] ?? Buffer.alloc(0),
        )
    },
  },
  {
    id: 'concurrency/ManySmall',
    proves: 'sixteen small contents written at once are all there, and their deletion at once leaves none',
    bytes: 16 * 64,
    async run({ open, random }) {
      const driver = await open()
      const files = Array.from({ length: 16 }, (_, index) => ({
        path: `/many/${index % 4}/${index}`,
        content: random.bytes(64),
      }))
      await inParallel(files, ({ path, content }) => driver.putContent(path, content))
      await inParallel(files, async ({ path, content }) =>
        sameBytes(path, await driver.getContent(path), content),
      )
      sameSet(
        'the directories',
        await driver.list('/many'),
        Array.from({ length: 4 }, (_, index) => `/many/${index}`),
      )
      await inParallel(files, ({ path }) => driver.delete(path))
      same('whether anything is left', await exists(driver, '/many'), false)
    },
  },
]
