import { Readable } from 'node:stream'
import { type FileInfo, type FileWriter, PathNotFoundError, type StorageDriver } from '../storage/driver.ts'
import { checked } from './checked.ts'
import { walkFiles } from './walk.ts'
import { writerState } from './writer-state.ts'

/** What memory drivers of any root directory share; a closed upload lives here until another driver resumes it. */
export interface MemoryStore {
  readonly files: Map<
    string,
    { readonly content: readonly Uint8Array[]; readonly size: number; readonly modTime: Date }
  >
  readonly uploads: Map<string, Uint8Array[][]>
}

/** An empty store. */
export function memoryStore(): MemoryStore {
  return { files: new Map(), uploads: new Map() }
}

const name = 'inmemory'

/** A driver over `store`; of the parameters only `rootdirectory` (ours, the registry's driver has none) is read. */
export function openMemoryDriver(store: MemoryStore, parameters: Readonly<Record<string, unknown>> = {}) {
  const root = String(parameters.rootdirectory ?? '').replace(/\/+$/, '')
  const { files, uploads } = store
  const key = (path: string) => (path === '/' ? root : `${root}${path}`)
  const file = (path: string) => {
    const found = files.get(key(path))
    if (found === undefined) throw new PathNotFoundError(name, path)
    return found
  }
  const under = (path: string) => [...files.keys()].filter((full) => full.startsWith(`${key(path)}/`))
  const info = (full: string): FileInfo => {
    const { size, modTime } = files.get(full) ?? { size: 0, modTime: new Date(0) }
    return { path: full.slice(root.length), size, modTime, isDir: false }
  }

  async function stat(path: string): Promise<FileInfo> {
    if (files.has(key(path))) return info(key(path))
    if (path !== '/' && under(path).length === 0) throw new PathNotFoundError(name, path)
    return { path, size: 0, modTime: new Date(0), isDir: true }
  }

  const driver = {
    name,
    capabilities: { redirect: false, resumable: true, largest: 2 ** 30 },
    async getContent(path) {
      return Buffer.concat(file(path).content)
    },
    async putContent(path, content) {
      files.set(key(path), { content: [Buffer.from(content)], size: content.length, modTime: new Date() })
    },
    async reader(path, offset) {
      return Readable.from(from(file(path).content, offset), { objectMode: false })
    },
    async writer(path, { append }) {
      return memoryWriter(store, key(path), append, path)
    },
    stat,
    async list(path) {
      const names = new Set(under(path).map((full) => full.slice(key(path).length + 1).split('/', 1)[0]))
      if (names.size === 0 && path !== '/') throw new PathNotFoundError(name, path)
      return [...names].map((child) => `${path === '/' ? '' : path}/${child}`)
    },
    async move(source, dest) {
      const moved = file(source)
      files.delete(key(source))
      files.set(key(dest), moved)
    },
    async delete(path) {
      const doomed = [...under(path), ...(files.has(key(path)) ? [key(path)] : [])]
      if (doomed.length === 0) throw new PathNotFoundError(name, path)
      for (const full of doomed) files.delete(full)
    },
    async redirectURL() {
      return undefined
    },
    async walk(path, visit, { startAfter } = {}) {
      const found = under(path)
        .filter((full) => startAfter === undefined || full.slice(root.length) > startAfter)
        .sort()
      if (!(await walkFiles([found.map(info)], path, visit))) await stat(path)
    },
  } satisfies StorageDriver
  return {
    ...checked<StorageDriver>(driver),
    inspector: {
      async openUploads() {
        return [...uploads].flatMap(([full, open]) =>
          full.startsWith(`${root}/`)
            ? open.map((_, index) => ({ path: full.slice(root.length), uploadId: String(index) }))
            : [],
        )
      },
      async abortUpload(upload: { readonly path: string; readonly uploadId: string }) {
        drop(uploads, key(upload.path), uploads.get(key(upload.path))?.[Number(upload.uploadId)])
      },
    },
  }
}

function memoryWriter(store: MemoryStore, full: string, append: boolean, path: string): FileWriter {
  const { files, uploads } = store
  const state = writerState(name)
  let chunks = append ? uploads.get(full)?.at(-1) : undefined
  if (append && chunks === undefined && files.get(full)?.size !== 0) throw new PathNotFoundError(name, path)
  if (chunks === undefined) {
    chunks = []
    uploads.set(full, [...(uploads.get(full) ?? []), chunks])
  }
  const upload = chunks
  let size = upload.reduce((sum, chunk) => sum + chunk.length, 0)
  return {
    get size() {
      return size
    },
    async write(chunk) {
      state.needOpen()
      upload.push(Buffer.from(chunk))
      size += chunk.length
    },
    async close() {
      state.close()
    },
    async cancel() {
      state.needOpen()
      state.to('cancelled')
      drop(uploads, full, upload)
    },
    async commit() {
      state.needOpen()
      state.to('committed')
      drop(uploads, full, upload)
      // A copy: another writer of the same upload may still hold it.
      files.set(full, { content: [...upload], size, modTime: new Date() })
    },
  }
}

function drop(uploads: MemoryStore['uploads'], full: string, upload: Uint8Array[] | undefined): void {
  const left = (uploads.get(full) ?? []).filter((other) => other !== upload)
  if (left.length === 0) uploads.delete(full)
  else uploads.set(full, left)
}

function* from(content: readonly Uint8Array[], offset: number): Generator<Uint8Array> {
  let position = 0
  for (const chunk of content) {
    if (position + chunk.length > offset) yield chunk.subarray(Math.max(0, offset - position))
    position += chunk.length
  }
}
