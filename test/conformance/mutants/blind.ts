import { Readable } from 'node:stream'
import { type FileInfo, InvalidOffsetError, PathNotFoundError } from '../../../src/storage/driver.ts'
import { type DriverMutant, type GoodDriver, writerLike } from './mutant.ts'

/**
 * Drivers with a defect, written from the sources alone: the contract, what is known of the registry's releases and
 * of other stores; none with a case in view. A defect that no case caught became a case.
 */

const pause = () => new Promise<void>((resolve) => setImmediate(resolve))
const keysOf = (good: GoodDriver) =>
  [...good.store.files.keys()]
    .filter((key) => key.startsWith(`${good.full('/')}/`))
    .map((key) => key.slice(good.full('/').length))
const existing = (good: GoodDriver, path: string) => good.getContent(path).catch(() => undefined)

async function visited(good: GoodDriver, path: string, startAfter?: string): Promise<FileInfo[]> {
  const infos: FileInfo[] = []
  const keep = (info: FileInfo) => {
    infos.push(info)
    return undefined
  }
  await good.walk(path, keep, startAfter === undefined ? {} : { startAfter })
  return infos
}

/** A walk whose entries were changed, with what the visitor answers honoured. */
const walkThat =
  (
    good: GoodDriver,
    change: (infos: FileInfo[], startAfter: string | undefined) => readonly FileInfo[],
  ): GoodDriver['walk'] =>
  async (path, visit, options) => {
    let skipped: string | undefined
    for (const info of change(await visited(good, path, options?.startAfter), options?.startAfter)) {
      if (skipped !== undefined && info.path.startsWith(`${skipped}/`)) continue
      const step = await visit(info)
      if (step === 'stop') return
      if (step === 'skip' && info.isDir) skipped = info.path
    }
  }

const broken = (name: string, source: string, breakDriver: DriverMutant['breakDriver']): DriverMutant => ({
  name,
  source,
  breakDriver,
})

const brokenWriter = (
  name: string,
  source: string,
  change: (
    writer: Awaited<ReturnType<GoodDriver['writer']>>,
    good: GoodDriver,
    path: string,
    append: boolean,
  ) => ReturnType<typeof writerLike>,
): DriverMutant =>
  broken(name, source, (good) => ({
    writer: async (path, options) => change(await good.writer(path, options), good, path, options.append),
  }))

const contents: readonly DriverMutant[] = [
  broken('put: the bytes stay those of the caller', 'contract: the whole content', (good) => ({
    async putContent(path, content) {
      await good.putContent(path, content)
      good.store.files.set(good.full(path), {
        content: [content],
        size: content.length,
        modTime: new Date(),
      })
    },
  })),
  broken('put: two at a time write the same content', 'one buffer for all', (good) => {
    let current: Uint8Array = Buffer.alloc(0)
    return {
      async putContent(path, content) {
        current = content
        await pause()
        await good.putContent(path, current)
      },
    }
  }),
  broken('put: half of the content shows before the rest', 'writes in place (faults 5.1)', (good) => ({
    async putContent(path, content) {
      await good.putContent(path, content.subarray(0, content.length >> 1))
      await pause()
      await good.putContent(path, content)
    },
  })),
  broken('get: one time in eight the version before', 'replicas that lag (faults 5.1)', (good) => {
    const before = new Map<string, Buffer>()
    let reads = 0
    return {
      async putContent(path, content) {
        const old = await existing(good, path)
        if (old !== undefined) before.set(path, old)
        await good.putContent(path, content)
      },
      async getContent(path) {
        const now = await good.getContent(path)
        return ++reads % 8 === 0 ? (before.get(path) ?? now) : now
      },
    }
  }),
  broken('get: a bad path is a missing one', 'registry 3: TestInvalidPaths', (good) => ({
    getContent: (path) =>
      good.getContent(path).catch(() => {
        throw new PathNotFoundError(good.name, path)
      }),
  })),
  broken(
    'paths: a dot at the end of a name is dropped',
    'file systems of Windows (registry 3: /abc./abc)',
    (good) => {
      const clean = (path: string) => path.replace(/\.+(?=\/|$)/g, '')
      return {
        putContent: (path, content) => good.putContent(clean(path), content),
        getContent: (path) => good.getContent(path),
      }
    },
  ),
  broken('reader: nothing comes from the last byte on', 'off by one at the end', (good) => ({
    async reader(path, offset) {
      const stream = await good.reader(path, offset)
      const { size } = await good.stat(path)
      return offset > 0 && offset >= size - 1 ? Readable.from([], { objectMode: false }) : stream
    },
  })),
  broken(
    'reader: an overwrite goes into what is being read',
    'reads of a file in place (faults 5.1)',
    (good) => ({
      async reader(path, offset) {
        await good.reader(path, offset)
        const pieces = async function* () {
          for (let at = offset; ; at += 65_536) {
            const now = (await existing(good, path)) ?? Buffer.alloc(0)
            if (at >= now.length) return
            yield now.subarray(at, at + 65_536)
            await pause()
          }
        }
        return Readable.from(pieces(), { objectMode: false })
      },
    }),
  ),
  broken('errors: a bad offset is not told', 'registry 3: TestReaderWithOffset', (good) => ({
    reader: (path, offset) =>
      good.reader(path, offset).catch((error: unknown) => {
        throw error instanceof InvalidOffsetError ? new InvalidOffsetError(good.name, path, 0) : error
      }),
  })),
]

