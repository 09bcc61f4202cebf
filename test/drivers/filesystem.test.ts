import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFilesystemDriver } from '../../src/drivers/filesystem.ts'
import { brokenLines, openBroken } from '../conformance/mutants/lines.ts'
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

describe('one broken line of the filesystem driver', () => {
  it.each(brokenLines.slice(0, 2))('is caught: $name', async (line) => {
    const kill = await judge(line, await openBroken(line, folder))
    expect(kill.cases).not.toEqual([])
  })
})
