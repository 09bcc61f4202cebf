import { describe, expect, it } from 'vitest'
import {
  find,
  finish,
  type LedgerEntry,
  type LedgerFiles,
  note,
  parseRun,
  runName,
} from '../../src/storage/ledger.ts'

function filesInMemory(): LedgerFiles & {
  readonly written: Map<string, { readonly text: string; readonly mode: number }>
} {
  const written = new Map<string, { text: string; mode: number }>()
  return {
    written,
    exists: async (path) => written.has(path),
    readText: async (path) => written.get(path)?.text ?? '',
    writeText: async (path, text, { mode }) => void written.set(path, { text, mode }),
    stateDirectory: async () => '/state',
  }
}

const run = runName(Buffer.alloc(16, 0xab))
const entry: LedgerEntry = {
  run,
  command: 'conformance',
  driver: 's3',
  place: 'the bucket b',
  started: '2026-01-01T00:00:00.000Z',
}

describe('the ledger', () => {
  it('keeps what was noted, for its owner only, until it is finished', async () => {
    const files = filesInMemory()
    expect(await find(files, run)).toBeUndefined()
    await note(files, entry)
    expect(await find(files, run)).toEqual(entry)
    expect([...files.written]).toMatchObject([[`/state/runs/${run}.json`, { mode: 0o600 }]])
    await finish(files, entry, new Date('2026-01-02'))
    expect((await find(files, run))?.finished).toBe('2026-01-02T00:00:00.000Z')
  })

  it('says that a file is none of its own', async () => {
    const files = filesInMemory()
    await files.writeText(`/state/runs/${run}.json`, 'not json', { mode: 0o600, overwrite: true })
    await expect(find(files, run)).rejects.toThrow(/is not a ledger/)
  })
})

describe('a run', () => {
  it('has 128 bits in its name, which is a component of a path', () => {
    expect(run).toBe(`regctl-${'ab'.repeat(16)}`)
    expect(run).toMatch(/^[A-Za-z0-9._-]+$/)
  })

  it.each([run, run.slice(7)])('is found as %s', (text) => expect(parseRun(text)).toBe(run))

  it.each(['', '/', '..', 'regctl-', `${run}/x`, run.toUpperCase(), `${run}0`])('is not %j', (text) => {
    expect(() => parseRun(text)).toThrow(/is not the name of a run/)
  })
})
