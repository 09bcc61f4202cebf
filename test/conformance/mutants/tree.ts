import { type FileInfo, PathNotFoundError, type StorageDriver } from '../../../src/storage/driver.ts'
import type { DriverMutant, GoodDriver } from './mutant.ts'

/** stat, list, move, delete and walk with a defect. */

const keys = (good: GoodDriver) =>
  [...good.store.files.keys()]
    .filter((key) => key.startsWith(`${good.full('/')}/`))
    .map((key) => key.slice(good.full('/').length))
const remove = (good: GoodDriver, paths: readonly string[]) => {
  for (const path of paths) good.store.files.delete(good.full(path))
}

/** A walk over a list of entries that the mutant chose. */
async function walkOver(
  entries: readonly FileInfo[],
  visit: Parameters<StorageDriver['walk']>[1],
): Promise<void> {
  let skipped: string | undefined
  for (const entry of entries) {
    if (skipped !== undefined && entry.path.startsWith(`${skipped}/`)) continue
    const step = await visit(entry)
    if (step === 'stop') return
    if (step === 'skip' && entry.isDir) skipped = entry.path
  }
}

async function entriesOf(good: GoodDriver, path: string, startAfter?: string): Promise<FileInfo[]> {
  const entries: FileInfo[] = []
  await good.walk(
    path,
    (info) => {
      entries.push(info)
      return undefined
    },
    startAfter === undefined ? {} : { startAfter },
  )
  return entries
}

