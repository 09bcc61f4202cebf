import { addAbortSignal } from 'node:stream'
import type { FileWriter, StorageDriver } from '../storage/driver.ts'
import { before, type HandlerRequest, type Intercept } from './faults.ts'

/** One line of the log of a case: a call of a driver, or a request that it made, after the call's beginning. */
export interface LogEntry {
  readonly kind: 'call' | 'request'
  readonly what: string
  /** `ok`, an HTTP status, the error's text, or `no answer`. */
  readonly result: string
  readonly ms: number
}

/** What a case's drivers did: the last calls, the bytes moved, and which errors came out of a driver. */
export interface Observation {
  /** Ends the case: every later call and request is refused with its reason, and streams that are being read end. */
  readonly signal: AbortSignal
  readonly log: LogEntry[]
  written: number
  read: number
  /** Notes the requests of an S3 driver. */
  readonly intercept: Intercept
  /** Remembers that a driver threw `error` in this call, not the case. */
  blame(error: unknown, what: string): void
  /** The call that threw it; undefined when no driver did. */
  blamed(error: unknown): string | undefined
  /** The calls that have not ended. */
  readonly running: ReadonlySet<Promise<unknown>>
  /** Runs and notes one call. */
  call<T>(what: string, act: () => Promise<T>): Promise<T>
}

const entriesKept = 120

/** An observation of nothing yet. */
export function observation(signal: AbortSignal): Observation {
  const running = new Set<Promise<unknown>>()
  const blamed = new WeakMap<object, string>()
  const note = async <T>(
    kind: LogEntry['kind'],
    what: string,
    act: () => Promise<T>,
    told: (answer: T) => string,
  ): Promise<T> => {
    const started = performance.now()
    // Noted at once, so that a call stands before its requests, and is there when it never ends.
    const entry = { kind, what, result: 'no answer', ms: 0 }
    seen.log.push(entry)
    if (seen.log.length > entriesKept) seen.log.shift()
    const end = (result: string) => Object.assign(entry, { result, ms: performance.now() - started })
    try {
      signal.throwIfAborted()
      const answer = await act()
      end(told(answer))
      return answer
    } catch (error) {
      end(String(error))
      throw error
    }
  }
  const seen: Observation = {
    signal,
    log: [],
    written: 0,
    read: 0,
    intercept: (inner) =>
      before(inner, (request, options) =>
        note(
          'request',
          requestLine(request),
          () => inner.handle(request, options),
          ({ response }) => String(response.statusCode),
        ),
      ),
    blame(error, what) {
      if (typeof error === 'object' && error !== null && !blamed.has(error)) blamed.set(error, what)
    },
    blamed: (error) => (typeof error === 'object' && error !== null ? blamed.get(error) : undefined),
    running,
    call(what, act) {
      const call = note('call', what, act, () => 'ok')
        .catch((error: unknown) => {
          seen.blame(error, what)
          throw error
        })
        .finally(() => running.delete(call))
      running.add(call)
      return call
    },
  }
  return seen
}

function requestLine({ method, path, query = {} }: HandlerRequest): string {
  const asked = Object.entries(query).map(([name, value]) => (value ? `${name}=${String(value)}` : name))
  return `${method} ${path}${asked.length > 0 ? `?${asked.join('&')}` : ''}`
}

/** A driver that does the same as `driver` and is watched. */
export function observe<D extends StorageDriver>(driver: D, seen: Observation): D {
  return {
    name: driver.name,
    capabilities: driver.capabilities,
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
      const what = `reader ${path} from ${offset}`
      const stream = await seen.call(what, () => driver.reader(path, offset))
      stream.on('error', (error) => seen.blame(error, what))
      const push = stream.push.bind(stream)
      // A listener for data would make it flow.
      stream.push = (chunk: Buffer | null, ...rest) => {
        seen.read += chunk?.length ?? 0
        return push(chunk, ...rest)
      }
      return addAbortSignal(seen.signal, stream)
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
