import type { Case, CaseContext } from '../case.ts'
import { Mismatch } from '../case.ts'
import {
  appendAndClose,
  exists,
  finish,
  mebibyte,
  needed,
  randomPath,
  same,
  sameBytes,
  sameNoise,
  writeNoise,
} from '../expect.ts'

/** Uploads made of parts: the bounds of parts, and what happens when a writer does not come to its end. */

const minimum = 5 * mebibyte
/** The smallest chunk the registry takes, so that few bytes make several parts. */
const smallChunk = { chunksize: minimum }

/** Written in one go and in two, whatever the pieces: the content is the same, and no upload stays open. */
const sized = (name: string, what: string, size: number, profiles?: Case['profiles']): Case => ({
  id: `uploads/${name}`,
  proves: `an upload of ${what} is whole`,
  bytes: size,
  ...(profiles && { profiles }),
  async run({ open, random }) {
    const driver = await open(smallChunk)
    const path = randomPath(random)
    const noise = random.noise()
    const writer = await driver.writer(path, { append: false })
    let at = 0
    while (at < size) {
      const length = Math.min(1 + random.integer(3 * mebibyte), size - at)
      await writer.write(noise(at, length))
      at += length
      same('the size counted', writer.size, at)
    }
    await finish(writer)
    same('the size', (await driver.stat(path)).size, size)
    await sameNoise('the content', await driver.reader(path, 0), noise, size)
  },
})

/** Closed after `first` bytes, resumed, and ended `second` bytes later. */
const resumed = (
  name: string,
  what: string,
  first: number,
  second: number,
  profiles?: Case['profiles'],
): Case => ({
  id: `uploads/${name}`,
  proves: `an upload closed after ${what} goes on`,
  requires: ['resumable'],
  bytes: first + second,
  ...(profiles && { profiles }),
  async run({ open, random }) {
    const path = randomPath(random)
    const noise = random.noise()
    const writer = await (await open(smallChunk)).writer(path, { append: false })
    await writeNoise(writer, noise, first)
    await writer.close()
    const driver = await open(smallChunk)
    const again = await driver.writer(path, { append: true })
    same('the size when resumed', again.size, first)
    await writeNoise(again, noise, first + second, first)
    await finish(again)
    await sameNoise('the content', await driver.reader(path, 0), noise, first + second)
  },
})

/** A writer is dropped in the middle, as by a kill; another one goes on from what the store has. */
async function killedWriter({ open, random }: CaseContext): Promise<void> {
  const path = randomPath(random)
  const noise = random.noise()
  const [dropped, size] = [minimum + 500, 2 * minimum + 1000]
  const killed = await (await open(smallChunk)).writer(path, { append: false })
  await writeNoise(killed, noise, dropped)
  const driver = await open(smallChunk)
  same('whether the path exists', await exists(driver, path), false)
  const writer = await driver.writer(path, { append: true })
  const kept = writer.size
  if (kept > dropped) {
    throw new Mismatch('the size when resumed', { expected: `at most ${dropped}`, actual: String(kept) })
  }
  await writeNoise(writer, noise, size, kept)
  await finish(writer)
  await sameNoise('the content', await driver.reader(path, 0), noise, size)
}

