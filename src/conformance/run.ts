import { setMaxListeners } from 'node:events'
import { Failure, messageOf } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { Verdict } from '../core/verdict.ts'
import { AccessDeniedError, type StorageDriver } from '../storage/driver.ts'
import { begin } from './begin.ts'
import {
  type Case,
  type CaseContext,
  type Edge,
  type Fetch,
  type Inspector,
  Mismatch,
  type Requirement,
} from './case.ts'
import { needed } from './expect.ts'
import type { Intercept } from './faults.ts'
import { type LogEntry, type Observation, observation, observe } from './observe.ts'
import { randomSource } from './random.ts'
import { cleanUp } from './removal.ts'

/** A driver, and the view behind its back where there is one. */
export interface OpenedDriver {
  readonly driver: StorageDriver
  readonly inspector?: Inspector | undefined
  /** The driver sends its requests through the `intercept` that it was opened with. */
  readonly requests?: boolean
}

export interface SuiteOptions {
  readonly cases: readonly Case[]
  /**
   * A driver rooted at `root`: "" for where the store begins, otherwise a path such as "/run/case" under it.
   * `parameters` are the registry's, to be merged over the store's own; `intercept` may be put before the network,
   * for the log of requests.
   */
  open(
    root: string,
    parameters?: Readonly<Record<string, unknown>>,
    intercept?: Intercept,
  ): Promise<OpenedDriver>
  /** The name under which everything is written: one path component, new for each run. */
  readonly run: string
  /** The same seed gives the same bytes, names and order. */
  readonly seed: number
  /** Cases at a time. Default 6. */
  readonly concurrency?: number
  readonly signal?: AbortSignal
  readonly fetch?: Fetch
  edge?(root: string): Edge
  onProgress?(progress: Progress): void
}

export interface Progress {
  readonly done: number
  readonly total: number
  readonly failed: number
  /** Bytes written and read so far by what has finished. */
  readonly bytes: number
  readonly last: CaseVerdict
}

export interface CaseVerdict extends Verdict {
  /** The last calls and requests of a case that did not pass; of any, as long as the run goes on. */
  readonly log: readonly LogEntry[]
  readonly written: number
  readonly read: number
}

/**
 * Runs the cases side by side, each under a prefix of its own below `run`, and removes all of it afterwards. Uploads
 * that are open then fail their case, which is told as passed until then.
 * Gives a verdict for each case in the order of the cases, and one for the removal. Throws Failure when the store is
 * out of reach or refuses what every case needs, Failure('usage') for a concurrency below 1, and Failure('interrupted')
 * after `signal`, when all is removed.
 */
export async function runSuite(options: SuiteOptions): Promise<CaseVerdict[]> {
  const { cases, concurrency = 6 } = options
  if (!(concurrency >= 1)) throw new Failure('usage', `the concurrency ${concurrency} is not 1 or more`)
  const verdicts: CaseVerdict[] = []
  await begin(options)
  // From the end: what writes gigabytes is begun first, then what is told last, where the cases of many calls are.
  const order = [...cases.keys()].sort((a, b) => gigabytes(cases[a]) - gigabytes(cases[b]) || a - b)
  let failed = 0
  let bytes = 0
  const work = async (able: OpenedDriver) => {
    while (!options.signal?.aborted) {
      const index = order.pop()
      if (index === undefined) return
      const item = cases[index] as Case
      const verdict = await runCase(item, able, options)
      // What is broken off tells nothing.
      if (options.signal?.aborted && verdict.status === 'blocked') return
      verdicts[index] = verdict
      // So that no store needs room for all of them; what stays is removed with the rest, and told there.
      if (gigabytes(item) > 0 && verdict.status !== 'skip')
        await settled(able.driver.delete(pathOf(item.id)).catch(() => undefined))
      if (verdict.status === 'fail' || verdict.status === 'crash') failed += 1
      bytes += verdict.written + verdict.read
      const done = Object.keys(verdicts).length
      options.onProgress?.({ done, total: cases.length, failed, bytes, last: verdict })
    }
  }
  const workAll = async () => {
    const able = await options.open(`/${options.run}`)
    const workers = Array.from({ length: Math.min(concurrency, cases.length) }, () =>
      work(able).catch((error: unknown) => {
        // The others end what they are at.
        order.length = 0
        throw error
      }),
    )
    await Promise.allSettled(workers)
    await Promise.all(workers)
    if (!options.signal?.aborted) await judgeOpenUploads(verdicts, options)
  }
  // Whatever the opener or the listener throws, what was written is removed.
  const failure = await workAll().then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  const removal = await judgeRemoval(options)
  if (options.signal?.aborted) throw interrupted(options.signal, removal)
  if (failure !== undefined) throw failure.error
  return [...verdicts.map(withoutIdleLog), removal]
}

