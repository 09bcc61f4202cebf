import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFilesystemDriver } from '../../src/drivers/filesystem.ts'
import { judge } from '../conformance/mutants/run.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regctl-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the filesystem driver', () => {
  it('keeps content where the registry has it', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    await driver.putContent('/docker/registry/v2/a', Buffer.from('x'))
    expect(await readFile(join(folder, 'docker/registry/v2/a'), 'utf8')).toBe('x')
  })

  it('removes folders with their last file, and uploads with their commit', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    const writer = await driver.writer('/a/b/c', { append: false })
    await writer.write(Buffer.from('x'))
    await writer.commit()
    await writer.close()
    expect(await readdir(folder)).toEqual(['a'])
    await driver.delete('/a/b/c')
    expect(await readdir(folder)).toEqual([])
  })

  it('shows nothing whose name the registry cannot have', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    await mkdir(join(folder, 'lost+found'))
    await writeFile(join(folder, 'with space'), 'x')
    await driver.putContent('/ours', Buffer.from('x'))
    expect(await driver.list('/')).toEqual(['/ours'])
  })

  it('passes on what the system refuses', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    await driver.putContent('/file', Buffer.from('x'))
    await expect(driver.putContent('/file/child', Buffer.from('x'))).rejects.toThrow(/ENOTDIR|EEXIST/)
  })
})

/** One line of the driver, broken; the suite must see it. */
const lines: readonly (readonly [name: string, from: string, to: string])[] = [
  ['a folder is deleted without what is in it', '{ recursive: true, force: true }', '{ force: true }'],
  ['an upload is written from its beginning again', 'appendFile(file, chunk)', 'writeFile(file, chunk)'],
  ['a reader ignores its offset', 'start: offset,', 'start: 0,'],
  [
    'a walk goes by names, not by bytes of paths',
    'a.key < b.key',
    "a.key.replace('/', '') < b.key.replace('/', '')",
  ],
  ['the oldest upload is resumed', '.at(-1)', '.at(0)'],
  ['a move copies', 'rename(place(source), target)', 'copyFile(place(source), target)'],
  [
    'a missing folder is empty',
    "if (path === '/' && missing(error)) return []",
    'if (missing(error)) return []',
  ],
]

describe('one broken line of the filesystem driver', () => {
  it.each(lines)('is caught: %s', async (name, from, to) => {
    const source = await readFile(join(import.meta.dirname, '../../src/drivers/filesystem.ts'), 'utf8')
    expect(source).toContain(from)
    const broken = source
      .replace(from, to)
      .replace('import {\n  appendFile,', 'import {\n  copyFile,\n  appendFile,')
      .replaceAll("from './", `from '${join(import.meta.dirname, '../../src/drivers')}/`)
      .replaceAll("from '../", `from '${join(import.meta.dirname, '../../src')}/`)
    const file = join(folder, 'broken.ts')
    await writeFile(file, broken)
    const { openFilesystemDriver: openBroken } = (await import(/* @vite-ignore */ file)) as {
      openFilesystemDriver: typeof openFilesystemDriver
    }
    const kill = await judge({ name, source: 'one line' }, async (root) => {
      const driver = openBroken({ rootdirectory: join(folder, 'store', root) })
      return { driver, inspector: driver.inspector }
    })
    expect(kill.cases).not.toEqual([])
  })
})