export const uploads: readonly Case[] = [
  sized('BelowMinimum', 'a byte less than the smallest part', minimum - 1, ['full']),
  sized('Minimum', 'exactly the smallest part', minimum, ['full']),
  sized('AboveMinimum', 'a byte more than the smallest part', minimum + 1, ['full']),
  sized('TwoChunks', 'exactly two parts', 2 * minimum, ['full']),
  sized('SeveralChunks', 'two parts and a last one of a single byte', 2 * minimum + 1),
  sized('ManyChunks', 'many parts', 20 * minimum + 12_345, ['full']),
  resumed('ResumeAtChunk', 'exactly one part', minimum, mebibyte, ['full']),
  resumed('ResumeAfterChunk', 'a part and a byte', minimum + 1, minimum),
  resumed('ResumeAfterParts', 'two parts and a byte', 2 * minimum + 1, 1000),
  resumed('ResumeBeforeChunk', 'a byte less than a part', minimum - 1, minimum + 2, ['full']),
  resumed('ResumeTinyTail', 'its first 32 bytes', 32, minimum),
  {
    id: 'uploads/DefaultChunk',
    proves: 'an upload is whole around the default part of 10 MiB, with a close in between',
    requires: ['resumable'],
    profiles: ['full'],
    bytes: 31 * mebibyte,
    async run({ open, random }) {
      for (const first of [10 * mebibyte - 1, 10 * mebibyte, 10 * mebibyte + 1]) {
        const path = randomPath(random)
        const noise = random.noise()
        const writer = await (await open()).writer(path, { append: false })
        await writeNoise(writer, noise, first)
        await writer.close()
        const driver = await open()
        const again = await driver.writer(path, { append: true })
        await writeNoise(again, noise, first + 100, first)
        await finish(again)
        await sameNoise(
          `the content of ${first} and 100 bytes`,
          await driver.reader(path, 0),
          noise,
          first + 100,
        )
      }
    },
  },
  {
    id: 'uploads/OtherChunk',
    profiles: ['full'],
    proves: 'an upload goes on with another chunk size, so that its parts differ in length',
    requires: ['resumable'],
    bytes: 17 * mebibyte,
    async run({ open, random }) {
      const path = randomPath(random)
      const noise = random.noise()
      const writer = await (await open(smallChunk)).writer(path, { append: false })
      await writeNoise(writer, noise, 6 * mebibyte)
      await writer.close()
      const driver = await open({ chunksize: 8 * mebibyte })
      const again = await driver.writer(path, { append: true })
      same('the size when resumed', again.size, 6 * mebibyte)
      await writeNoise(again, noise, 17 * mebibyte, 6 * mebibyte)
      await finish(again)
      await sameNoise('the content', await driver.reader(path, 0), noise, 17 * mebibyte)
    },
  },
  {
    id: 'uploads/KilledWriter',
    proves: 'after a writer was killed, another goes on from what the store has',
    requires: ['resumable'],
    bytes: 3 * minimum,
    run: killedWriter,
  },
  {
    id: 'uploads/CancelInFlight',
    proves: 'a cancelled upload leaves nothing open, parts on their way included',
    requires: ['parts', 'inspector'],
    bytes: 2 * minimum,
    async run({ open, random, inspector }) {
      const driver = await open(smallChunk)
      const path = randomPath(random)
      const writer = await driver.writer(path, { append: false })
      await writeNoise(writer, random.noise(), 2 * minimum)
      await writer.cancel()
      await writer.close()
      same('open uploads', (await needed(inspector).openUploads()).length, 0)
      same('whether the path exists', await exists(driver, path), false)
    },
  },
  {
    id: 'uploads/OpenUploadIsSeen',
    proves: 'an open upload can be found, and is gone after its commit',
    requires: ['inspector', 'resumable'],
    bytes: 100,
    async run({ open, random, inspector }) {
      const driver = await open()
      const path = randomPath(random)
      await (await driver.writer(path, { append: false })).close()
      same(
        'open uploads',
        (await needed(inspector).openUploads()).map((upload) => upload.path),
        [path],
      )
      await appendAndClose(driver, path, random.bytes(100))
      same(
        'open uploads after more of it',
        (await needed(inspector).openUploads()).map((upload) => upload.path),
        [path],
      )
      await finish(await driver.writer(path, { append: true }))
      same('open uploads after the commit', (await needed(inspector).openUploads()).length, 0)
    },
  },
  {
    id: 'uploads/TwoOnOnePath',
    proves: 'of two open uploads of one path the newer one is resumed, and they do not mix',
    requires: ['resumable'],
    bytes: 600,
    async run({ open, random, inspector }) {
      const driver = await open()
      const path = randomPath(random)
      const [older, newer, rest] = [random.bytes(300), random.bytes(200), random.bytes(100)]
      const first = await driver.writer(path, { append: false })
      await first.write(older)
      await first.close()
      await untilClockMoves()
      const second = await driver.writer(path, { append: false })
      await second.write(newer)
      await second.close()
      const resumedWriter = await driver.writer(path, { append: true })
      same('the size when resumed', resumedWriter.size, 200)
      await resumedWriter.write(rest)
      await finish(resumedWriter)
      sameBytes('the content', await driver.getContent(path), Buffer.concat([newer, rest]))
      for (const upload of (await inspector?.openUploads()) ?? []) await inspector?.abortUpload(upload)
    },
  },
  {
    id: 'uploads/CancelOneOfTwo',
    proves: 'of two open uploads of one path a cancellation ends its own, and the other is committed whole',
    bytes: 500,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const kept = random.bytes(300)
      const first = await driver.writer(path, { append: false })
      await first.write(kept.subarray(0, 100))
      const second = await driver.writer(path, { append: false })
      await second.write(random.bytes(200))
      await second.cancel()
      await second.close()
      await first.write(kept.subarray(100))
      await finish(first)
      sameBytes('the content', await driver.getContent(path), kept)
    },
  },
  {
    id: 'uploads/NeighbouringPaths',
    proves: 'an upload is not taken for one of a path that begins alike',
    requires: ['resumable'],
    bytes: 240,
    async run({ open, random }) {
      const driver = await open()
      // The longer the name, the more it holds: a store that dates uploads to the second may leave only that to choose by.
      const contents = new Map(
        ['/u/dat', '/u/data', '/u/data-2', '/u/data/x'].map((path, index) => [
          path,
          random.bytes(24 * (index + 1)),
        ]),
      )
      for (const [path, bytes] of contents) {
        const writer = await driver.writer(path, { append: false })
        await writer.write(bytes)
        await writer.close()
      }
      for (const [path, bytes] of contents) {
        if (path === '/u/data/x') {
          await (await driver.writer(path, { append: true })).cancel()
          continue
        }
        await finish(await driver.writer(path, { append: true }))
        sameBytes(path, await driver.getContent(path), bytes)
      }
    },
  },
  {
    id: 'uploads/BesideContent',
    proves:
      'an open upload shows neither in a listing nor in a walk, and its cancellation leaves other content',
    requires: ['resumable'],
    bytes: 200,
    async run({ open, random }) {
      const driver = await open()
      await driver.putContent('/u/startedat', random.bytes(20))
      const writer = await driver.writer('/u/data', { append: false })
      await writer.write(random.bytes(100))
      await writer.close()
      same('the children', await driver.list('/u'), ['/u/startedat'])
      const seen: string[] = []
      await driver.walk('/u', ({ path }) => {
        seen.push(path)
        return undefined
      })
      same('what a walk visits', seen, ['/u/startedat'])
      await (await driver.writer('/u/data', { append: true })).cancel()
      same('the children after the cancellation', await driver.list('/u'), ['/u/startedat'])
    },
  },
  {
    id: 'uploads/ThousandParts',
    proves: 'an upload of more than a thousand parts resumes whole',
    requires: ['parts', 'resumable'],
    profiles: ['full'],
    bytes: 1003 * minimum + 77,
    async run({ open, random }) {
      const path = randomPath(random)
      const noise = random.noise()
      const [first, size] = [1002 * minimum, 1003 * minimum + 77]
      const writer = await (await open(smallChunk)).writer(path, { append: false })
      await writeNoise(writer, noise, first)
      await writer.close()
      const driver = await open(smallChunk)
      const again = await driver.writer(path, { append: true })
      same('the size when resumed', again.size, first)
      await writeNoise(again, noise, size, first)
      await finish(again)
      await sameNoise('the content', await driver.reader(path, 0), noise, size)
    },
  },
]

/** S3 dates uploads to the second. */
function untilClockMoves(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1010 - (Date.now() % 1000)))
}
