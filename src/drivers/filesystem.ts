import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import {
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat as statFile,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { codeOf } from '../core/errors.ts'
import { type FileInfo, type FileWriter, PathNotFoundError, type StorageDriver } from '../storage/driver.ts'
import { checked } from './checked.ts'
import { walkFiles } from './walk.ts'
import { writerState } from './writer-state.ts'

const name = 'filesystem'

/** Where uploads are until commit. `~` is in no storage path, so no content can be hidden or overwritten by it. */
const uploadFolder = '~uploads'

const missing = (error: unknown) => ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')

/**
 * Keeps each path as a file under `rootdirectory` (the registry's default: /var/lib/registry). Unlike the
 * registry's driver, an upload is invisible until commit, and a directory goes with its last file.
 */
export function openFilesystemDriver(parameters: Readonly<Record<string, unknown>>) {
  const root = resolve(String(parameters.rootdirectory ?? '/var/lib/registry'))
  const place = (path: string) => join(root, path)
  const uploadPlace = (path: string) => join(root, uploadFolder, path)
  const orNotFound = (path: string) => (error: unknown) => {
    throw missing(error) ? new PathNotFoundError(name, path) : error
  }

  async function stat(path: string): Promise<FileInfo> {
    if (path === '/') return { path, size: 0, modTime: new Date(0), isDir: true }
    return toInfo(path, await statFile(place(path)).catch(orNotFound(path)))
  }

  async function needFile(path: string): Promise<FileInfo> {
    const info = await stat(path)
    if (info.isDir) throw new PathNotFoundError(name, path)
    return info
  }

  async function prune(directory: string): Promise<void> {
    for (let at = directory; at.length > root.length; at = dirname(at)) {
      try {
        await rmdir(at)
      } catch {
        return
      }
    }
  }

  /** Moves a finished file to its path; the folder may vanish in between, when its last file is deleted. */
  async function settle(from: string, path: string): Promise<void> {
    await inFolder(place(path), (target) => rename(from, target))
    await prune(dirname(from))
  }

  const driver = {
    name,
    capabilities: { redirect: false, resumable: true },
    async getContent(path) {
      return readFile(place(path)).catch(orNotFound(path))
    },
    async putContent(path, content) {
      const temporary = join(uploadPlace(path), `${uploadId()}.put`)
      await inFolder(temporary, (target) => writeFile(target, content))
      await settle(temporary, path)
    },
    async reader(path, offset) {
      const { size } = await needFile(path)
      if (offset >= size) return Readable.from([], { objectMode: false })
      const file = await open(place(path), 'r').catch(orNotFound(path))
      return file.createReadStream({ start: offset, highWaterMark: 256 * 1024 })
    },
    async writer(path, { append }) {
      let id = append ? (await uploadsOf(uploadPlace(path))).at(-1) : undefined
      // Empty content may be appended to: the registry begins so.
      if (append && id === undefined && (await needFile(path)).size > 0)
        throw new PathNotFoundError(name, path)
      id ??= uploadId()
      const upload = join(uploadPlace(path), id)
      await inFolder(upload, (target) => appendFile(target, ''))
      return fileWriter(upload, (await statFile(upload)).size, {
        commit: () => settle(upload, path),
        drop: async () => {
          await rm(upload, { force: true })
          await prune(dirname(upload))
        },
      })
    },
    stat,
    async list(path) {
      const names = await readdir(place(path)).catch((error: unknown) => {
        if (path === '/' && missing(error)) return []
        return orNotFound(path)(error)
      })
      return names.filter(isComponent).map((child) => join(path, child))
    },
    async move(source, dest) {
      await needFile(source)
      await inFolder(place(dest), (target) => rename(place(source), target)).catch(orNotFound(source))
      await prune(dirname(place(source)))
    },
    async delete(path) {
      await stat(path)
      await rm(place(path), { recursive: true, force: true })
      await prune(dirname(place(path)))
    },
    async redirectURL() {
      return undefined
    },
    async walk(path, visit, { startAfter } = {}) {
      if (!(await walkFiles(filesUnder(path, startAfter), path, visit))) await stat(path)
    },
  } satisfies StorageDriver

  /** Files after `startAfter` in the byte order of full paths: a folder sorts as if its name ended in a slash. */
  async function* filesUnder(
    path: string,
    startAfter: string | undefined,
  ): AsyncGenerator<readonly FileInfo[]> {
    const entries = await readdir(place(path), { withFileTypes: true }).catch((error: unknown) => {
      if (missing(error)) return []
      throw error
    })
    const sorted = entries
      .filter((entry) => isComponent(entry.name))
      .map((entry) => ({
        folder: entry.isDirectory(),
        key: `${join(path, entry.name)}${entry.isDirectory() ? '/' : ''}`,
      }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const { folder, key } of sorted) {
      if (startAfter !== undefined && key <= startAfter && !(folder && startAfter.startsWith(key))) continue
      if (folder) yield* filesUnder(key.slice(0, -1), startAfter)
      else {
        const info = await statFile(place(key)).catch(() => undefined)
        if (info !== undefined) yield [toInfo(key, info)]
      }
    }
  }

  async function* openUploads(folder: string): AsyncGenerator<{ path: string; uploadId: string }> {
    const entries = await readdir(uploadPlace(folder), { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isDirectory()) yield* openUploads(join(folder, entry.name))
      else yield { path: folder, uploadId: entry.name }
    }
  }

  return {
    ...checked<StorageDriver>(driver),
    inspector: {
      openUploads: () =>
        Readable.from(openUploads('/')).toArray() as Promise<{ path: string; uploadId: string }[]>,
      async abortUpload(upload: { readonly path: string; readonly uploadId: string }) {
        await rm(join(uploadPlace(upload.path), upload.uploadId), { force: true })
        await prune(uploadPlace(upload.path))
      },
    },
  }
}

function fileWriter(
  file: string,
  resumed: number,
  end: { commit(): Promise<void>; drop(): Promise<void> },
): FileWriter {
  const state = writerState(name)
  let size = resumed
  return {
    get size() {
      return size
    },
    async write(chunk) {
      state.needOpen()
      await appendFile(file, chunk, { flag: constants.O_WRONLY | constants.O_APPEND })
      size += chunk.length
    },
    async close() {
      state.close()
    },
    async cancel() {
      state.needOpen()
      state.to('cancelled')
      await end.drop()
    },
    async commit() {
      state.needOpen()
      await synchronized(file)
      await end.commit()
      state.to('committed')
    },
  }
}

/** Returns when the disk has the file. */
async function synchronized(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Runs `act` on `target`, making its folder when it is not there or goes away meanwhile. */
async function inFolder<T>(target: string, act: (target: string) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      await makeFolder(dirname(target))
      return await act(target)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === 9) throw error
    }
  }
}

/** As mkdir with `recursive`, which never ends where a folder is there and takes none in it (/proc). */
async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
  try {
    await make()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await make()
  }
}

let sequence = 0

/** Sorts by time of birth, so that the newest upload of a path is the last. */
function uploadId(): string {
  sequence = (sequence + 1) % 0x1000000
  return `~${Date.now().toString(16).padStart(12, '0')}-${sequence.toString(16).padStart(6, '0')}-${randomBytes(6).toString('hex')}`
}

async function uploadsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((id) => id.startsWith('~') && !id.endsWith('.put')).sort()
}

function toInfo(path: string, stats: Stats): FileInfo {
  const isDir = stats.isDirectory()
  return { path, size: isDir ? 0 : stats.size, modTime: stats.mtime, isDir }
}

function isComponent(text: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(text)
}
