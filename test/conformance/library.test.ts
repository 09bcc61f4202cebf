import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cases, runSuite, type StorageDriver, under } from '../../src/conformance/library.ts'
import { memoryStore, openMemoryDriver } from '../../src/drivers/memory.ts'

describe('the library', () => {
  it('proves a driver that has no root directory of its own', async () => {
    const { inspector: _, ...driver } = openMemoryDriver(memoryStore())
    const mine: StorageDriver = driver
    const verdicts = await runSuite({
      cases: cases.filter(({ profiles }) => profiles === undefined),
      open: async (root) => ({ driver: under(mine, root) }),
      run: 'my-run',
      seed: 1,
    })
    expect(verdicts.filter(({ status }) => status !== 'pass' && status !== 'skip')).toEqual([])
    expect(verdicts.filter(({ status }) => status === 'pass').length).toBeGreaterThan(80)
    expect(await mine.list('/')).toEqual([])
  })

  it('is used in the documentation as it is used here', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8')
    const example = /```ts\n(.*?)```/s.exec(page)?.[1] ?? ''
    expect(example).toContain("from 'regctl-cloudfront/conformance'")
    for (const name of ['cases', 'runSuite', 'under']) expect(example).toContain(name)
  })
})
