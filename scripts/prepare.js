// What npm runs after an install in a checkout, and before it packs. `npm install -g git+URL`, which pre-commit does too,
// gets here without what the build takes, because npm hands its `global` on to the install in the clone.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const cwd = resolve(import.meta.dirname, '..')
const options = { cwd, stdio: 'inherit' }
const { npm_execpath: npm = '' } = process.env

if (!existsSync(join(cwd, 'node_modules/esbuild'))) {
  const flags = ['--ignore-scripts', '--include=dev', '--global=false', '--no-audit', '--no-fund']
  execFileSync(process.execPath, [npm, 'ci', ...flags], options)
}
execFileSync(process.execPath, ['scripts/build.js'], options)
