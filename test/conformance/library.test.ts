import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, type Plugin, transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleLibrary } from '../../scripts/build.js'
import { cases, runSuite, type StorageDriver, under } from '../../src/conformance/library.ts'
import { memoryStore, openMemoryDriver } from '../../src/drivers/memory.ts'
import { run } from '../support/process.ts'

const root = resolve(import.meta.dirname, '../..')

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
})

const errorsOfThePackage: Plugin = {
  name: 'errors-of-the-package',
  setup({ onResolve }) {
    onResolve({ filter: /storage\/driver\.ts$/ }, () => ({
      path: 'regctl-cloudfront/conformance',
      external: true,
    }))
  },
}

describe('the example of the documentation', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'regctl-example-'))
  const example = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'docs/conformance.md'), 'utf8'))?.[1] ?? ''
  /** Writes a module with a driver whose errors are the package's, or classes of its own. */
  const writeDriver = (driver: string, errors: 'ours' | 'theirs' = 'ours') =>
    build({
      stdin: {
        contents: `import { memoryStore, openMemoryDriver } from ${JSON.stringify(join(root, 'src/drivers/memory.ts'))}
const { inspector: _, ...driver } = openMemoryDriver(memoryStore())
export const mine = ${driver}`,
        resolveDir: root,
      },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: join(folder, 'my-driver.js'),
      plugins: errors === 'theirs' ? [] : [errorsOfThePackage],
    })
  const runExample = async () => {
    const { code } = await transform(example, { loader: 'ts' })
    writeFileSync(join(folder, 'example.js'), code)
    return run(process.execPath, ['example.js'], { PATH: process.env.PATH ?? '' }, folder)
  }
  beforeAll(async () => {
    // The package as it is installed: its manifest, the library and the types.
    const place = join(folder, 'node_modules/regctl-cloudfront')
    mkdirSync(place, { recursive: true })
    cpSync(join(root, 'package.json'), join(place, 'package.json'))
    await bundleLibrary(join(place, 'dist'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'example.ts'), example)
    writeFileSync(
      join(folder, 'my-driver.d.ts'),
      "import type { StorageDriver } from 'regctl-cloudfront/conformance'\nexport declare const mine: StorageDriver\n",
    )
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  const compile = (file: string) =>
    run(
      process.execPath,
      [
        join(root, 'node_modules/typescript/bin/tsc'),
        ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'],
        ...['--target', 'es2023', '--module', 'nodenext', '--types', 'node'],
        ...['--typeRoots', join(root, 'node_modules/@types'), file],
      ],
      { PATH: process.env.PATH ?? '' },
      folder,
    )

  it('compiles against the types of the package, which do not take everything', async () => {
    const { code, stdout } = await compile('example.ts')
    expect([code, stdout]).toEqual([0, ''])
    writeFileSync(join(folder, 'wrong.ts'), example.replace('seed: 1', "seed: 'one'"))
    expect((await compile('wrong.ts')).stdout).toContain("Type 'string' is not assignable to type 'number'")
  })

  it('runs: says nothing of a good driver, and names the cases that a bad one fails', async () => {
    await writeDriver('driver')
    expect(await runExample()).toMatchObject({ code: 0, stdout: '', stderr: '' })
    await writeDriver('{ ...driver, async move() {} }')
    const bad = await runExample()
    expect(bad.code).toBe(1)
    expect(bad.stderr).toMatch(/^move\/TestMove fail /m)
  })

  it('tells a driver whose errors are classes of its own what is wrong with them', async () => {
    await writeDriver('driver', 'theirs')
    expect((await runExample()).stderr).toContain(
      'of another class than regctl-cloudfront/conformance exports',
    )
  })
})
