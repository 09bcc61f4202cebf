import type { FileWriter, StorageDriver } from '../storage/driver.ts'

/** One call of a driver, for the log of a case that failed. */
export interface Call {
  readonly call: string
  /** `ok`, or the error's text. */
  readonly result: string
  readonly ms: number
}

/** What a case's drivers did: the last calls, the bytes moved, and which errors came out of a driver. */
export interface Observation {
  readonly calls: Call[]
  written: number
  read: number
  /** Remembers that a driver threw `error`, not the case. */
  blame(error: unknown): void
  isDriversOwn(error: unknown): boolean
  /** Runs and notes one call. */
  call<T>(what: string, act: () => Promise<T>): Promise<T>
}

const callsKept = 60

/** An observation of nothing yet. */
export function observation(): Observation {
  const blamed = new WeakSet<object>()
  const seen: Observation = {
    calls: [],
    written: 0,
    read: 0,
    blame(error) {
      if (typeof error === 'object' && error !== null) blamed.add(error)
    },
    isDriversOwn: (error) => typeof error === 'object' && error !== null && blamed.has(error),
    async call(what, act) {
      const started = performance.now()
      const note = (result: string) => {
        seen.calls.push({ call: what, result, ms: performance.now() - started })
        if (seen.calls.length > callsKept) seen.calls.shift()
      }
      try {
        const answer = await act()
        note('ok')
        return answer
      } catch (error) {
        seen.blame(error)
        note(String(error))
        throw error
      }
    },
  }
  return seen
}

/** A driver that does the same as `driver` and is watched. */
export function observe<D extends StorageDriver>(driver: D, seen: Observation): D {
  return {
    ...driver,
    async getContent(path) {
      const content = await seen.call(`getContent ${path}`, () => driver.getContent(path))
      seen.read += content.length
      return content
    },
    putContent(path, content) {
      seen.written += content.length
      return seen.call(`putContent ${path} (${content.length} bytes)`, () => driver.putContent(path, content))
    },
    async reader(path, offset) {
      const stream = await seen.call(`reader ${path} from ${offset}`, () => driver.reader(path, offset))
      stream.on('error', seen.blame)
      return stream
    },
    async writer(path, options) {
      const mode = options.append ? ' append' : ''
      return watchWriter(
        await seen.call(`writer ${path}${mode}`, () => driver.writer(path, options)),
        path,
        seen,
      )
    },
    stat: (path) => seen.call(`stat ${path}`, () => driver.stat(path)),
    list: (path) => seen.call(`list ${path}`, () => driver.list(path)),
    move: (source, dest) => seen.call(`move ${source} ${dest}`, () => driver.move(source, dest)),
    delete: (path) => seen.call(`delete ${path}`, () => driver.delete(path)),
    redirectURL: (request, path) =>
      seen.call(`redirectURL ${request.method} ${path}`, () => driver.redirectURL(request, path)),
    walk: (path, visit, options) => seen.call(`walk ${path}`, () => driver.walk(path, visit, options)),
  } satisfies StorageDriver as D
}

function watchWriter(writer: FileWriter, path: string, seen: Observation): FileWriter {
  return {
    get size() {
      return writer.size
    },
    write(chunk) {
      seen.written += chunk.length
      return seen.call(`write ${path} (${chunk.length} bytes)`, () => writer.write(chunk))
    },
    close: () => seen.call(`close ${path}`, () => writer.close()),
    cancel: () => seen.call(`cancel ${path}`, () => writer.cancel()),
    commit: () => seen.call(`commit ${path}`, () => writer.commit()),
  }
}