const gigabytes = (item: Case | undefined) => Math.floor((item?.bytes ?? 0) / 1e9)

/** Where a case writes, below the run: under one name, which is removed at one go. */
const pathOf = (id: string) => `/cases/${id.replace(/[^A-Za-z0-9._-]/g, '-')}`

const withoutIdleLog = (verdict: CaseVerdict): CaseVerdict =>
  verdict.status === 'pass' || verdict.status === 'skip' ? { ...verdict, log: [] } : verdict

/**
 * What a case opens it also ends; an upload that is still open was left by the driver or invented by the store, and
 * fails the case under whose prefix it is. A store that cannot list its uploads fails the cases that resume one, not
 * every case.
 */
async function judgeOpenUploads(verdicts: CaseVerdict[], { open, run }: SuiteOptions): Promise<void> {
  const { inspector } = await open(`/${run}`)
  const uploads = (await inspector?.openUploads().catch(() => [])) ?? []
  for (const [index, verdict] of verdicts.entries()) {
    const root = pathOf(verdict.id)
    const left = uploads
      .filter(({ path }) => path.startsWith(`${root}/`))
      .map(({ path }) => path.slice(root.length))
    if (verdict.status !== 'pass' || left.length === 0) continue
    const error = new Mismatch('open uploads at the end', {
      expected: 'none',
      actual: `${left.length}, for ${[...new Set(left)].join(', ')}`,
    })
    verdicts[index] = { ...verdict, status: 'fail', findings: [findingOf(verdict.id, error)] }
  }
}

/** The id of the verdict on what the run left behind. */
export const removalId = 'run/CleanUp'

async function judgeRemoval(options: SuiteOptions): Promise<CaseVerdict> {
  const started = performance.now()
  const judge = (rest: Pick<CaseVerdict, 'status' | 'findings'>): CaseVerdict => ({
    id: removalId,
    title: 'everything that the run wrote is removed',
    ms: performance.now() - started,
    log: [],
    written: 0,
    read: 0,
    ...rest,
  })
  try {
    await cleanUp(options)
    return judge({ status: 'pass', findings: [] })
  } catch (error) {
    const remedy = (error instanceof Failure ? error.remedy : undefined) ?? {
      text: 'Remove it:',
      commands: [`regctl conformance --cleanup ${options.run}`],
    }
    return judge({
      status: 'fail',
      findings: [{ id: removalId, severity: 'error', message: messageOf(error), remedy }],
    })
  }
}

/** Why the run ended, and what is left of it if not everything could be removed. */
function interrupted({ reason }: AbortSignal, removal: CaseVerdict): unknown {
  const [left] = removal.findings
  if (left === undefined) return reason
  return new Failure('interrupted', `${messageOf(reason)}; ${left.message}`, {
    cause: reason,
    ...(left.remedy && { remedy: left.remedy }),
  })
}

/** Milliseconds a case may take: five minutes, and a second more for every 2 MiB it writes. */
const patience = (bytes: number) => 300_000 + bytes / 2097.152

async function runCase(item: Case, able: OpenedDriver, options: SuiteOptions): Promise<CaseVerdict> {
  const started = performance.now()
  const timer = new AbortController()
  const signal = AbortSignal.any([timer.signal, ...(options.signal ? [options.signal] : [])])
  // Every stream that is being read listens to it.
  setMaxListeners(0, signal)
  const seen = observation(signal)
  const root = `/${options.run}${pathOf(item.id)}`
  const judge = (
    status: Verdict['status'],
    more: { findings?: Finding[]; reason?: string } = {},
  ): CaseVerdict => ({
    id: item.id,
    title: item.proves,
    status,
    findings: more.findings ?? [],
    ...(more.reason !== undefined && { reason: more.reason }),
    ms: performance.now() - started,
    log: seen.log,
    written: seen.written,
    read: seen.read,
  })
  const limit = setTimeout(
    () =>
      timer.abort(
        new Mismatch('the case', {
          expected: 'an end',
          actual: `none after ${Math.round(patience(item.bytes ?? 0) / 1000)} s`,
        }),
      ),
    patience(item.bytes ?? 0),
  )
  let work: Promise<void> | undefined
  try {
    const missing = missingFor(item, able, options)
    if (missing !== undefined) return judge('skip', { reason: missing })
    let own: Promise<OpenedDriver> | undefined
    const inspector = async () => {
      own ??= options.open(root)
      const { inspector } = await own
      if (inspector !== undefined && (inspector.objects !== undefined || !able.inspector?.objects))
        return inspector
      throw new TypeError(`open('${root}') does not give the inspector that open('/${options.run}') gave`)
    }
    const context: CaseContext = {
      async open(parameters, spoil) {
        // What is noted is what the driver asked and was told.
        const intercept: Intercept = (inner) => seen.intercept(spoil?.(inner) ?? inner)
        return observe((await options.open(root, parameters, intercept)).driver, seen)
      },
      ...(able.inspector && {
        inspector: watchInspector(inspector, able.inspector.objects !== undefined, seen),
      }),
      ...(options.edge && { edge: options.edge(root) }),
      random: randomSource(options.seed, item.id),
      fetch: options.fetch ?? noFetch,
      signal,
    }
    work = item.run(context)
    await Promise.race([work, aborted(signal)])
    return judge('pass')
  } catch (error) {
    return verdictOf(error, item, seen, judge)
  } finally {
    clearTimeout(limit)
    // What still runs of it is refused every further call, and what is on its way must not arrive after the removal.
    timer.abort(new Error('the case is over'))
    await settled(Promise.allSettled([work, ...seen.running]))
  }
}

