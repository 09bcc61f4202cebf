// How long regctl takes to start, as a ratio to `node -e 0`: whole processes, run in pairs, the median of the ratios.
// Usage: node bench/start-up.js [pairs]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const pairs = Number(process.argv[2] ?? 25)
const regctl = new URL('../bin/regctl.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'regctl-bench-'))
const config = join(folder, 'config.yml')
writeFileSync(config, 'version: 0.1\nstorage:\n  s3:\n    region: us-east-1\n    bucket: images\n')

const milliseconds = (args) => {
  const start = process.hrtime.bigint()
  spawnSync(process.execPath, args, { stdio: 'ignore' })
  return Number(process.hrtime.bigint() - start) / 1e6
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

for (const [name, args] of [
  ['node -e 0 (against itself)', ['-e', '0']],
  ['regctl --version', [regctl, '--version']],
  ['regctl --help', [regctl, '--help']],
  ['regctl sign-url --help', [regctl, 'sign-url', '--help']],
  ['regctl lint config.yml', [regctl, 'lint', config]],
]) {
  milliseconds(args)
  const ratios = Array.from({ length: pairs }, () => milliseconds(args) / milliseconds(['-e', '0']))
  console.log(`${median(ratios).toFixed(2)}  ${name}`)
}
rmSync(folder, { recursive: true })