const trees: readonly DriverMutant[] = [
  {
    ...broken('stat: the time stays that of the first content', 'registry 3: TestStatCall', (good) => {
      const first = new Map<string, Date>()
      return {
        async stat(path) {
          const info = await good.stat(path)
          if (!first.has(path)) first.set(path, info.modTime)
          return { ...info, modTime: first.get(path) ?? info.modTime }
        },
      }
    }),
    also: ['stat/ModificationTimeAdvances'],
  },
  broken('stat: the size stays that of the content before', 'metadata that lags', (good) => {
    const sizes = new Map<string, number>()
    return {
      async stat(path) {
        const info = await good.stat(path)
        const before = sizes.get(path)
        sizes.set(path, info.size)
        return before === undefined ? info : { ...info, size: before }
      },
    }
  }),
  broken('stat: the root is a file', 'registry 4.2: HEAD of the root', (good) => ({
    async stat(path) {
      const info = await good.stat(path)
      return path === '/' ? { ...info, isDir: false } : info
    },
  })),
  broken('list: dot files are hidden', 'registry 3: /.abc is a path', (good) => ({
    list: async (path) => (await good.list(path)).filter((child) => !child.includes('/.')),
  })),
  broken('list: two slashes under the root', 'registry 3: TestEmptyRootList', (good) => ({
    list: async (path) => (await good.list(path)).map((child) => (path === '/' ? `/${child}` : child)),
  })),
  broken('list: begins again after a thousand', 'markers that are not heard (registry 4.2)', (good) => ({
    async list(path) {
      const children = await good.list(path)
      return children.map((_, index) => children[index % 1000] as string)
    },
  })),
  broken('move: clears what begins like the destination', 'registry 4.6 before 2.6', (good) => ({
    async move(source, dest) {
      await good.stat(source)
      for (const key of keysOf(good).filter((key) => key.startsWith(dest) && key !== source))
        await good.delete(key)
      await good.move(source, dest)
    },
  })),
  broken(
    'move: an upload that is open at the destination is lost',
    'contract: it stays open for append',
    (good) => ({
      async move(source, dest) {
        await good.move(source, dest)
        good.store.uploads.delete(good.full(dest))
      },
    }),
  ),
  broken('errors: a move names the destination as missing', 'registry 3: TestMoveNonexistent', (good) => ({
    move: (source, dest) =>
      good.move(source, dest).catch((error: unknown) => {
        throw error instanceof PathNotFoundError ? new PathNotFoundError(good.name, dest) : error
      }),
  })),
  broken('delete: the folder goes with the file', 'folders that count their files', (good) => ({
    async delete(path) {
      await good.delete(path)
      const folder = path.slice(0, path.lastIndexOf('/'))
      if (folder !== '') await good.delete(folder).catch(() => undefined)
    },
  })),
  broken('delete: a star stands for everything', 'registry 3: TestDelete', (good) => ({
    delete: (path) => good.delete(path.replace(/\/\*?$/, '')),
  })),
  broken('delete: the case of letters does not matter', 'faults 5.3', (good) => ({
    async delete(path) {
      await good.stat(path)
      const same = keysOf(good).filter((key) => `${key.toLowerCase()}/`.startsWith(`${path.toLowerCase()}/`))
      for (const key of same) await good.delete(key)
    },
  })),
  broken('walk: a directory comes after what is in it', 'depth first', (good) => ({
    walk: walkThat(good, (infos) =>
      [...infos].sort((a, b) => {
        const inside = (one: FileInfo, other: FileInfo) => one.path.startsWith(`${other.path}/`)
        return inside(a, b) ? -1 : inside(b, a) ? 1 : infos.indexOf(a) - infos.indexOf(b)
      }),
    ),
  })),
  broken(
    'walk: the last of a page comes again',
    'start-at instead of start-after (registry 4.6)',
    (good) => ({
      walk: walkThat(good, (infos) =>
        infos.flatMap((info, index) => (index % 1000 === 999 ? [info, info] : [info])),
      ),
    }),
  ),
  broken('walk: a name that goes on with a dash is before the start', 'T-42, registry 4.7', (good) => ({
    walk: walkThat(good, (infos, startAfter) => {
      const lowered = (path: string) => path.replaceAll('/', '\0')
      return startAfter === undefined
        ? infos
        : infos.filter(({ path, isDir }) => isDir || lowered(path) > lowered(startAfter))
    }),
  })),
  broken(
    'walk: the answer of the visitor is not waited for',
    'contract: WalkStep or a promise of it',
    (good) => ({
      walk: (path, visit, options) =>
        good.walk(
          path,
          (info) => {
            const step = visit(info)
            if (!(step instanceof Promise)) return step
            step.catch(() => undefined)
            return undefined
          },
          options,
        ),
    }),
  ),
  broken('walk: a stop is an error', 'registry 2: ErrFilledBuffer', (good) => ({
    async walk(path, visit, options) {
      let stopped = false
      await good.walk(
        path,
        async (info) => {
          const step = await visit(info)
          stopped ||= step === 'stop'
          return step
        },
        options,
      )
      if (stopped) throw new Error(`${good.name}: we have enough entries`)
    },
  })),
  broken('walk: what vanishes meanwhile is an error', 'registry 2: WalkFallback ignores it', (good) => ({
    async walk(path, visit, options) {
      for (const { path: each } of await visited(good, path, options?.startAfter)) {
        const step = await visit(await good.stat(each))
        if (step === 'stop') return
      }
    },
  })),
  broken('walk: sizes are zero', 'registry 3: TestListObjectsV2', (good) => ({
    walk: walkThat(good, (infos) => infos.map((info) => ({ ...info, size: 0 }))),
  })),
  broken('walk: nothing below eight levels', 'limits of recursion', (good) => ({
    walk: walkThat(good, (infos) => infos.filter(({ path }) => path.split('/').length <= 9)),
  })),
]

