import type { Case } from '../case.ts'
import { Mismatch } from '../case.ts'
import {
  exists,
  finish,
  mebibyte,
  notFound,
  randomPath,
  same,
  sameBytes,
  sameNoise,
  thrown,
  writeNoise,
  writeStream,
} from '../expect.ts'

/** Content of `size` bytes, moved; the driver copies in parts above its threshold. */
const moved = (
  id: string,
  proves: string,
  size: number,
  more: Partial<Case> & { parameters?: Record<string, unknown> } = {},
): Case => ({
  id: `move/${id}`,
  proves,
  bytes: size,
  ...(more.requires && { requires: more.requires }),
  ...(more.profiles && { profiles: more.profiles }),
  async run({ open, random }) {
    const driver = await open(more.parameters)
    const [source, dest] = [randomPath(random), randomPath(random)]
    const noise = random.noise()
    const writer = await driver.writer(source, { append: false })
    await writeNoise(writer, noise, size)
    await writer.commit()
    await writer.close()
    await driver.move(source, dest)
    same('the size', (await driver.stat(dest)).size, size)
    await sameNoise('the content', await driver.reader(dest, 0), noise, size)
    same('whether the source is still there', await exists(driver, source), false)
  },
})

const smallParts = { multipartcopythresholdsize: 5 * mebibyte, multipartcopychunksize: 5 * mebibyte }

