// Has lint judge and correct random, mutated and generated inputs, and looks at what it makes of them.
// Usage: node scripts/fuzz.js [count, 100000] [seed, 1] [first, 0]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const [count = '100000', seed = '1', first = '0'] = process.argv.slice(2)
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'regctl-fuzz-'))
// In a process of its own, so that its memory is that of lint.
const outfile = join(folder, 'fuzz.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['test/support/fuzz/main.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
})
const { status } = spawnSync(process.execPath, [outfile, join(root, 'test/lint/sound'), count, seed, first], {
  stdio: 'inherit',
})
rmSync(folder, { recursive: true })
process.exitCode = status ?? 1
