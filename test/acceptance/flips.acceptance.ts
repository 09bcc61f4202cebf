import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import type { Case, Fetch } from '../../src/conformance/case.ts'
import { before, type Handler, type HandlerRequest } from '../../src/conformance/faults.ts'
import { runSuite } from '../../src/conformance/run.ts'
import { memoryStore, openMemoryDriver } from '../../src/drivers/memory.ts'
import type { StorageDriver } from '../../src/storage/driver.ts'
import { openTestBucket, plainFetch, type TestBucket } from '../drivers/bucket.ts'
import { buildCli, type Cli } from '../support/cli.ts'
import { startSandboxProcess } from '../support/sandbox-process.ts'

/**
 * Every body that a case of the quick profile moves, one after the other, with one bit turned: either the driver
 * notices and asks again, or the case fails. Cases that move hundreds of bodies are looked at in their first and last.
 */
const quick = cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick'))
const perCase = Number(process.env.FLIPS ?? 12)
const say = (line: string) => process.stdout.write(`${line}\n`)

let cli: Cli
let bucket: TestBucket
beforeAll(async () => {
  cli = await buildCli()
  bucket = await openTestBucket(await startSandboxProcess(cli))
})
afterAll(async () => {
  await bucket.close()
  cli.remove()
})

let runs = 0

/** What one run of a case did: its verdict, the bodies that came and went, and how often the driver noticed. */
interface Seen {
  readonly status: string
  readonly message: string
  readonly bodies: number
  readonly flipped: boolean
  /** The body that was turned was refused by the store, or asked for again. */
  readonly noticed: boolean
}

function turned(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = copy.length >> 1
  copy[middle] = (copy[middle] ?? 0) ^ 0x10
  return copy
}

