import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import type { Case } from '../../src/conformance/case.ts'
import { type OpenedDriver, runSuite } from '../../src/conformance/run.ts'
import { Failure } from '../../src/core/errors.ts'
import { openFilesystemDriver } from '../../src/drivers/filesystem.ts'
import { memoryStore, openMemoryDriver } from '../../src/drivers/memory.ts'
import type { StorageDriver } from '../../src/storage/driver.ts'

import { openMutant } from './mutants/mutant.ts'
import { treeMutants } from './mutants/tree.ts'
import { writerMutants } from './mutants/writers.ts'

const quick = cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick'))

async function verdicts(
  open: (root: string, parameters?: Readonly<Record<string, unknown>>) => OpenedDriver,
) {
  return runSuite({
    cases: quick,
    open: async (root, parameters) => open(root, parameters),
    run: 'run',
    seed: 1,
  })
}

/** A suite on memory, whose drivers show nothing of their uploads. */
const plainly = (store: ReturnType<typeof memoryStore>) => ({
  open: async (root: string): Promise<OpenedDriver> => ({
    driver: openMemoryDriver(store, { rootdirectory: root }),
  }),
  run: 'run',
  seed: 1,
})

const unhappy = (list: Awaited<ReturnType<typeof verdicts>>) =>
  list
    .filter(({ status }) => status !== 'pass' && status !== 'skip')
    .map(({ id, status, findings, reason }) => [id, status, findings[0]?.message ?? reason])

