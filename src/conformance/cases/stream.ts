import { InvalidOffsetError } from '../../storage/driver.ts'
import { type Case, Mismatch } from '../case.ts'
import {
  exists,
  mebibyte,
  notFound,
  randomPath,
  readAll,
  same,
  sameBytes,
  sameNoise,
  thrown,
  unlike,
  writeNoise,
  writeStream,
} from '../expect.ts'

/** writer and reader on whole contents, as upstream has them. */
const roundTrip = (name: string, what: string, content: Buffer | number): Case => ({
  id: `stream/${name}`,
  proves: `${what} come back from a reader as they went into a writer`,
  bytes: typeof content === 'number' ? content : content.length,
  async run({ open, random }) {
    const driver = await open()
    const path = randomPath(random)
    const bytes = typeof content === 'number' ? random.bytes(content) : content
    await writeStream(driver, path, bytes)
    sameBytes('the content', await readAll(await driver.reader(path, 0)), bytes)
  },
})

/** A writer that came to one of its ends takes no more calls, but for the one close that callers owe it. */
const late = (end: 'commit' | 'cancel' | 'close', what: string): Case => ({
  id: `stream/LateCalls.${end}`,
  proves: `a writer takes nothing after ${what}, and what it wrote is as that left it`,
  bytes: 32,
  async run({ open, random }) {
    const driver = await open()
    const path = randomPath(random)
    const bytes = random.bytes(32)
    const writer = await driver.writer(path, { append: false })
    await writer.write(bytes)
    await writer[end]()
    await thrown('a late write', 'an error', () => writer.write(random.bytes(1)))
    await thrown('a late commit', 'an error', () => writer.commit())
    await thrown('a late cancellation', 'an error', () => writer.cancel())
    if (end !== 'close') await writer.close()
    await thrown('a second close', 'an error', () => writer.close())
    if (end === 'close') await (await driver.writer(path, { append: true })).cancel()
    if (end === 'commit') sameBytes('the content', await driver.getContent(path), bytes)
    else same('whether the path exists', await exists(driver, path), false)
  },
})