/** Milliseconds that what is under way at the end of a case is waited for. */
const farewell = 10_000

/** Waits for it, but not for ever. */
async function settled(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, farewell)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}

function verdictOf(
  error: unknown,
  item: Case,
  seen: Observation,
  judge: (status: Verdict['status'], more: { findings?: Finding[]; reason?: string }) => CaseVerdict,
): CaseVerdict {
  if (error instanceof Mismatch) return judge('fail', { findings: [findingOf(item.id, error)] })
  if (error instanceof AccessDeniedError)
    return judge('blocked', { reason: `not allowed: ${error.action} on ${error.path}` })
  if (error instanceof Failure) return judge('blocked', { reason: error.message })
  const call = seen.blamed(error)
  if (call !== undefined && !(error instanceof TypeError) && !(error instanceof ReferenceError)) {
    const message = `${call} failed: ${messageOf(error)}`
    return judge('fail', { findings: [{ id: item.id, severity: 'error', message }] })
  }
  return judge('crash', {
    reason: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
  })
}

const findingOf = (id: string, { message, expected, actual }: Mismatch): Finding => ({
  id,
  severity: 'error',
  message,
  evidence: { expected, actual },
})

function missingFor(
  item: Case,
  { driver, inspector, requests = false }: OpenedDriver,
  options: SuiteOptions,
): string | undefined {
  const { capabilities } = driver
  if (capabilities.largest !== undefined && (item.bytes ?? 0) > capabilities.largest) {
    return `it writes ${item.bytes} bytes, and ${driver.name} holds at most ${capabilities.largest}`
  }
  const has: Readonly<Record<Requirement, boolean>> = {
    redirect: capabilities.redirect,
    resumable: capabilities.resumable,
    parts: capabilities.parts !== undefined,
    inspector: inspector !== undefined,
    objects: inspector?.objects !== undefined,
    requests,
    edge: options.edge !== undefined,
  }
  const words: Readonly<Record<Requirement, string>> = {
    redirect: 'gives no URLs',
    resumable: 'resumes no uploads',
    parts: 'makes no uploads of parts',
    inspector: 'does not show its open uploads',
    objects: 'has no objects behind its paths',
    requests: 'does not let its requests be seen',
    edge: 'has no edge in front of it',
  }
  const lacking = item.requires?.find((requirement) => !has[requirement])
  return lacking === undefined ? undefined : `${driver.name} ${words[lacking]}`
}

/** The view behind the driver's back, opened when a case first looks. */
function watchInspector(open: () => Promise<Inspector>, objects: boolean, seen: Observation): Inspector {
  const look = <T>(what: string, act: (inspector: Inspector) => Promise<T>) =>
    seen.call(what, async () => act(await open()))
  const single = ({ objects }: Inspector) => needed(objects)
  return {
    openUploads: () => look('open uploads', (inspector) => inspector.openUploads()),
    abortUpload: (upload) =>
      look(`abort upload of ${upload.path}`, (inspector) => inspector.abortUpload(upload)),
    ...(objects && {
      objects: {
        head: (path) => look(`head ${path}`, (inspector) => single(inspector).head(path)),
        put: (key, content) => look(`put object ${key}`, (inspector) => single(inspector).put(key, content)),
      },
    }),
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function noFetch(): Promise<never> {
  throw new Failure('unreachable', 'no way to send a request was given')
}
