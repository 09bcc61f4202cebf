import type { Case, CaseContext } from '../case.ts'
import {
  appendAndClose,
  exists,
  finish,
  mebibyte,
  notFound,
  randomPath,
  readAll,
  same,
  sameBytes,
  thrown,
} from '../expect.ts'

/** Three chunks, the second and third by writers that resume. */
async function continueStream({ open, random }: CaseContext, chunk: number): Promise<void> {
  const driver = await open()
  const path = randomPath(random)
  const whole = random.bytes(3 * chunk)
  const first = await driver.writer(path, { append: false })
  await first.write(whole.subarray(0, chunk))
  await first.close()
  same('the size after the first close', first.size, chunk)

  // Another driver: nothing may live in the memory of the first.
  const second = await (await open()).writer(path, { append: true })
  same('the size when resumed', second.size, chunk)
  await second.write(whole.subarray(chunk, 2 * chunk))
  await second.close()
  same('the size after the second close', second.size, 2 * chunk)

  const third = await (await open()).writer(path, { append: true })
  same('the size when resumed again', third.size, 2 * chunk)
  await third.write(whole.subarray(2 * chunk))
  await finish(third)
  sameBytes('the content', await driver.getContent(path), whole)
}

/** Empty content, however it came about, may be appended to. */
const zeroThenAppend = (name: string, how: 'writer' | 'putContent'): Case => ({
  id: `append/${name}`,
  proves: `empty content made by ${how} can be appended to`,
  requires: ['resumable'],
  bytes: 32,
  async run({ open, random }) {
    const driver = await open()
    const path = randomPath(random)
    if (how === 'putContent') await driver.putContent(path, Buffer.alloc(0))
    else await finish(await driver.writer(path, { append: false }))
    same('the size at first', (await driver.stat(path)).size, 0)
    same('the bytes read at first', (await readAll(await driver.reader(path, 0))).length, 0)
    const bytes = random.bytes(32)
    const writer = await driver.writer(path, { append: true })
    same('the size when appending', writer.size, 0)
    await writer.write(bytes)
    await finish(writer)
    same('the size then', (await driver.stat(path)).size, 32)
    sameBytes('the content', await driver.getContent(path), bytes)
  },
})

export const append: readonly Case[] = [
  {
    id: 'append/TestContinueStreamAppendLarge',
    proves: 'an upload goes on after a close, in chunks of 10 MiB',
    requires: ['resumable'],
    profiles: ['full'],
    bytes: 30 * mebibyte,
    run: (context) => continueStream(context, 10 * mebibyte),
  },
  {
    id: 'append/TestContinueStreamAppendSmall',
    proves: 'an upload goes on after a close, in chunks of 32 bytes',
    requires: ['resumable'],
    bytes: 96,
    run: (context) => continueStream(context, 32),
  },
  zeroThenAppend('TestWriteZeroByteStreamThenAppend', 'writer'),
  zeroThenAppend('TestWriteZeroByteContentThenAppend', 'putContent'),
  {
    id: 'append/ResumeNothing',
    proves: 'appending where there is nothing says so',
    requires: ['resumable'],
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await notFound(driver, path, 'a writer that appends', () => driver.writer(path, { append: true }))
    },
  },
  {
    id: 'append/ResumeEmptyUpload',
    proves: 'an upload that was closed before its first byte goes on, as each PATCH after a POST does',
    requires: ['resumable'],
    bytes: 100,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await (await driver.writer(path, { append: false })).close()
      same('whether the path exists', await exists(driver, path), false)
      const bytes = random.bytes(100)
      await appendAndClose(await open(), path, bytes)
      same('whether the path exists before the commit', await exists(driver, path), false)
      const last = await (await open()).writer(path, { append: true })
      same('the size when resumed', last.size, 100)
      await finish(last)
      sameBytes('the content', await driver.getContent(path), bytes)
    },
  },
  {
    id: 'append/OddPieces',
    proves: 'an upload of many closes and odd pieces is whole',
    requires: ['resumable'],
    bytes: 6 * mebibyte,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const sizes = [1, 4093, 1_000_003, 0, 5 * mebibyte + 1, 7]
      const whole = random.bytes(sizes.reduce((sum, size) => sum + size, 0))
      await (await driver.writer(path, { append: false })).close()
      let at = 0
      for (const size of sizes) {
        const writer = await appendAndClose(await open(), path, whole.subarray(at, at + size))
        at += size
        same(`the size after ${at} bytes`, writer.size, at)
      }
      await finish(await (await open()).writer(path, { append: true }))
      sameBytes('the content', await driver.getContent(path), whole)
    },
  },
  {
    id: 'append/SameDriver',
    proves: 'one driver resumes an upload again and again, as the registry does for the PATCHes of a push',
    requires: ['resumable'],
    bytes: 6 * 100,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const whole = random.bytes(6 * 100)
      await (await driver.writer(path, { append: false })).close()
      for (let at = 0; at < whole.length; at += 100) {
        const writer = await appendAndClose(driver, path, whole.subarray(at, at + 100))
        same(`the size after ${at + 100} bytes`, writer.size, at + 100)
      }
      await finish(await driver.writer(path, { append: true }))
      sameBytes('the content', await driver.getContent(path), whole)
    },
  },
  {
    id: 'append/ThousandPieces',
    proves: 'an upload written in more than a thousand pieces resumes whole',
    requires: ['resumable'],
    bytes: 1030 * 32,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const whole = random.bytes(1030 * 32)
      const writer = await driver.writer(path, { append: false })
      for (let at = 0; at < 1024 * 32; at += 32) await writer.write(whole.subarray(at, at + 32))
      await writer.close()
      const again = await (await open()).writer(path, { append: true })
      same('the size when resumed', again.size, 1024 * 32)
      await again.write(whole.subarray(1024 * 32))
      await finish(again)
      sameBytes('the content', await driver.getContent(path), whole)
    },
  },
  {
    id: 'append/CancelLeavesNothing',
    proves: 'a cancelled upload leaves no content and nothing to resume',
    requires: ['resumable'],
    bytes: 2000,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const writer = await driver.writer(path, { append: false })
      await writer.write(random.bytes(1000))
      await writer.close()
      const again = await driver.writer(path, { append: true })
      await again.write(random.bytes(1000))
      await again.cancel()
      same('whether the path exists', await exists(driver, path), false)
      await notFound(driver, path, 'a writer that appends', () => driver.writer(path, { append: true }))
    },
  },
  {
    id: 'append/ResumeAfterCommit',
    proves: 'content that is committed is not appended to',
    requires: ['resumable'],
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const bytes = random.bytes(32)
      const writer = await driver.writer(path, { append: false })
      await writer.write(bytes)
      await finish(writer)
      // Which error is the driver's choice; that the content stays is not.
      await thrown('a writer that appends', 'an error', () => driver.writer(path, { append: true }))
      sameBytes('the content', await driver.getContent(path), bytes)
    },
  },
]