const writers: readonly DriverMutant[] = [
  brokenWriter('writer: a commit after a cancellation is taken', 'contract: later calls fail', (writer) =>
    writerLike(writer, { commit: () => writer.commit().catch(() => undefined) }),
  ),
  brokenWriter(
    'writer: a cancellation after the commit removes the content',
    'registry 4.4: already committed',
    (writer, good, path) =>
      writerLike(writer, {
        async cancel() {
          await writer.cancel().catch(() => good.delete(path))
        },
      }),
  ),
  brokenWriter(
    'writer: a close after the cancellation fails',
    'registry 4.3: NoSuchUpload',
    (writer, good) => {
      let cancelled = false
      return writerLike(writer, {
        async cancel() {
          await writer.cancel()
          cancelled = true
        },
        async close() {
          await writer.close()
          if (cancelled) throw new Error(`${good.name}: NoSuchUpload`)
        },
      })
    },
  ),
  brokenWriter(
    'writer: a close after the commit fails',
    'contract: callers close what they open',
    (writer, good) => {
      let committed = false
      return writerLike(writer, {
        async commit() {
          await writer.commit()
          committed = true
        },
        async close() {
          await writer.close()
          if (committed) throw new Error(`${good.name}: already committed`)
        },
      })
    },
  ),
  brokenWriter('writer: a second close is taken', 'registry 4.4: already closed', (writer) =>
    writerLike(writer, { close: () => writer.close().catch(() => undefined) }),
  ),
  brokenWriter('writer: a write takes at most 256 KiB', 'partial writes', (writer) =>
    writerLike(writer, { write: (chunk) => writer.write(chunk.subarray(0, 262_144)) }),
  ),
  brokenWriter(
    'writer: opening empties the path',
    "the registry's own filesystem driver",
    (writer, good, path, append) => {
      if (!append && good.store.files.has(good.full(path)))
        good.store.files.set(good.full(path), { content: [], size: 0, modTime: new Date() })
      return writerLike(writer, {})
    },
  ),
  brokenWriter(
    'writer: a cancellation takes what was there before',
    'abort by deletion',
    (writer, good, path) =>
      writerLike(writer, {
        async cancel() {
          await writer.cancel()
          good.store.files.delete(good.full(path))
        },
      }),
  ),
  broken('writer: a new one ends those that are open', 'one upload a key', (good) => ({
    async writer(path, options) {
      if (!options.append) {
        for (const upload of good.store.uploads.get(good.full(path)) ?? []) upload.splice(0)
        good.store.uploads.delete(good.full(path))
      }
      return good.writer(path, options)
    },
  })),
  broken('append: what comes is put before what was', 'parts in the order of arrival', (good) => ({
    async writer(path, options) {
      const writer = await good.writer(path, options)
      const upload = good.store.uploads.get(good.full(path))?.at(-1)
      if (!options.append || upload === undefined || upload.length === 0) return writer
      const old = upload.splice(0)
      const restore = async (then: () => Promise<void>) => {
        upload.push(...old.splice(0))
        await then()
      }
      return writerLike(writer, {
        commit: () => restore(writer.commit),
        close: () => restore(writer.close),
      })
    },
  })),
  broken('append: the third resume forgets the first piece', 'registry 4.3: parts adopted twice', (good) => {
    const resumes = new Map<string, number>()
    return {
      async writer(path, options) {
        const writer = await good.writer(path, options)
        const count = options.append ? (resumes.get(path) ?? 0) + 1 : 0
        resumes.set(path, count)
        if (count === 2) {
          const upload = good.store.uploads.get(good.full(path))?.at(-1)
          if (upload?.[0] !== undefined) upload[0] = Buffer.alloc(upload[0].length)
        }
        return writer
      },
    }
  }),
  broken('append: a thousand pieces at most are adopted', 'T-38, registry 4.3', (good) => ({
    async writer(path, options) {
      if (options.append) good.store.uploads.get(good.full(path))?.at(-1)?.splice(1000)
      return good.writer(path, options)
    },
  })),
  broken('append: a closed upload is no longer open', 'registry 4.3: Close leaves it open', (good) => ({
    async writer(path, options) {
      const writer = await good.writer(path, options)
      return writerLike(writer, {
        async close() {
          await writer.close()
          good.store.uploads.delete(good.full(path))
        },
      })
    },
  })),
]

export const blindMutants: readonly DriverMutant[] = [...contents, ...trees, ...writers]
