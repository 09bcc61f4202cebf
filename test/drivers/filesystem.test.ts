import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFilesystemDriver } from '../../src/drivers/filesystem.ts'
import { brokenFiles, openBrokenFiles } from '../conformance/mutants/lines.ts'
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

  it.runIf(process.platform === 'linux')('gives up where no folder can be made', async () => {
    const driver = openFilesystemDriver({ rootdirectory: '/proc/nothing/here' })
    await expect(driver.putContent('/a', Buffer.from('x'))).rejects.toThrow('ENOENT')
  })

  it('shows nothing whose name the registry cannot have', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    await mkdir(join(folder, 'lost+found'))
    await writeFile(join(folder, 'with space'), 'x')
    await driver.putContent('/ours', Buffer.from('x'))
    expect(await driver.list('/')).toEqual(['/ours'])
  })

  it('makes no content of an upload that another writer has ended', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    const first = await driver.writer('/a', { append: false })
    await first.write(Buffer.from('whole'))
    const second = await driver.writer('/a', { append: true })
    await (await driver.writer('/a', { append: false })).close()
    await first.commit()
    await expect(second.write(Buffer.from('rest'))).rejects.toThrow('ENOENT')
    await expect(second.commit()).rejects.toThrow('ENOENT')
    expect((await driver.getContent('/a')).toString()).toBe('whole')
  })

  it('takes a commit that failed for none', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    await driver.putContent('/a/b', Buffer.from('x'))
    const writer = await driver.writer('/a', { append: false })
    await expect(writer.commit()).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
    await writer.cancel()
    await writer.close()
    expect(await driver.inspector.openUploads()).toEqual([])
  })

  it('leaves no folder behind under a root that is written in any way', async () => {
    for (const rootdirectory of [`${folder}/x/`, `${folder}//x/./`]) {
      const driver = openFilesystemDriver({ rootdirectory })
      await driver.putContent('/a/b', Buffer.from('x'))
      await driver.delete('/a/b')
      expect(await readdir(join(folder, 'x'))).toEqual([])
    }
  })

  it('passes on what the system refuses', async () => {
    const driver = openFilesystemDriver({ rootdirectory: folder })
    await driver.putContent('/file', Buffer.from('x'))
    await expect(driver.putContent('/file/child', Buffer.from('x'))).rejects.toThrow(/ENOTDIR|EEXIST/)
  })
})

describe('one broken line of the filesystem driver', { timeout: 120_000 }, () => {
  it.each(brokenFiles.slice(0, 2))('is caught: $name', async (line) => {
    const kill = await judge(line, await openBrokenFiles(line, folder))
    expect(kill.cases).not.toEqual([])
  })
})
