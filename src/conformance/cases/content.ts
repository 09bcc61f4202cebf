import type { Case } from '../case.ts'
import { finish, invalidPath, notFound, randomPath, readAll, same, sameBytes } from '../expect.ts'

/** putContent and getContent, as upstream has them. */
const roundTrip = (name: string, what: string, content: Buffer | number): Case => ({
  id: `content/${name}`,
  proves: `${what} come back as they were put`,
  bytes: typeof content === 'number' ? content : content.length,
  async run({ open, random }) {
    const driver = await open()
    const path = randomPath(random)
    const bytes = typeof content === 'number' ? random.bytes(content) : content
    await driver.putContent(path, bytes)
    sameBytes('the content', await driver.getContent(path), bytes)
  },
})

const validPaths = [
  '/a',
  '/2',
  '/aa',
  '/a.a',
  '/0-9/abcdefg',
  '/abcdefg/z.75',
  '/abc/1.2.3.4.5-6_zyx/123.z/4',
  '/docker/docker-registry',
  '/123.abc',
  '/abc./abc',
  '/.abc',
  '/a--b',
  '/a-.b',
  '/_.abc',
  '/Docker/docker-registry',
  '/Abc/Cba',
]

export const content: readonly Case[] = [
  {
    id: 'content/TestValidPaths',
    proves: 'every path that the registry may use is taken',
    bytes: 64 * validPaths.length,
    async run({ open, random }) {
      const driver = await open()
      for (const path of validPaths) {
        const bytes = random.bytes(64)
        await driver.putContent(path, bytes)
        sameBytes(`the content of ${path}`, await driver.getContent(path), bytes)
      }
    },
  },
  {
    id: 'content/TestInvalidPaths',
    proves: 'a path that the registry may not use is refused, on writing and on reading',
    async run({ open, random }) {
      const driver = await open()
      for (const path of ['', '/', 'abc', '123.abc', '//bcd', '/abc_123/']) {
        await invalidPath(driver, `putContent of "${path}"`, () => driver.putContent(path, random.bytes(64)))
        await invalidPath(driver, `getContent of "${path}"`, () => driver.getContent(path))
      }
    },
  },
  roundTrip('TestWriteRead1', 'one byte', Buffer.from('a')),
  roundTrip('TestWriteRead2', 'the two bytes of ß', Buffer.from('ß')),
  roundTrip('TestWriteRead3', '32 bytes', 32),
  roundTrip('TestWriteRead4', '1 MiB', 1_048_576),
  roundTrip('TestWriteReadNonUTF8', 'bytes that are no UTF-8', Buffer.from([0x80, 0x80, 0x80, 0x80])),
  roundTrip('empty', 'no bytes at all', Buffer.alloc(0)),
  roundTrip(
    'EveryByte',
    'all 256 bytes, line ends and zeros among them',
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  ),
  {
    id: 'content/TestTruncate',
    proves: 'shorter content replaces longer content completely',
    bytes: 1_049_600,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      for (const size of [1_048_576, 1024]) {
        const bytes = random.bytes(size)
        await driver.putContent(path, bytes)
        sameBytes(`the content of ${size} bytes`, await driver.getContent(path), bytes)
      }
    },
  },
  {
    id: 'content/TestReadNonexistent',
    proves: 'reading what is not there says so',
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await notFound(driver, path, 'getContent', () => driver.getContent(path))
    },
  },
  {
    id: 'content/TestPutContentMultipleTimes',
    proves: 'the last content put is the one read',
    bytes: 6144,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      await driver.putContent(path, random.bytes(4096))
      const last = random.bytes(2048)
      await driver.putContent(path, last)
      sameBytes('the content', await driver.getContent(path), last)
    },
  },
  {
    id: 'content/ReadAfterOverwrite',
    proves: 'every read and every stat after an overwrite gives what was written last, never what was before',
    bytes: 550,
    async run({ open, random }) {
      const driver = await open()
      const path = randomPath(random)
      for (let round = 1; round <= 10; round++) {
        const bytes = random.bytes(10 * round)
        await driver.putContent(path, bytes)
        sameBytes(`the content of round ${round}`, await driver.getContent(path), bytes)
        sameBytes(`what a reader gives in round ${round}`, await readAll(await driver.reader(path, 0)), bytes)
        same(`the size in round ${round}`, (await driver.stat(path)).size, bytes.length)
      }
    },
  },
  {
    id: 'content/BytesOfTheCaller',
    proves: 'content is what was given, whatever the caller does with its buffer afterwards',
    bytes: 128,
    async run({ open, random }) {
      const driver = await open()
      const bytes = random.bytes(64)
      const buffer = Buffer.from(bytes)
      await driver.putContent('/put', buffer)
      buffer.fill(0)
      sameBytes('the content put', await driver.getContent('/put'), bytes)
      const writer = await driver.writer('/stream', { append: false })
      for (const half of [bytes.subarray(0, 32), bytes.subarray(32)]) {
        half.copy(buffer)
        await writer.write(buffer.subarray(0, 32))
        buffer.fill(0)
      }
      await finish(writer)
      sameBytes('the content streamed', await driver.getContent('/stream'), bytes)
    },
  },
  {
    id: 'content/DirectoryIsNoContent',
    proves: 'a directory cannot be read as if it were content',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const folder = `/${random.name()}`
      await driver.putContent(`${folder}/file`, random.bytes(32))
      await notFound(driver, folder, 'getContent of a directory', () => driver.getContent(folder))
      await notFound(driver, folder, 'reader of a directory', () => driver.reader(folder, 0))
    },
  },
  {
    id: 'content/CaseOfLetters',
    proves: 'paths that differ in the case of a letter are different',
    bytes: 64,
    async run({ open, random }) {
      const driver = await open()
      const [upper, lower] = [random.bytes(32), random.bytes(32)]
      await driver.putContent('/Tag', upper)
      await driver.putContent('/tag', lower)
      sameBytes('the content of /Tag', await driver.getContent('/Tag'), upper)
      sameBytes('the content of /tag', await driver.getContent('/tag'), lower)
    },
  },
  {
    id: 'content/LongPath',
    proves: 'a path as long as a deep repository with a long name makes it is kept whole',
    bytes: 64,
    async run({ open, random }) {
      const driver = await open()
      const stem = `/${Array.from({ length: 4 }, () => random.name(100)).join('/')}`
      const [one, other] = [random.bytes(32), random.bytes(32)]
      await driver.putContent(`${stem}/a`, one)
      await driver.putContent(`${stem}/b`, other)
      sameBytes('the first content', await driver.getContent(`${stem}/a`), one)
      sameBytes('the second content', await driver.getContent(`${stem}/b`), other)
      same('the children', (await driver.list(stem)).length, 2)
    },
  },
]