async function all(body: unknown): Promise<Buffer> {
  const chunks: Buffer[] = []
  if (body instanceof Readable) for await (const chunk of body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const isContent = ({ method, query = {} }: HandlerRequest) =>
  method === 'GET' && !('list-type' in query || 'uploads' in query || 'uploadId' in query)
const hasBody = ({ method, body }: HandlerRequest) =>
  (method === 'PUT' || method === 'POST') && body !== undefined && (body as Uint8Array).length > 0

/** Runs one case; the body number `which` of those in that direction is turned, none for -1. */
async function runWith(item: Case, direction: 'up' | 'down', which: number): Promise<Seen> {
  let bodies = 0
  let victim: string | undefined
  let noticed = false
  const handle = async (inner: Handler, request: HandlerRequest, options?: object) => {
    const name = `${request.method} ${request.path} ${request.headers.range ?? ''}`
    if (victim === name && request.method === 'GET') noticed = true
    if (direction === 'up' && hasBody(request) && bodies++ === which) {
      const answer = await inner.handle(
        { ...request, body: turned(Buffer.from(request.body as Uint8Array)) },
        options,
      )
      noticed = answer.response.statusCode === 400
      victim = name
      return answer
    }
    const answer = await inner.handle(request, options)
    const { response } = answer
    if (direction === 'up' || !isContent(request) || response.statusCode >= 300) return answer
    const bytes = await all(response.body)
    const hit = bytes.length > 0 && bodies++ === which
    if (hit) victim = name
    return {
      response: { ...response, body: Readable.from([hit ? turned(bytes) : bytes], { objectMode: false }) },
    }
  }
  const fetch: Fetch = async (...request) => {
    const answer = await plainFetch(...request)
    if (direction === 'up' || answer.status >= 300 || answer.body.length === 0 || bodies++ !== which)
      return answer
    victim = 'fetch'
    return { ...answer, body: turned(answer.body) }
  }
  const intercept = <H extends Handler>(inner: H): H =>
    before(inner, (request, options) => handle(inner, request, options))
  const [verdict] = await runSuite({
    cases: [item],
    run: `flip${++runs}`,
    seed: 1,
    fetch,
    open: async (root, more, watch) => {
      // Only what the case does counts.
      const environment = watch && { intercept }
      const driver = await bucket.open({ ...more, rootdirectory: root }, environment)
      return { driver, inspector: driver.inspector }
    },
  })
  return {
    status: verdict?.status ?? '',
    message: verdict?.findings[0]?.message ?? '',
    bodies,
    flipped: victim !== undefined,
    noticed: noticed || /arrived damaged/.test(verdict?.findings[0]?.message ?? ''),
  }
}

/** The first and the last of `count` numbers from 0 on, at most `most` of them. */
function some(count: number, most: number): number[] {
  const numbers = Array.from({ length: count }, (_, index) => index)
  return count <= most ? numbers : [...numbers.slice(0, most / 2), ...numbers.slice(-most / 2)]
}

async function flipAll(direction: 'up' | 'down') {
  const undetected: string[] = []
  const counts = { flips: 0, byDriver: 0, bySuite: 0 }
  let next = 0
  const work = async () => {
    for (let at = next++; at < quick.length; at = next++) {
      const item = quick[at] as Case
      const clean = await runWith(item, direction, -1)
      if (clean.status === 'skip') continue
      expect([item.id, clean.status, clean.message]).toEqual([item.id, 'pass', ''])
      for (const which of some(clean.bodies, perCase)) {
        const seen = await runWith(item, direction, which)
        if (!seen.flipped) continue
        counts.flips += 1
        if (seen.noticed) counts.byDriver += 1
        else if (seen.status === 'fail') counts.bySuite += 1
        else undetected.push(`${item.id}, body ${which} of ${clean.bodies}: ${seen.status}`)
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
  say(
    `${direction}: ${counts.flips} bodies turned; noticed by the driver ${counts.byDriver}, by the suite alone ${counts.bySuite}, by nobody ${undetected.length}`,
  )
  return { undetected, ...counts }
}

it('a bit that turns on its way here is noticed, by the driver or by the suite', async () => {
  const { undetected, flips, byDriver } = await flipAll('down')
  expect(undetected).toEqual([])
  expect(flips).toBeGreaterThan(100)
  expect(byDriver).toBeGreaterThan(100)
})

it('a bit that turns on its way to a store that checks is noticed by the driver', async () => {
  const { undetected, flips, bySuite } = await flipAll('up')
  expect(undetected).toEqual([])
  expect(bySuite).toBe(0)
  expect(flips).toBeGreaterThan(100)
})

interface Careless {
  writes: number
  /** The sixteen bytes around the one that was damaged; empty as long as none was. */
  damaged: Buffer
  /** They were read again. */
  read: boolean
}

/** A driver whose write number `which` turns a bit, as in a store that checks nothing. */
function careless(driver: StorageDriver, state: Careless, which: number): StorageDriver {
  const damage = (bytes: Uint8Array) => {
    if (bytes.length < 16 || state.writes++ !== which) return bytes
    const wrong = turned(Buffer.from(bytes))
    state.damaged = wrong.subarray((wrong.length >> 1) - 8, (wrong.length >> 1) + 8)
    return wrong
  }
  const look = (content: Buffer) => {
    if (state.damaged.length > 0 && content.includes(state.damaged)) state.read = true
    return content
  }
  return {
    ...driver,
    getContent: async (path) => look(await driver.getContent(path)),
    reader: async (path, offset) => Readable.from([look(await all(await driver.reader(path, offset)))]),
    putContent: (path, content) => driver.putContent(path, damage(content)),
    async writer(path, options) {
      const writer = await driver.writer(path, options)
      return {
        get size() {
          return writer.size
        },
        write: (chunk) => writer.write(damage(chunk)),
        close: () => writer.close(),
        cancel: () => writer.cancel(),
        commit: () => writer.commit(),
      }
    },
  }
}

it('a bit that turns in a store that checks nothing is noticed by the suite wherever it is read', async () => {
  const missed: string[] = []
  const counts = { damaged: 0, noticed: 0, unread: 0 }
  for (const item of quick) {
    const runOnce = async (which: number) => {
      const store = memoryStore()
      const state: Careless = { writes: 0, damaged: Buffer.alloc(0), read: false }
      const [verdict] = await runSuite({
        cases: [item],
        run: 'run',
        seed: 1,
        open: async (root, _, watch) => {
          const { inspector, ...driver } = openMemoryDriver(store, { rootdirectory: root })
          return { driver: watch === undefined ? driver : careless(driver, state, which), inspector }
        },
      })
      return { status: verdict?.status, ...state }
    }
    const clean = await runOnce(-1)
    if (clean.status === 'skip') continue
    expect([item.id, clean.status]).toEqual([item.id, 'pass'])
    for (const which of some(clean.writes, perCase)) {
      const { status, damaged, read } = await runOnce(which)
      if (damaged.length === 0) continue
      counts.damaged += 1
      if (status === 'fail') counts.noticed += 1
      else if (read) missed.push(`${item.id}, write ${which} of ${clean.writes}`)
      else counts.unread += 1
    }
  }
  say(
    `careless store: ${counts.damaged} writes damaged, ${counts.noticed} noticed, ${counts.unread} never read by their case`,
  )
  expect(missed).toEqual([])
  expect(counts.noticed).toBeGreaterThan(100)
})
