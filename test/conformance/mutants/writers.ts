import { PathNotFoundError } from '../../../src/storage/driver.ts'
import { type DriverMutant, type GoodDriver, writerLike } from './mutant.ts'

/** Writers with a defect. */

type Writer = Awaited<ReturnType<GoodDriver['writer']>>

const breakWriter = (
  name: string,
  source: string,
  change: (writer: Writer, good: GoodDriver, path: string, append: boolean) => Writer | Promise<Writer>,
): DriverMutant => ({
  name: `writer: ${name}`,
  source,
  breakDriver: (good) => ({
    writer: async (path, options) => change(await good.writer(path, options), good, path, options.append),
  }),
})

export const writerMutants: readonly DriverMutant[] = [
  breakWriter(
    'content shows before the commit',
    "the registry's own filesystem driver",
    (writer, good, path) =>
      writerLike(writer, {
        async write(chunk) {
          await writer.write(chunk)
          await good.putContent(path, chunk)
        },
      }),
  ),
  breakWriter('close commits', 'small tails that are completed (registry 4.3)', (writer, good, path) => {
    const chunks: Uint8Array[] = []
    return writerLike(writer, {
      async write(chunk) {
        chunks.push(Buffer.from(chunk))
        await writer.write(chunk)
      },
      async close() {
        await writer.close()
        if (chunks.length > 0) await good.putContent(path, Buffer.concat(chunks))
      },
    })
  }),
  breakWriter('close drops what was not full', 'buffers that are not flushed', (writer, good, path) => {
    let written = 0
    return writerLike(writer, {
      async write(chunk) {
        written += chunk.length
        await writer.write(chunk)
      },
      async close() {
        const upload = good.store.uploads.get(good.full(path))?.at(-1)
        if (upload !== undefined && written % 1000 !== 0) upload.pop()
        await writer.close()
      },
    })
  }),
  breakWriter('a commit without a write fails', 'registry 2.8 (4.3: MalformedXML)', (writer) =>
    writerLike(writer, {
      async commit() {
        if (writer.size === 0) throw new Error('s3aws: MalformedXML')
        await writer.commit()
      },
    }),
  ),
  breakWriter('a commit does not replace', 'If-None-Match on completion', (writer, good, path) =>
    writerLike(writer, {
      async commit() {
        const before = await good.getContent(path).catch(() => undefined)
        await writer.commit()
        if (before !== undefined && before.length > 0) await good.putContent(path, before)
      },
    }),
  ),
  breakWriter('a write after the end is taken', 'contract: later calls fail', (writer) =>
    writerLike(writer, { write: (chunk) => writer.write(chunk).catch(() => undefined) }),
  ),
  breakWriter('a commit after a close is taken', 'contract: later calls fail', (writer) =>
    writerLike(writer, { commit: () => writer.commit().catch(() => undefined) }),
  ),
  breakWriter('a cancellation commits', 'contract: nothing of it stays', (writer) =>
    writerLike(writer, { cancel: () => writer.commit() }),
  ),
  breakWriter('a cancellation leaves the upload', 'abort that does nothing (npm 2.2)', (writer) =>
    writerLike(writer, { cancel: async () => undefined }),
  ),
  breakWriter('the size is only what was uploaded', 'registry 3.x (4.4)', (writer) => {
    let closed = false
    const resumed = writer.size
    return writerLike(writer, {
      sizeNow: () => (closed ? writer.size : resumed),
      async close() {
        await writer.close()
        closed = true
      },
    })
  }),
  breakWriter('the size counts twice', 'double counting', (writer) => {
    let more = 0
    return writerLike(writer, {
      sizeNow: () => writer.size + more,
      async write(chunk) {
        await writer.write(chunk)
        more += chunk.length
      },
    })
  }),
  breakWriter('an empty write ends the content', 'end of stream by zero length', (writer) => {
    let ended = false
    return writerLike(writer, {
      async write(chunk) {
        ended ||= chunk.length === 0
        if (!ended) await writer.write(chunk)
      },
    })
  }),
  breakWriter('pieces of exactly 1 MiB are lost after the first five', 'parts that do not fit', (writer) => {
    let pieces = 0
    return writerLike(writer, {
      async write(chunk) {
        pieces += 1
        await writer.write(pieces > 5 && chunk.length === 1_048_576 ? chunk.subarray(1) : chunk)
      },
    })
  }),
  breakWriter('the buffer of the caller is kept', 'zero copy', (writer, good, path) =>
    writerLike(writer, {
      async write(chunk) {
        await writer.write(chunk)
        // What a second write overwrites in a shared buffer.
        const upload = good.store.uploads.get(good.full(path))?.at(-1)
        const [first] = upload ?? []
        if (upload !== undefined && upload.length > 1 && first !== undefined && first.length > 0)
          upload[0] = Buffer.from(chunk.subarray(0, 1))
      },
    }),
  ),
  {
    name: 'append: starts anew',
    source: 'append ignored',
    breakDriver: (good) => ({
      async writer(path, { append }) {
        if (append && (await good.stat(path).catch(() => undefined))?.size === 0)
          return good.writer(path, { append })
        const writer = await good.writer(path, { append })
        if (append) good.store.uploads.get(good.full(path))?.at(-1)?.splice(0)
        return append ? writerLike(writer, {}) : writer
      },
    }),
  },
  {
    name: 'append: the size is zero when resumed',
    source: 'ListParts without sizes (npm 2.2)',
    breakDriver: (good) => ({
      async writer(path, options) {
        const writer = await good.writer(path, options)
        const resumed = writer.size
        return writerLike(writer, { sizeNow: () => writer.size - resumed })
      },
    }),
  },
  {
    name: 'append: nothing is resumed as if it were new',
    source: 'contract: PathNotFoundError',
    breakDriver: (good) => ({
      writer: (path, options) => good.writer(path, options).catch(() => good.writer(path, { append: false })),
    }),
  },
  {
    name: 'append: empty content cannot be appended to',
    source: 'registry 2.8 (3: TestWriteZeroByte…)',
    breakDriver: (good) => ({
      async writer(path, options) {
        if (options.append && !good.store.uploads.has(good.full(path)))
          throw new PathNotFoundError(good.name, path)
        return good.writer(path, options)
      },
    }),
  },
  {
    name: 'append: the upload is not found after a close without a write',
    source: 'lazy creation of uploads',
    breakDriver: (good) => ({
      async writer(path, options) {
        const open = good.store.uploads.get(good.full(path))?.at(-1)
        if (options.append && open?.length === 0) {
          good.store.uploads.delete(good.full(path))
          throw new PathNotFoundError(good.name, path)
        }
        return good.writer(path, options)
      },
    }),
  },
  {
    name: 'append: the oldest upload is resumed',
    source: 'upstream takes the first listed (faults 5.2)',
    breakDriver: (good) => ({
      async writer(path, options) {
        const open = good.store.uploads.get(good.full(path))
        if (options.append) open?.reverse()
        return good.writer(path, options)
      },
    }),
  },
  {
    name: 'append: uploads are found by the beginning of the path',
    source: 'ListMultipartUploads by prefix (registry 4.2)',
    breakDriver: (good) => ({
      async writer(path, options) {
        if (!options.append) return good.writer(path, options)
        const full = good.full(path)
        const match = [...good.store.uploads.keys()]
          .filter((key) => key.startsWith(full))
          .sort()
          .at(-1)
        return good.writer(match === undefined ? path : match.slice(good.full('/').length), options)
      },
    }),
  },
  {
    name: 'append: committed content is overwritten',
    source: 'append that falls back to a new upload',
    breakDriver: (good) => ({
      async writer(path, options) {
        if (
          options.append &&
          !good.store.uploads.has(good.full(path)) &&
          good.store.files.has(good.full(path))
        ) {
          return good.writer(path, { append: false })
        }
        return good.writer(path, options)
      },
    }),
  },
  {
    name: 'append: the first 32 bytes are lost on resume',
    source: 'orphans of lost answers (faults 5.2: size 0 instead of 32)',
    breakDriver: (good) => ({
      async writer(path, options) {
        const open = good.store.uploads.get(good.full(path))?.at(-1)
        if (options.append && open?.length === 1 && open[0]?.length === 32) open.splice(0)
        return good.writer(path, options)
      },
    }),
  },
  {
    name: 'writer: all writers of a path share their buffer',
    source: 'uploads by path instead of by id',
    breakDriver: (good) => ({
      async writer(path, options) {
        if (!options.append && good.store.uploads.has(good.full(path)))
          return good.writer(path, { append: true })
        return good.writer(path, options)
      },
    }),
  },
  {
    name: 'writer: the first writer to begin wins, whoever commits last',
    source: 'stores that order by the begin of a write (garage, faults 5.1)',
    breakDriver: (good) => {
      const begun = new Map<string, number>()
      let count = 0
      return {
        async writer(path, options) {
          const writer = await good.writer(path, options)
          const mine = ++count
          return writerLike(writer, {
            async commit() {
              const winner = begun.get(path)
              const before = await good.getContent(path).catch(() => undefined)
              await writer.commit()
              if (winner !== undefined && winner > mine && before !== undefined)
                await good.putContent(path, before)
              else begun.set(path, mine)
            },
          })
        },
      }
    },
  },
  {
    name: 'uploads: an open one shows in listings',
    source: "the registry's own filesystem driver",
    breakDriver: (good) => ({
      async list(path) {
        const prefix = `${good.full(path)}/`
        const open = [...good.store.uploads.keys()].filter((key) => key.startsWith(prefix))
        const names = open.map(
          (key) => `${path === '/' ? '' : path}/${key.slice(prefix.length).split('/')[0]}`,
        )
        return [...new Set([...(await good.list(path)), ...names])]
      },
    }),
  },
  {
    name: 'uploads: one stays open after its commit',
    source: 'completions that keep the parts',
    breakDriver: (good) => ({
      async writer(path, options) {
        const writer = await good.writer(path, options)
        return writerLike(writer, {
          async commit() {
            await writer.commit()
            good.store.uploads.set(good.full(path), [[]])
          },
        })
      },
    }),
  },
]
