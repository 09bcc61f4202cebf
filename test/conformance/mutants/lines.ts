import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { OpenedDriver } from '../../../src/conformance/run.ts'
import type { openFilesystemDriver } from '../../../src/drivers/filesystem.ts'

/** One line of the filesystem driver, broken: `from` in its source becomes `to`. */
export interface BrokenLine {
  readonly name: string
  readonly source: string
  readonly from: string
  readonly to: string
}

const line = (name: string, from: string, to: string): BrokenLine => ({
  name: `files: ${name}`,
  source: 'one broken line',
  from,
  to,
})

export const brokenLines: readonly BrokenLine[] = [
  line('a folder is deleted without what is in it', '{ recursive: true, force: true }', '{ force: true }'),
  line('a reader ignores its offset', 'start: offset,', 'start: 0,'),
  line('an upload is written from its beginning again', 'appendFile(file, chunk)', 'writeFile(file, chunk)'),
  line(
    'a walk goes by names, not by bytes of paths',
    'a.key < b.key',
    "a.key.replace(/.$/, '') < b.key.replace(/.$/, '')",
  ),
  line('the oldest upload is resumed', '.at(-1)', '.at(0)'),
  line('a move copies', 'rename(place(source), target)', 'copyFile(place(source), target)'),
  line(
    'a missing folder is empty',
    "if (path === '/' && missing(error)) return []",
    'if (missing(error)) return []',
  ),
]

const drivers = resolve(import.meta.dirname, '../../../src/drivers')

/** Opens the broken driver; its source and its content go to `folder`. */
export async function openBroken(
  { from, to }: BrokenLine,
  folder: string,
): Promise<(root: string) => Promise<OpenedDriver>> {
  const source = await readFile(join(drivers, 'filesystem.ts'), 'utf8')
  if (!source.includes(from)) throw new Error(`no such line any more: ${from}`)
  const file = join(folder, 'broken.ts')
  await writeFile(
    file,
    source
      .replace(from, to)
      .replace('  appendFile,', '  appendFile,\n  copyFile,')
      .replaceAll("from './", `from '${drivers}/`)
      .replaceAll("from '../", `from '${resolve(drivers, '..')}/`),
  )
  const broken = (await import(/* @vite-ignore */ file)) as {
    readonly openFilesystemDriver: typeof openFilesystemDriver
  }
  return async (root) => {
    const driver = broken.openFilesystemDriver({ rootdirectory: join(folder, 'store', root) })
    return { driver, inspector: driver.inspector }
  }
}