describe('the quick profile', () => {
  it('passes on memory, and leaves nothing', async () => {
    const store = memoryStore()
    const answers = await verdicts((root) => {
      const opened = openMemoryDriver(store, { rootdirectory: root })
      return { driver: opened, inspector: opened.inspector }
    })
    expect(unhappy(answers)).toEqual([])
    expect(answers).toHaveLength(quick.length + 1)
    expect(store.files.size + store.uploads.size).toBe(0)
  })

  it.each([
    ['list: everything below', 'the last call of: put /t/1.2/link 0; list /t: expected 1.2, got 1.2/link'],
    [
      'writer: a commit without a write fails',
      'the last call of: stream /t/1.2/link 0: expected ok, got Error: s3aws: MalformedXML',
    ],
  ])('shrinks what goes wrong with "%s" to the fewest calls', async (name, message) => {
    const mutant = [...treeMutants, ...writerMutants].find((candidate) => candidate.name === name)
    if (mutant === undefined) throw new Error(`no such mutant: ${name}`)
    const store = memoryStore()
    const [verdict] = await runSuite({
      cases: cases.filter(({ id }) => id === 'model/ManySequences'),
      open: async (root) => openMutant(mutant, store, root),
      run: 'run',
      seed: 1,
    })
    expect(verdict?.findings[0]?.message).toBe(message)
  })

  it('fails the case that leaves an upload open, and no other', async () => {
    const store = memoryStore()
    const leaving = (id: string, end: 'close' | 'cancel'): Case => ({
      id,
      proves: 'nothing',
      async run({ open }) {
        const writer = await (await open()).writer('/data', { append: false })
        await writer.write(Buffer.from('x'))
        await writer[end]()
      },
    })
    const [left, ended, removal] = await runSuite({
      cases: [leaving('uploads/Left', 'close'), leaving('uploads/Left.not', 'cancel')],
      open: async (root) => {
        const driver = openMemoryDriver(store, { rootdirectory: root })
        return { driver, inspector: driver.inspector }
      },
      run: 'run',
      seed: 1,
    })
    expect(left).toMatchObject({
      status: 'fail',
      findings: [{ message: 'open uploads at the end: expected none, got 1, for /data' }],
    })
    expect(left?.log.map(({ what }) => what)).toContain('close /data')
    expect([ended?.status, ended?.log, removal?.status]).toEqual(['pass', [], 'pass'])
    expect(store.uploads.size).toBe(0)
  })

  it('removes what was written when a listener throws, or the opener does later on', async () => {
    const store = memoryStore()
    const writing = (id: string): Case => ({
      id,
      proves: 'nothing',
      run: async ({ open }) => (await open()).putContent('/data', Buffer.from('x')),
    })
    const suite = (options: Partial<Parameters<typeof runSuite>[0]>) =>
      runSuite({
        cases: [writing('content/One'), writing('content/Two'), writing('content/Three')],
        ...plainly(store),
        concurrency: 2,
        ...options,
      })
    const told: string[] = []
    await expect(
      suite({
        onProgress({ last }) {
          told.push(last.id)
          throw new Error('the listener is broken')
        },
      }),
    ).rejects.toThrow('the listener is broken')
    expect(told).toHaveLength(2)
    expect(store.files.size).toBe(0)
    let opened = 0
    await expect(
      suite({
        async open(root) {
          // After the beginning, which opens the run's root once.
          if (root === '/run' && ++opened === 2) throw new Error('the opener is broken')
          return { driver: openMemoryDriver(store, { rootdirectory: root }) }
        },
      }),
    ).rejects.toThrow('the opener is broken')
    expect(store.files.size).toBe(0)
  })

  it.each([0, -1, Number.NaN])('refuses a concurrency of %d', async (concurrency) => {
    const store = memoryStore()
    const suite = runSuite({
      cases,
      ...plainly(store),
      concurrency,
    })
    await expect(suite).rejects.toMatchObject({ kind: 'usage' })
    expect(store.files.size).toBe(0)
  })

  it('refuses what is no driver', async () => {
    const open = async () => ({ driver: { name: 'mine', getContent: async () => '' } as never })
    const suite = runSuite({ cases, open, run: 'run', seed: 1 })
    await expect(suite).rejects.toMatchObject({
      kind: 'usage',
      message:
        'the driver that open gives has no capabilities, putContent, reader, writer, stat, list, move, delete, redirectURL, walk',
    })
  })

  it('watches a driver that is a class with getters', async () => {
    class Driver {
      readonly #inner: StorageDriver
      constructor(inner: StorageDriver) {
        this.#inner = inner
      }
      get name() {
        return this.#inner.name
      }
      get capabilities() {
        return this.#inner.capabilities
      }
      getContent(path: string) {
        return this.#inner.getContent(path)
      }
    }
    const store = memoryStore()
    const [verdict] = await runSuite({
      cases: cases.filter(({ id }) => id === 'content/TestReadNonexistent'),
      async open(root) {
        const inner = openMemoryDriver(store, { rootdirectory: root })
        return root.includes('/cases/')
          ? { driver: new Driver(inner) as unknown as StorageDriver }
          : { driver: inner }
      },
      run: 'run',
      seed: 1,
    })
    expect([verdict?.status, verdict?.findings]).toEqual(['pass', []])
  })

  it('says so when an opener has an inspector at first and none for a case', async () => {
    const store = memoryStore()
    const [verdict] = await runSuite({
      cases: [
        {
          id: 'uploads/Looks',
          proves: 'nothing',
          requires: ['inspector'],
          run: async ({ inspector }) => void (await inspector?.openUploads()),
        },
      ],
      open: async (root) => {
        const { inspector, ...driver } = openMemoryDriver(store, { rootdirectory: root })
        return { driver, ...(root === '/run' && { inspector }) }
      },
      run: 'run',
      seed: 1,
    })
    expect(verdict).toMatchObject({
      status: 'crash',
      reason: expect.stringContaining(
        "open('/run/cases/uploads-Looks') does not give the inspector that open('/run') gave",
      ),
    })
  })

  it.each([
    ['and removes', false, 'Look at the network.', 'Look at the network.', undefined, 0],
    [
      'and tells how to remove',
      true,
      'Look at the network.',
      'Look at the network; then remove what the run has left:',
      ['regctl conformance --cleanup run'],
      1,
    ],
    [
      'and tells, without another cure, how to remove',
      true,
      undefined,
      'Remove what the run has left:',
      ['regctl conformance --cleanup run'],
      1,
    ],
  ] as const)(
    'says that the store went away at once, %s what was written',
    async (_, locked, cure, text, commands, left) => {
      const store = memoryStore()
      let lists = 0
      const suite = runSuite({
        cases,
        ...plainly(store),
        open: async (root) => {
          const driver = openMemoryDriver(store, { rootdirectory: root })
          const gone = new Failure('unreachable', 'gone', { ...(cure && { remedy: { text: cure } }) })
          return {
            driver: {
              ...driver,
              list: (path) => (++lists === 1 ? Promise.reject(gone) : driver.list(path)),
              ...(locked && { delete: () => Promise.reject(new Error('locked')) }),
            },
          }
        },
      })
      await expect(suite).rejects.toMatchObject({
        kind: 'unreachable',
        message: 'gone',
        remedy: { text, ...(commands && { commands }) },
      })
      expect(store.files.size).toBe(left)
    },
  )

  it('needs no room for what wrote gigabytes once that is over', async () => {
    const store = memoryStore()
    const put: Case['run'] = async ({ open }) => (await open()).putContent('/data', Buffer.from('x'))
    let left: string[] = []
    const look: Case['run'] = async () => {
      left = [...store.files.keys()].filter((path) => path.includes('/cases/'))
    }
    const list = await runSuite({
      cases: [
        { id: 'content/Last', proves: 'nothing', run: look },
        { id: 'content/Small', proves: 'nothing', bytes: 1e6, run: put },
        { id: 'content/Large', proves: 'nothing', bytes: 2e9, run: put },
      ],
      ...plainly(store),
      open: async (root) => {
        const driver = openMemoryDriver(store, { rootdirectory: root })
        const { largest: _, ...capabilities } = driver.capabilities
        return { driver: { ...driver, capabilities } }
      },
      concurrency: 1,
    })
    expect(list.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass'])
    expect(left).toEqual([expect.stringContaining('content-Small')])
  })

  it('stops a case that is under way when it is interrupted, before it removes what that wrote', async () => {
    const store = memoryStore()
    const interrupt = new AbortController()
    let calls = 0
    let ended = false
    const endless: Case = {
      id: 'content/Endless',
      proves: 'nothing',
      async run({ open }) {
        const driver = await open()
        try {
          for (;;) {
            await driver.putContent('/data', Buffer.from('x'))
            if (++calls === 3) interrupt.abort(new Error('interrupted'))
            await new Promise(setImmediate)
          }
        } finally {
          ended = true
        }
      },
    }
    const suite = runSuite({
      cases: [endless],
      ...plainly(store),
      signal: interrupt.signal,
    })
    await expect(suite).rejects.toThrow('interrupted')
    expect({ calls, ended, left: store.files.size }).toEqual({ calls: 3, ended: true, left: 0 })
  })

  it('stops what a failed case still does, before it removes what that wrote', async () => {
    const store = memoryStore()
    let ended = false
    const [verdict, removal] = await runSuite({
      cases: [
        {
          id: 'content/Parallel',
          proves: 'nothing',
          async run({ open }) {
            const driver = await open()
            const endless = async () => {
              try {
                for (;;) {
                  await driver.putContent('/data', Buffer.from('x'))
                  await new Promise(setImmediate)
                }
              } finally {
                ended = true
              }
            }
            await Promise.all([endless(), driver.getContent('/none')])
          },
        },
      ],
      ...plainly(store),
    })
    await new Promise(setImmediate)
    expect([verdict?.status, removal?.status, ended, store.files.size]).toEqual(['fail', 'pass', true, 0])
  })

  it('counts the bytes that a case writes and reads, also by streams', async () => {
    const store = memoryStore()
    const [verdict] = await runSuite({
      cases: [
        {
          id: 'stream/Counted',
          proves: 'nothing',
          run: async ({ open }) => {
            const driver = await open()
            const writer = await driver.writer('/data', { append: false })
            await writer.write(Buffer.from('0123456789'))
            await writer.commit()
            await writer.close()
            await driver.getContent('/data')
            let text = ''
            for await (const chunk of await driver.reader('/data', 4)) text += chunk
            if (text !== '456789') throw new Error(text)
          },
        },
      ],
      ...plainly(store),
    })
    expect([verdict?.status, verdict?.written, verdict?.read]).toEqual(['pass', 10, 16])
  })

  it('says what is left when it is interrupted and may not remove it', async () => {
    const store = memoryStore()
    const interrupt = new AbortController()
    const suite = runSuite({
      cases: [
        {
          id: 'content/Interrupted',
          proves: 'nothing',
          run: async ({ open }) => {
            await (await open()).putContent('/data', Buffer.from('x'))
            interrupt.abort(new Failure('interrupted', 'interrupted'))
          },
        },
      ],
      open: async (root) => ({
        driver: {
          ...openMemoryDriver(store, { rootdirectory: root }),
          delete: () => Promise.reject(new Error('locked')),
        },
      }),
      run: 'run',
      seed: 1,
      signal: interrupt.signal,
    })
    await expect(suite).rejects.toMatchObject({
      kind: 'interrupted',
      message: 'interrupted; not everything under /run could be removed: locked',
      remedy: { commands: ['regctl conformance --cleanup run'] },
    })
  })

  describe('on files', () => {
    let folder = ''
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'regctl-'))
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    it('passes, and leaves nothing', async () => {
      const answers = await verdicts((root) => {
        const opened = openFilesystemDriver({ rootdirectory: join(folder, root) })
        return { driver: opened, inspector: opened.inspector }
      })
      expect(unhappy(answers)).toEqual([])
      expect(await readdir(folder)).toEqual([])
    }, 60_000)
  })
})
