import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { OpenedDriver, SuiteOptions } from '../../../src/conformance/run.ts'
import type { openFilesystemDriver } from '../../../src/drivers/filesystem.ts'
import type { openS3Driver } from '../../../src/drivers/s3.ts'
import type { TestBucket } from '../../drivers/bucket.ts'
import { broken, type Change } from './server.ts'

/** One line of a driver of ours, broken: `from` in its source becomes `to`. */
export interface BrokenLine {
  readonly name: string
  readonly source: string
  /** In src/drivers; the S3 driver where it is not filesystem.ts. */
  readonly file: string
  readonly from: string
  readonly to: string
  /** A store on which the line matters: a sound one, with another answer than most give. */
  readonly on?: (bucket: TestBucket) => Change
}

const files = (name: string, from: string, to: string): BrokenLine => ({
  name: `files: ${name}`,
  source: 'one broken line',
  file: 'filesystem.ts',
  from,
  to,
})

export const brokenFiles: readonly BrokenLine[] = [
  files('a folder is deleted without what is in it', '{ recursive: true, force: true }', '{ force: true }'),
  files('a reader ignores its offset', 'start: offset,', 'start: 0,'),
  files(
    'an upload is written from its beginning again',
    'constants.O_WRONLY | constants.O_APPEND',
    'constants.O_WRONLY | constants.O_TRUNC',
  ),
  files(
    'a walk goes by names, not by bytes of paths',
    'a.key < b.key',
    "a.key.replace(/.$/, '') < b.key.replace(/.$/, '')",
  ),
  files('the oldest upload is resumed', '.at(-1)', '.at(0)'),
  files('a move copies', 'rename(place(source), target)', 'copyFile(place(source), target)'),
  files(
    'a missing folder is empty',
    "if (path === '/' && missing(error)) return []",
    'if (missing(error)) return []',
  ),
]

const s3 = (name: string, file: string, from: string, to: string): BrokenLine => ({
  name: `s3: ${name}`,
  source: 'registry 4.4 to 4.6',
  file,
  from,
  to,
})

export const brokenS3: readonly BrokenLine[] = [
  s3(
    'a copy that fails leaves its upload open',
    's3-copy.ts',
    'await abortUpload(bucket, upload)\n    throw error',
    'throw error',
  ),
  s3(
    'a completion that fails leaves its upload open',
    's3-upload.ts',
    'await abortUpload(bucket, upload).then(',
    'await Promise.resolve().then(',
  ),
  s3(
    'an error for a single key is not told',
    's3-list.ts',
    'if (Errors.length === 0) return',
    'if (Errors.length >= 0) return',
  ),
]

const drivers = resolve(import.meta.dirname, '../../../src/drivers')
const modules = resolve(drivers, '../../node_modules')

/** Whether the line is still there to be broken. */
export async function isThere({ file, from }: BrokenLine): Promise<boolean> {
  return (await readFile(join(drivers, file), 'utf8')).includes(from)
}

/** The module that opens the broken driver, made in `folder`. */
async function breakLine({ file, from, to }: BrokenLine, folder: string): Promise<unknown> {
  const place = join(folder, 'drivers')
  await cp(drivers, place, { recursive: true })
  // What a driver imports from other rooms, and from packages, is where it was.
  await symlink(modules, join(folder, 'node_modules'))
  for (const room of ['core', 'storage', 'registry-config'])
    await symlink(resolve(drivers, '..', room), join(folder, room))
  const source = await readFile(join(place, file), 'utf8')
  if (!source.includes(from)) throw new Error(`no such line any more in ${file}: ${from}`)
  await writeFile(
    join(place, file),
    source.replace(from, () => to).replace('  appendFile,', '  appendFile,\n  copyFile,'),
  )
  return import(/* @vite-ignore */ join(place, file === 'filesystem.ts' ? file : 's3.ts'))
}

/** Opens the broken driver of the file system; its source and its content go to `folder`. */
export async function openBrokenFiles(
  line: BrokenLine,
  folder: string,
): Promise<(root: string) => Promise<OpenedDriver>> {
  const module = (await breakLine(line, folder)) as {
    readonly openFilesystemDriver: typeof openFilesystemDriver
  }
  return async (root) => {
    const driver = module.openFilesystemDriver({ rootdirectory: join(folder, 'store', root) })
    return { driver, inspector: driver.inspector }
  }
}

/** Opens the broken S3 driver on `bucket`; its source goes to `folder`. */
export async function openBrokenS3(
  line: BrokenLine,
  folder: string,
  bucket: TestBucket,
): Promise<SuiteOptions['open']> {
  const module = (await breakLine(line, folder)) as { readonly openS3Driver: typeof openS3Driver }
  const change = line.on?.(bucket)
  return async (root, parameters, watch) => {
    const driver = await module.openS3Driver(
      { ...bucket.parameters, ...parameters, rootdirectory: root },
      {
        patience: { total: 300, first: 300 },
        intercept(inner) {
          const store = change === undefined ? inner : broken(inner, change)
          return watch?.(store) ?? store
        },
      },
    )
    return { driver, inspector: driver.inspector, requests: true }
  }
}
