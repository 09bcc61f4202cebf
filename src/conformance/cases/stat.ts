import type { Case } from '../case.ts'
import { Mismatch } from '../case.ts'
import { notFound, same, writeStream } from '../expect.ts'

export const stat: readonly Case[] = [
  {
    id: 'stat/TestStatCall',
    proves: 'stat tells path, size and kind, and says when there is nothing',
    bytes: 4096,
    async run({ open, random }) {
      const driver = await open()
      const folder = `/${random.name()}`
      const file = `${folder}/${random.name()}`
      await notFound(driver, folder, 'stat of a missing directory', () => driver.stat(folder))
      await notFound(driver, file, 'stat of a missing file', () => driver.stat(file))
      await driver.putContent(file, random.bytes(4096))
      const info = await driver.stat(file)
      same('path, size and kind of the file', [info.path, info.size, info.isDir], [file, 4096, false])
      const parent = await driver.stat(folder)
      same(
        'path, size and kind of its directory',
        [parent.path, parent.size, parent.isDir],
        [folder, 0, true],
      )
      const root = await driver.stat('/')
      same('path and kind of the root', [root.path, root.isDir], ['/', true])
    },
  },
  {
    id: 'stat/ModificationTime',
    proves: 'the modification time is about now, and does not go back when content is replaced',
    bytes: 64,
    async run({ open, random }) {
      const driver = await open()
      await driver.putContent('/file', random.bytes(32))
      const before = (await driver.stat('/file')).modTime
      await driver.putContent('/file', random.bytes(32))
      const after = (await driver.stat('/file')).modTime
      if (after < before) {
        throw new Mismatch('the time after replacing', {
          expected: `${before.toISOString()} or later`,
          actual: after.toISOString(),
        })
      }
      const off = Math.abs(Date.now() - after.getTime())
      if (!(off < 15 * 60_000)) {
        throw new Mismatch('the time', {
          expected: 'within 15 minutes of the clock here',
          actual: after.toISOString(),
        })
      }
    },
  },
  {
    id: 'stat/ModificationTimeAdvances',
    proves: 'content replaced two seconds later has a later modification time',
    profiles: ['full'],
    bytes: 64,
    async run({ open, random, signal }) {
      const driver = await open()
      await driver.putContent('/file', random.bytes(32))
      const before = (await driver.stat('/file')).modTime
      await pause(2100, signal)
      await driver.putContent('/file', random.bytes(32))
      same('whether the time is later', (await driver.stat('/file')).modTime > before, true)
    },
  },
  {
    id: 'stat/BeginningOfName',
    proves: 'what is only the beginning of names is neither file nor directory',
    bytes: 64,
    async run({ open, random }) {
      const driver = await open()
      await driver.putContent('/a/foo/x', random.bytes(32))
      await driver.putContent('/a/bar', random.bytes(32))
      for (const path of ['/a/fo', '/a/ba', '/a/foo-', '/a/bar.']) {
        await notFound(driver, path, `stat of ${path}`, () => driver.stat(path))
      }
    },
  },
  {
    id: 'stat/Sizes',
    proves: 'the size is right at the bounds that matter, however content was written',
    bytes: 264_194,
    async run({ open, random }) {
      const driver = await open()
      for (const size of [0, 1, 1023, 65_536, 65_537]) {
        await driver.putContent('/put', random.bytes(size))
        same(`the size of ${size} bytes put`, (await driver.stat('/put')).size, size)
        await writeStream(driver, `/stream${size}`, random.bytes(size))
        same(`the size of ${size} bytes streamed`, (await driver.stat(`/stream${size}`)).size, size)
      }
    },
  },
]

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
