import { Readable } from 'node:stream'
import { InvalidPathError, PathNotFoundError } from '../../../src/storage/driver.ts'
import type { DriverMutant } from './mutant.ts'

/** getContent, putContent and reader with a defect. */
export const contentMutants: readonly DriverMutant[] = [
  {
    name: 'get: empty content is missing',
    source: 'stores that treat zero length as absent (registry 4.3)',
    breakDriver: (good) => ({
      async getContent(path) {
        const content = await good.getContent(path)
        if (content.length === 0) throw new PathNotFoundError(good.name, path)
        return content
      },
    }),
  },
  {
    name: 'get: a directory is empty content',
    source: 'folder objects of consoles (T-43)',
    breakDriver: (good) => ({
      async getContent(path) {
        if ((await good.stat(path)).isDir) return Buffer.alloc(0)
        return good.getContent(path)
      },
    }),
  },
  {
    name: 'get: missing content is empty',
    source: 'contract: PathNotFoundError',
    breakDriver: (good) => ({ getContent: (path) => good.getContent(path).catch(() => Buffer.alloc(0)) }),
  },
  {
    name: 'get: the text is decoded and encoded',
    source: 'text modes of stores',
    breakDriver: (good) => ({
      getContent: async (path) => Buffer.from((await good.getContent(path)).toString('utf8')),
    }),
  },
  {
    name: 'get: line ends are changed',
    source: 'text modes of stores',
    breakDriver: (good) => ({
      getContent: async (path) =>
        Buffer.from((await good.getContent(path)).toString('latin1').replaceAll('\r', '\n'), 'latin1'),
    }),
  },
  {
    name: 'get: content stops at 1 MiB minus one byte',
    source: 'buffers of fixed length',
    breakDriver: (good) => ({
      getContent: async (path) => (await good.getContent(path)).subarray(0, 1_048_575),
    }),
  },
  {
    name: 'get: the first version is remembered',
    source: 'caches in front of a store',
    breakDriver: (good) => {
      const known = new Map<string, Buffer>()
      return {
        async getContent(path) {
          const content = known.get(path) ?? (await good.getContent(path))
          known.set(path, content)
          return content
        },
      }
    },
  },
  {
    name: 'errors: the driver is not named',
    source: 'upstream asserts it (registry 3)',
    breakDriver: (good) => ({
      getContent: (path) =>
        good.getContent(path).catch((error: unknown) => {
          throw error instanceof PathNotFoundError
            ? Object.assign(error, { message: `Path not found: ${path}` })
            : error
        }),
    }),
  },
  {
    name: 'errors: another path is named',
    source: 'S3 keys instead of paths in errors',
    breakDriver: (good) => ({
      async reader(path, offset) {
        return good.reader(path, offset).catch((error: unknown) => {
          throw error instanceof PathNotFoundError ? new PathNotFoundError(good.name, path.slice(1)) : error
        })
      },
    }),
  },
  {
    name: 'errors: a plain error for missing content',
    source: 'SDK errors passed on (registry 4.8)',
    breakDriver: (good) => ({
      stat: (path) =>
        good.stat(path).catch(() => {
          throw new Error(`${good.name}: NoSuchKey`)
        }),
    }),
  },
  {
    name: 'put: what was longer shows behind',
    source: 'in-place writes without truncation',
    breakDriver: (good) => ({
      async putContent(path, content) {
        const before = await good.getContent(path).catch(() => Buffer.alloc(0))
        await good.putContent(path, Buffer.concat([content, before.subarray(content.length)]))
      },
    }),
  },
  {
    name: 'put: appends',
    source: 'open modes',
    breakDriver: (good) => ({
      async putContent(path, content) {
        const before = await good.getContent(path).catch(() => Buffer.alloc(0))
        await good.putContent(path, Buffer.concat([before, content]))
      },
    }),
  },
  {
    name: 'put: the first content stays',
    source: 'If-None-Match by default (npm 2.2)',
    breakDriver: (good) => ({
      async putContent(path, content) {
        if (!(await good.getContent(path).catch(() => undefined))) await good.putContent(path, content)
      },
    }),
  },
  {
    name: 'put: content of one byte is dropped',
    source: 'off by one',
    breakDriver: (good) => ({
      putContent: (path, content) => good.putContent(path, content.length === 1 ? Buffer.alloc(0) : content),
    }),
  },
  {
    name: 'paths: the case of letters is folded',
    source: 'case-insensitive file systems (faults 5.3)',
    breakDriver: (good) => ({
      getContent: (path) => good.getContent(path.toLowerCase()),
      putContent: (path, content) => good.putContent(path.toLowerCase(), content),
    }),
  },
  {
    name: 'paths: long ones are cut',
    source: 'limits of file names',
    breakDriver: (good) => ({
      getContent: (path) => good.getContent(path.slice(0, 255)),
      putContent: (path, content) => good.putContent(path.slice(0, 255), content),
    }),
  },
  {
    name: 'paths: a slash at the end is dropped',
    source: 'path libraries that normalize',
    breakDriver: (good) => ({
      putContent: (path, content) => good.putContent(path.replace(/(.)\/+$/, '$1'), content),
      getContent: (path) => good.getContent(path.replace(/(.)\/+$/, '$1')),
    }),
  },
  {
    name: 'paths: a leading dot is refused',
    source: 'stores that hide dot files',
    breakDriver: (good) => ({
      async putContent(path, content) {
        if (/\/\./.test(path)) throw new InvalidPathError(good.name, path)
        return good.putContent(path, content)
      },
    }),
  },
  {
    name: 'paths: a missing slash at the start is added',
    source: 'path libraries that normalize',
    breakDriver: (good) => ({
      putContent: (path, content) => good.putContent(path.startsWith('/') ? path : `/${path}`, content),
    }),
  },
  {
    name: 'reader: the offset is ignored',
    source: 'servers without Range (npm 2.2: emulate)',
    breakDriver: (good) => ({ reader: async (path, offset) => good.reader(path, Math.min(offset, 0)) }),
  },
  {
    name: 'reader: the offset is off by one',
    source: 'inclusive ranges',
    breakDriver: (good) => ({
      reader: (path, offset) => good.reader(path, offset > 0 ? offset + 1 : offset),
    }),
  },
  {
    name: 'reader: an offset at the end is an error',
    source: '416 passed on (registry 4.2)',
    breakDriver: (good) => ({
      async reader(path, offset) {
        const { size } = await good.stat(path)
        if (offset > 0 && offset >= size) throw new Error(`${good.name}: InvalidRange`)
        return good.reader(path, offset)
      },
    }),
  },
  {
    name: 'reader: an offset past the end is an error',
    source: '416 passed on (registry 4.2)',
    breakDriver: (good) => ({
      async reader(path, offset) {
        const { size } = await good.stat(path)
        if (offset > size) throw new Error(`${good.name}: InvalidRange`)
        return good.reader(path, offset)
      },
    }),
  },
  {
    name: 'reader: a negative offset is zero',
    source: 'contract: InvalidOffsetError',
    breakDriver: (good) => ({ reader: (path, offset) => good.reader(path, Math.max(0, offset)) }),
  },
  {
    name: 'reader: missing content is an empty stream',
    source: 'errors that come only with the first read',
    breakDriver: (good) => ({
      reader: (path, offset) => good.reader(path, offset).catch(() => Readable.from([])),
    }),
  },
  {
    name: 'reader: stops after 64 KiB',
    source: 'connections cut without an error (faults 5.2)',
    breakDriver: (good) => ({
      async reader(path, offset) {
        const content = (await good.getContent(path)).subarray(offset)
        return Readable.from([content.subarray(0, 65_536)], { objectMode: false })
      },
    }),
  },
  {
    name: 'reader: the last byte is missing',
    source: 'exclusive ends of ranges',
    breakDriver: (good) => ({
      async reader(path, offset) {
        const content = (await good.getContent(path)).subarray(offset)
        return Readable.from([content.subarray(0, -1)], { objectMode: false })
      },
    }),
  },
  {
    name: 'reader: all readers of a path share one position',
    source: 'one file handle for all',
    breakDriver: (good) => {
      const positions = new Map<string, number>()
      return {
        async reader(path, offset) {
          const content = await good.getContent(path)
          await good.reader(path, offset)
          const share = async function* () {
            positions.set(path, offset)
            for (;;) {
              const at = positions.get(path) ?? 0
              if (at >= content.length) return
              positions.set(path, at + 65_536)
              await new Promise(setImmediate)
              yield content.subarray(at, at + 65_536)
            }
          }
          return Readable.from(share(), { objectMode: false })
        },
      }
    },
  },
]