export const move: readonly Case[] = [
  {
    id: 'move/TestMove',
    proves: 'content arrives, and its source is gone',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const [source, dest] = [randomPath(random), randomPath(random)]
      const bytes = random.bytes(32)
      await driver.putContent(source, bytes)
      await driver.move(source, dest)
      sameBytes('the content', await driver.getContent(dest), bytes)
      await notFound(driver, source, 'getContent of the source', () => driver.getContent(source))
    },
  },
  {
    id: 'move/TestMoveOverwrite',
    proves: 'a move replaces what is at the destination',
    bytes: 96,
    async run({ open, random }) {
      const driver = await open()
      const [source, dest] = [randomPath(random), randomPath(random)]
      const bytes = random.bytes(32)
      await driver.putContent(source, bytes)
      await driver.putContent(dest, random.bytes(64))
      await driver.move(source, dest)
      sameBytes('the content', await driver.getContent(dest), bytes)
      await notFound(driver, source, 'getContent of the source', () => driver.getContent(source))
    },
  },
  {
    id: 'move/TestMoveNonexistent',
    proves: 'moving what is not there says so, and leaves the destination alone',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const [source, dest] = [randomPath(random), randomPath(random)]
      const bytes = random.bytes(32)
      await driver.putContent(dest, bytes)
      await notFound(driver, source, 'move', () => driver.move(source, dest))
      sameBytes('the destination', await driver.getContent(dest), bytes)
    },
  },
  {
    id: 'move/TestMoveInvalid',
    proves: 'moving a child of a file fails',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      await driver.putContent('/file', random.bytes(32))
      await thrown('move of a child of a file', 'an error', () => driver.move('/file/child', '/other'))
      same('whether there is a destination', await exists(driver, '/other'), false)
    },
  },
  {
    id: 'move/Directory',
    proves: 'a directory is not moved as if it were a file',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const bytes = random.bytes(32)
      await driver.putContent('/folder/file', bytes)
      await notFound(driver, '/folder', 'move of a directory', () => driver.move('/folder', '/other'))
      sameBytes('the file in it', await driver.getContent('/folder/file'), bytes)
    },
  },
  {
    id: 'move/Empty',
    proves: 'empty content can be moved',
    async run({ open }) {
      const driver = await open()
      await driver.putContent('/a', Buffer.alloc(0))
      await driver.move('/a', '/b')
      same('the size', (await driver.stat('/b')).size, 0)
      same('whether the source is still there', await exists(driver, '/a'), false)
    },
  },
  {
    id: 'move/Siblings',
    proves: 'a move takes one path and replaces one, and nothing whose name begins alike',
    bytes: 220,
    async run({ open, random }) {
      const driver = await open()
      const others = ['x', 'y'].flatMap((folder) =>
        ['latest-dev', 'latest.1', 'latest0', 'lates'].map((name) => `/${folder}/${name}`),
      )
      const bytes = random.bytes(32)
      await driver.putContent('/x/latest', bytes)
      for (const path of others) await driver.putContent(path, Buffer.from(path))
      await driver.move('/x/latest', '/y/latest')
      sameBytes('the content', await driver.getContent('/y/latest'), bytes)
      for (const path of others) sameBytes(path, await driver.getContent(path), Buffer.from(path))
    },
  },
  {
    id: 'move/OntoOpenUpload',
    proves: 'an upload that is open where content is moved to goes on, and its commit replaces that content',
    requires: ['resumable'],
    bytes: 96,
    async run({ open, random }) {
      const driver = await open()
      const [moving, uploaded] = [random.bytes(32), random.bytes(64)]
      const writer = await driver.writer('/dest', { append: false })
      await writer.write(uploaded.subarray(0, 32))
      await writer.close()
      await driver.putContent('/source', moving)
      await driver.move('/source', '/dest')
      sameBytes('the content after the move', await driver.getContent('/dest'), moving)
      const again = await driver.writer('/dest', { append: true })
      same('the size when resumed', again.size, 32)
      await again.write(uploaded.subarray(32))
      await finish(again)
      sameBytes('the content after the commit', await driver.getContent('/dest'), uploaded)
    },
  },
  {
    id: 'move/OntoItself',
    proves: 'a move onto itself loses nothing',
    bytes: 32,
    async run({ open, random }) {
      const driver = await open()
      const bytes = random.bytes(32)
      await driver.putContent('/same', bytes)
      await driver.move('/same', '/same').catch((error: unknown) => {
        if (error instanceof TypeError) throw error
      })
      sameBytes('the content', await driver.getContent('/same'), bytes)
    },
  },
  {
    id: 'move/BetweenUpload',
    proves: 'an upload is committed and moved to where it is read, as every push of a blob does',
    bytes: 6 * mebibyte,
    async run({ open, random }) {
      const driver = await open()
      const bytes = random.bytes(6 * mebibyte)
      await writeStream(
        driver,
        '/repositories/app/_uploads/1/data',
        bytes.subarray(0, mebibyte),
        bytes.subarray(mebibyte),
      )
      await driver.move('/repositories/app/_uploads/1/data', '/blobs/sha256/ab/abcd/data')
      sameBytes('the blob', await driver.getContent('/blobs/sha256/ab/abcd/data'), bytes)
      if (await exists(driver, '/repositories/app/_uploads/1/data')) {
        throw new Mismatch('the upload after the move', { expected: 'nothing', actual: 'content' })
      }
    },
  },
  moved('CopyInParts', 'content above the copy threshold is moved whole', 10 * mebibyte + 1, {
    requires: ['parts'],
    parameters: smallParts,
  }),
  moved('CopyInManyParts', 'content that is copied in 21 parts is moved whole', 100 * mebibyte + 1, {
    requires: ['parts'],
    profiles: ['full'],
    parameters: smallParts,
  }),
  moved('CopyAtThreshold', 'content of exactly the threshold is moved whole', 5 * mebibyte, {
    requires: ['parts'],
    profiles: ['full'],
    parameters: smallParts,
  }),
  moved(
    'CopyAboveThreshold',
    'content of one byte more than the threshold is moved whole',
    5 * mebibyte + 1,
    { requires: ['parts'], profiles: ['full'], parameters: smallParts },
  ),
  moved(
    'TestMoveWithMultipartCopy',
    'content of twice the default threshold is moved intact',
    64 * mebibyte,
    { requires: ['parts'], profiles: ['full'] },
  ),
]