export const treeMutants: readonly DriverMutant[] = [
  {
    name: 'stat: the beginning of a name is a directory',
    source: 'registry S3 driver, all versions (4.2)',
    breakDriver: (good) => ({
      async stat(path) {
        return good.stat(path).catch((error: unknown) => {
          if (!keys(good).some((key) => key.startsWith(path))) throw error
          return { path, size: 0, modTime: new Date(0), isDir: true }
        })
      },
    }),
  },
  {
    name: 'stat: a directory is a file of no bytes',
    source: 'folder objects',
    breakDriver: (good) => ({ stat: async (path) => ({ ...(await good.stat(path)), isDir: false }) }),
  },
  {
    name: 'stat: the path is relative',
    source: 'keys instead of paths',
    breakDriver: (good) => ({ stat: async (path) => ({ ...(await good.stat(path)), path: path.slice(1) }) }),
  },
  {
    name: 'stat: the time is the epoch',
    source: 'Last-Modified not read',
    breakDriver: (good) => ({ stat: async (path) => ({ ...(await good.stat(path)), modTime: new Date(0) }) }),
  },
  {
    name: 'stat: the time is that of the first writing',
    source: 'creation instead of modification, in local time going back',
    breakDriver: (good) => {
      let clock = Date.now()
      return {
        async stat(path) {
          clock -= 1000
          return { ...(await good.stat(path)), modTime: new Date(clock) }
        },
      }
    },
  },
  {
    name: 'stat: missing is a file of no bytes',
    source: 'contract: PathNotFoundError',
    breakDriver: (good) => ({
      stat: (path) => good.stat(path).catch(() => ({ path, size: 0, modTime: new Date(), isDir: false })),
    }),
  },
  {
    name: 'stat: the size wraps at 65536',
    source: 'integers of fixed width (faults 5.3: truncates at 2^31)',
    breakDriver: (good) => ({
      async stat(path) {
        const info = await good.stat(path)
        return { ...info, size: info.size % 65_536 }
      },
    }),
  },
  {
    name: 'list: the root of an empty store is missing',
    source: 'registry 2.6 health check (T-49)',
    breakDriver: (good) => ({
      async list(path) {
        const children = await good.list(path)
        if (children.length === 0) throw new PathNotFoundError(good.name, path)
        return children
      },
    }),
  },
  {
    name: 'list: a missing directory is empty',
    source: 'registry before 2.2 (2)',
    breakDriver: (good) => ({ list: (path) => good.list(path).catch(() => []) }),
  },
  {
    name: 'list: names instead of paths',
    source: 'contract: absolute paths',
    breakDriver: (good) => ({
      list: async (path) => (await good.list(path)).map((child) => child.slice(child.lastIndexOf('/') + 1)),
    }),
  },
  {
    name: 'list: everything below',
    source: 'delimiter ignored (npm 2.2)',
    breakDriver: (good) => ({
      async list(path) {
        await good.list(path)
        return keys(good).filter((key) => key.startsWith(path === '/' ? '/' : `${path}/`))
      },
    }),
  },
  {
    name: 'list: only the first thousand',
    source: 'truncation ignored (npm 2.2: s3rver paging)',
    breakDriver: (good) => ({ list: async (path) => (await good.list(path)).slice(0, 1000) }),
  },
  {
    name: 'list: a directory once per file in it',
    source: 'common prefixes not merged across pages',
    breakDriver: (good) => ({
      async list(path) {
        await good.list(path)
        const prefix = path === '/' ? '/' : `${path}/`
        return keys(good)
          .filter((key) => key.startsWith(prefix))
          .map((key) => prefix + key.slice(prefix.length).split('/')[0])
      },
    }),
  },
  {
    name: 'list: the directory itself is in it',
    source: 'folder objects (T-43)',
    breakDriver: (good) => ({ list: async (path) => [...(await good.list(path)), path] }),
  },
  {
    name: 'list: files only',
    source: 'common prefixes ignored',
    breakDriver: (good) => ({
      async list(path) {
        const children = await good.list(path)
        const infos = await Promise.all(children.map((child) => good.stat(child)))
        return infos.filter(({ isDir }) => !isDir).map((info) => info.path)
      },
    }),
  },
  {
    name: 'list: what begins alike is a child',
    source: 'prefix without its slash',
    breakDriver: (good) => ({
      async list(path) {
        if (path === '/') return good.list(path)
        const found = keys(good).filter((key) => key.startsWith(path) && key !== path)
        if (found.length === 0) throw new PathNotFoundError(good.name, path)
        return [
          ...new Set(
            found.map((key) =>
              key
                .split('/')
                .slice(0, path.split('/').length + 1)
                .join('/'),
            ),
          ),
        ]
      },
    }),
  },
  {
    name: 'list: lags one listing behind',
    source: 'eventual consistency (faults 5.1)',
    breakDriver: (good) => {
      const before = new Map<string, string[]>()
      return {
        async list(path) {
          const now = await good.list(path)
          const stale = before.get(path) ?? now
          before.set(path, now)
          return stale
        },
      }
    },
  },
  {
    name: 'list: a file that is being listed is its own directory',
    source: 'HEAD before the listing',
    breakDriver: (good) => ({
      list: (path) =>
        good.list(path).catch(async (error: unknown) => {
          const parent = path.slice(0, path.lastIndexOf('/')) || '/'
          if (!keys(good).some((key) => key.startsWith(`${path.slice(0, -1)}`))) throw error
          return good.list(parent)
        }),
    }),
  },
  {
    name: 'move: copies',
    source: 'a lost delete',
    breakDriver: (good) => ({
      move: async (source, dest) => good.putContent(dest, await good.getContent(source)),
    }),
  },
  {
    name: 'move: does not overwrite',
    source: 'no-clobber renames',
    breakDriver: (good) => ({
      async move(source, dest) {
        if (good.store.files.has(good.full(dest))) return good.delete(source)
        return good.move(source, dest)
      },
    }),
  },
  {
    name: 'move: a missing source is no error',
    source: 'contract: PathNotFoundError',
    breakDriver: (good) => ({ move: (source, dest) => good.move(source, dest).catch(() => undefined) }),
  },
  {
    name: 'move: a missing source empties the destination',
    source: 'the destination is opened first',
    breakDriver: (good) => ({
      async move(source, dest) {
        await good.stat(source).catch(async (error: unknown) => {
          await good.putContent(dest, Buffer.alloc(0))
          throw error
        })
        return good.move(source, dest)
      },
    }),
  },
  {
    name: 'move: takes what begins alike with it',
    source: 'prefix without its slash',
    breakDriver: (good) => ({
      async move(source, dest) {
        await good.move(source, dest)
        for (const key of keys(good).filter((key) => key.startsWith(source) && key !== source)) {
          await good.move(key, dest + key.slice(source.length))
        }
      },
    }),
  },
  {
    name: 'move: onto itself deletes',
    source: 'copy and delete',
    breakDriver: (good) => ({
      async move(source, dest) {
        await good.move(source, dest)
        if (source === dest) await good.delete(source)
      },
    }),
  },
  {
    name: 'move: empty content arrives not',
    source: 'copies of zero parts (registry 4.5)',
    breakDriver: (good) => ({
      async move(source, dest) {
        const { size } = await good.stat(source)
        if (size === 0) return good.delete(source)
        return good.move(source, dest)
      },
    }),
  },
  {
    name: 'move: a directory goes whole',
    source: 'renames of file systems',
    breakDriver: (good) => ({
      async move(source, dest) {
        const info = await good.stat(source)
        if (!info.isDir) return good.move(source, dest)
        for (const key of keys(good).filter((key) => key.startsWith(`${source}/`)))
          await good.move(key, dest + key.slice(source.length))
      },
    }),
  },
  {
    name: 'move: a child of a file is the file',
    source: 'paths resolved up to the first match',
    breakDriver: (good) => ({
      move: (source, dest) =>
        good.move(source, dest).catch(() => good.move(source.slice(0, source.lastIndexOf('/')), dest)),
    }),
  },
  {
    name: 'move: more than 5 MiB is cut',
    source: 'single copies above a limit (registry 4.5)',
    breakDriver: (good) => ({
      async move(source, dest) {
        const content = await good.getContent(source)
        await good.move(source, dest)
        if (content.length > 5_242_880) await good.putContent(dest, content.subarray(0, 5_242_880))
      },
    }),
  },
  {
    name: 'delete: everything that begins alike',
    source: 'registry up to 2.5 (T-39)',
    breakDriver: (good) => ({
      async delete(path) {
        const doomed = keys(good).filter((key) => key.startsWith(path))
        if (doomed.length === 0) throw new PathNotFoundError(good.name, path)
        remove(good, doomed)
      },
    }),
  },
  {
    name: 'delete: stops at the first neighbour',
    source: 'registry 2.6 to 2.8 (T-40)',
    breakDriver: (good) => ({
      async delete(path) {
        const candidates = keys(good)
          .filter((key) => key.startsWith(path))
          .sort()
        if (candidates.length === 0) throw new PathNotFoundError(good.name, path)
        const stop = candidates.findIndex((key) => key !== path && key[path.length] !== '/')
        remove(good, stop === -1 ? candidates : candidates.slice(0, stop))
      },
    }),
  },
  {
    name: 'delete: the beginning of names is deleted with success',
    source: 'registry 3.x (4.6)',
    breakDriver: (good) => ({
      delete: (path) =>
        good.delete(path).catch((error: unknown) => {
          if (!keys(good).some((key) => key.startsWith(path))) throw error
        }),
    }),
  },
  {
    name: 'delete: missing is no error',
    source: 'S3 itself',
    breakDriver: (good) => ({ delete: (path) => good.delete(path).catch(() => undefined) }),
  },
  {
    name: 'delete: only the first thousand',
    source: 'DeleteObjects takes a thousand',
    breakDriver: (good) => ({
      async delete(path) {
        const doomed = keys(good).filter((key) => key === path || key.startsWith(`${path}/`))
        if (doomed.length === 0) throw new PathNotFoundError(good.name, path)
        remove(good, doomed.slice(0, 1000))
      },
    }),
  },
  {
    name: 'delete: directories stay',
    source: 'DeleteObject of a prefix',
    breakDriver: (good) => ({
      async delete(path) {
        if (!(await good.stat(path)).isDir) return good.delete(path)
      },
    }),
  },
  {
    name: 'delete: only direct children',
    source: 'listing with a delimiter',
    breakDriver: (good) => ({
      async delete(path) {
        const depth = path.split('/').length + 1
        await good.stat(path)
        remove(
          good,
          keys(good).filter(
            (key) => key === path || (key.startsWith(`${path}/`) && key.split('/').length === depth),
          ),
        )
      },
    }),
  },
  {
    name: 'delete: errors of single keys are swallowed',
    source: 'registry up to 2.8 (4.6)',
    breakDriver: (good) => ({
      async delete(path) {
        const keep = keys(good).find((key) => key.startsWith(`${path}/`) && key.endsWith('file1'))
        const content = keep === undefined ? undefined : await good.getContent(keep)
        await good.delete(path)
        if (keep !== undefined && content !== undefined) await good.putContent(keep, content)
      },
    }),
  },
  {
    name: 'delete: what is deleted cannot be written again at once',
    source: 'delete markers that lag (faults 5.1)',
    breakDriver: (good) => {
      const gone = new Set<string>()
      return {
        async delete(path) {
          await good.delete(path)
          gone.add(path)
        },
        async putContent(path, content) {
          await good.putContent(path, content)
          if (gone.delete(path)) await good.delete(path)
        },
      }
    },
  },
  {
    name: 'walk: skipping a directory hides what begins alike',
    source: 'registry 3.0.0 to 3.1.1 (T-41)',
    breakDriver: (good) => ({
      async walk(path, visit, options) {
        const skipped: string[] = []
        await good.walk(
          path,
          async (info) => {
            if (skipped.some((prefix) => info.path.startsWith(prefix))) return info.isDir ? 'skip' : undefined
            const step = await visit(info)
            if (step === 'skip') skipped.push(info.path)
            return step
          },
          options,
        )
      },
    }),
  },
  {
    name: 'walk: by components instead of bytes',
    source: 'registry 2.8 (4.7)',
    breakDriver: (good) => ({
      async walk(path, visit, options) {
        const entries = await entriesOf(good, path, options?.startAfter)
        const key = (info: FileInfo) => info.path.replaceAll('/', '\0')
        await walkOver(
          entries.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
          visit,
        )
      },
    }),
  },
  {
    name: 'walk: the start is included',
    source: 'start-after read as start-at',
    breakDriver: (good) => ({
      async walk(path, visit, options) {
        const { startAfter } = options ?? {}
        if (startAfter !== undefined && good.store.files.has(good.full(startAfter)))
          await visit(await good.stat(startAfter))
        await good.walk(path, visit, options)
      },
    }),
  },
  {
    name: 'walk: the start is ignored',
    source: 'stores without start-after (T-45)',
    breakDriver: (good) => ({ walk: (path, visit) => good.walk(path, visit) }),
  },
  {
    name: 'walk: a missing directory is no error',
    source: 'registry 3.x (4.7, T-106)',
    breakDriver: (good) => ({
      walk: (path, visit, options) =>
        good.walk(path, visit, options).catch((error: unknown) => {
          if (!(error instanceof PathNotFoundError)) throw error
        }),
    }),
  },
  {
    name: 'walk: skip is not heard',
    source: 'contract: skip',
    breakDriver: (good) => ({
      walk: (path, visit, options) =>
        good.walk(
          path,
          async (info) => {
            const step = await visit(info)
            return step === 'skip' ? undefined : step
          },
          options,
        ),
    }),
  },
  {
    name: 'walk: stop is not heard',
    source: 'contract: stop',
    breakDriver: (good) => ({
      walk: (path, visit, options) =>
        good.walk(
          path,
          async (info) => {
            const step = await visit(info)
            return step === 'stop' ? undefined : step
          },
          options,
        ),
    }),
  },
  {
    name: "walk: the visitor's error is swallowed",
    source: 'upstream tests it (3: TestWalk)',
    breakDriver: (good) => ({
      walk: (path, visit, options) =>
        good.walk(path, visit, options).catch((error: unknown) => {
          if (error instanceof PathNotFoundError) throw error
        }),
    }),
  },
  {
    name: 'walk: directories come again for each file',
    source: 'directories inferred from keys',
    breakDriver: (good) => ({
      async walk(path, visit, options) {
        const entries = await entriesOf(good, path, options?.startAfter)
        const doubled = entries.flatMap((info) => (info.isDir ? [info, info] : [info]))
        await walkOver(doubled, visit)
      },
    }),
  },
  {
    name: 'walk: no directories',
    source: 'flat listings',
    breakDriver: (good) => ({
      walk: (path, visit, options) =>
        good.walk(path, (info) => (info.isDir ? undefined : visit(info)), options),
    }),
  },
  {
    name: 'walk: only the first thousand',
    source: 'truncation ignored',
    breakDriver: (good) => ({
      async walk(path, visit, options) {
        const entries = await entriesOf(good, path, options?.startAfter)
        await walkOver(entries.slice(0, 1000), visit)
      },
    }),
  },
  {
    name: 'walk: the place it starts from is visited',
    source: 'contract: under path',
    breakDriver: (good) => ({
      async walk(path, visit, options) {
        if (path !== '/') await visit(await good.stat(path))
        await good.walk(path, visit, options)
      },
    }),
  },
]
