import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { describe, expect, it } from 'vitest'

const [built] = buildSync({
  entryPoints: [join(import.meta.dirname, '../../src/drivers/heap.ts')],
  bundle: true,
  format: 'cjs',
  platform: 'node',
  write: false,
}).outputFiles

/** Megabytes of young space in a process of its own after half a million objects, some of which stay for a while. */
function youngSpace(before: string): number {
  const script = `${built?.text}
    ${before}
    let held = []
    for (let i = 0; i < 500_000; i++) {
      held.push({ i, text: String(i) })
      if (held.length > 20_000) held = []
    }
    const { getHeapSpaceStatistics } = require('node:v8')
    const found = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
    console.log(found.space_size / 1_048_576)`
  return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))
}

describe('the space for young objects', () => {
  it('does not grow when it is kept small', () => {
    expect(youngSpace('')).toBeGreaterThanOrEqual(16)
    expect(youngSpace("keepHeapSmall('young')")).toBeLessThanOrEqual(4)
    expect(youngSpace("keepHeapSmall('young'); keepHeapSmall('young')()")).toBeLessThanOrEqual(4)
    expect(youngSpace("keepHeapSmall('young')()")).toBeGreaterThanOrEqual(16)
  })
})