export const stream: readonly Case[] = [
  roundTrip('TestWriteReadStreams1', 'one byte', Buffer.from('a')),
  roundTrip('TestWriteReadStreams2', 'the two bytes of ß', Buffer.from('ß')),
  roundTrip('TestWriteReadStreams3', '32 bytes', 32),
  roundTrip('TestWriteReadStreams4', '1 MiB', mebibyte),
  roundTrip('TestWriteReadStreamsNonUTF8', 'bytes that are no UTF-8', Buffer.from([0x80, 0x80, 0x80, 0x80])),
  {
    id: 'stream/TestWriteReadLargeStreams',
    proves: '5 GiB go in and come out as they were',
    profiles: ['full'],
    bytes: 5120 * mebibyte,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const noise = random.noise()
      const size = 5120 * mebibyte
      const writer = await driver.writer(path, { append: false })
      await writeNoise(writer, noise, size)
      await writer.commit()
      await writer.close()
      same('the size', (await driver.stat(path)).size, size)
      await sameNoise('the content', await driver.reader(path, 0), noise, size)
    },
  },
  {
    id: 'stream/TestReaderWithOffset',
    proves: 'a reader starts at its offset, is empty at the end, and refuses a negative offset',
    bytes: 96,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const bytes = random.bytes(96)
      await driver.putContent(path, bytes)
      for (const offset of [0, 32, 64, 95, 96]) {
        const tail = await readAll(await driver.reader(path, offset))
        sameBytes(`the content from byte ${offset} on`, tail, bytes.subarray(offset))
      }
      const error = await thrown('a reader at offset -1', 'InvalidOffsetError', () => driver.reader(path, -1))
      if (!(error instanceof InvalidOffsetError))
        throw unlike('a reader at offset -1', 'InvalidOffsetError', error)
      same('path and offset in the error', [error.path, error.offset], [path, -1])
      same("the driver's name in the error", error.message.includes(driver.name), true)
    },
  },
  {
    id: 'stream/OffsetPastEnd',
    proves: 'a reader past the end is empty, on content and on empty content',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      await driver.putContent('/some', random.bytes(32))
      await driver.putContent('/none', Buffer.alloc(0))
      for (const [path, offset] of [
        ['/some', 33],
        ['/some', 1_000_000],
        ['/none', 0],
        ['/none', 1],
      ] as const) {
        const tail = await readAll(await driver.reader(path, offset))
        same(`bytes of ${path} from ${offset} on`, tail.length, 0)
      }
    },
  },
  {
    id: 'stream/TestReadNonexistentStream',
    proves: 'a reader of what is not there says so, whatever the offset',
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      for (const offset of [0, 64]) {
        await notFound(driver, path, `reader at ${offset}`, () => driver.reader(path, offset))
      }
    },
  },
  {
    id: 'stream/InvisibleBeforeCommit',
    proves: 'content in an open writer is not readable, and is after its commit',
    bytes: 64,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const bytes = random.bytes(64)
      const writer = await driver.writer(path, { append: false })
      await writer.write(bytes)
      same('whether the path exists before the commit', await exists(driver, path), false)
      await writer.commit()
      await writer.close()
      sameBytes('the content after the commit', await driver.getContent(path), bytes)
    },
  },
  {
    id: 'stream/SizeOfWriter',
    proves: 'a writer counts what it was given',
    bytes: 3000,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const writer = await driver.writer(path, { append: false })
      same('the size at first', writer.size, 0)
      await writer.write(random.bytes(1000))
      await writer.write(Buffer.alloc(0))
      await writer.write(random.bytes(2000))
      await writer.commit()
      same('the size after the commit', writer.size, 3000)
      await writer.close()
      same('the size that stat tells', (await driver.stat(path)).size, 3000)
    },
  },
  {
    id: 'stream/CommitOfNothing',
    proves: 'a commit without a write makes empty content',
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await writeStream(driver, path)
      same('the size', (await driver.stat(path)).size, 0)
      same('the bytes read', (await readAll(await driver.reader(path, 0))).length, 0)
    },
  },
  {
    id: 'stream/CommitReplaces',
    proves: 'a commit replaces what was there, and until then it stays',
    bytes: 300,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const [before, after] = [random.bytes(200), random.bytes(100)]
      await driver.putContent(path, before)
      const writer = await driver.writer(path, { append: false })
      await writer.write(after)
      sameBytes('the content before the commit', await driver.getContent(path), before)
      await writer.commit()
      await writer.close()
      sameBytes('the content after the commit', await driver.getContent(path), after)
    },
  },
  late('commit', 'its commit'),
  late('cancel', 'its cancellation'),
  late('close', 'its close'),
  {
    id: 'stream/CancelKeepsContent',
    proves: 'a cancelled writer leaves what was there before',
    bytes: 96,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const before = random.bytes(32)
      await driver.putContent(path, before)
      const writer = await driver.writer(path, { append: false })
      await writer.write(random.bytes(64))
      await writer.cancel()
      await writer.close()
      sameBytes('the content', await driver.getContent(path), before)
    },
  },
  {
    id: 'stream/EarlyEndOfReading',
    proves: 'a reader may be dropped early, and the next one starts anew',
    bytes: 4 * mebibyte,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      const bytes = random.bytes(4 * mebibyte)
      await driver.putContent(path, bytes)
      for (let round = 0; round < 3; round++) {
        const early = await driver.reader(path, 0)
        for await (const chunk of early as AsyncIterable<Buffer>) {
          if (chunk.length === 0)
            throw new Mismatch('the first piece', { expected: 'some bytes', actual: 'none' })
          break
        }
      }
      sameBytes('the whole content', await readAll(await driver.reader(path, 0)), bytes)
    },
  },
]
