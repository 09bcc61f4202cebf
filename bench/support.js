// What the benchmarks share: bundles, stores in processes of their own, whole processes timed, ratios.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../scripts/build.js'

/** A folder that goes with this process. */
export const folder = mkdtempSync(join(tmpdir(), 'regctl-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** A script of this folder with what it imports of `src`, as one program built as the product is. Gives its file. */
export async function bundled(script) {
  const outdir = join(folder, script)
  await bundle(outdir, { [script]: join(import.meta.dirname, `${script}.js`) })
  return join(outdir, `${script}.js`)
}

const stores = new Set()
process.on('exit', () => {
  for (const store of stores) store.kill()
})

/** Starts a store, which prints its port when it is ready. Gives its address and how to end it. */
export function startStore(file, ...args) {
  const store = spawn(process.execPath, [file, ...args.map(String)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stores.add(store)
  const stop = () => {
    stores.delete(store)
    store.kill()
  }
  return new Promise((resolve, reject) => {
    store.once('exit', (code) => reject(new Error(`the store ended with ${code}`)))
    store.stdout.once('data', (port) => resolve({ endpoint: `http://127.0.0.1:${Number(port)}`, stop }))
  })
}

const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'benchbench',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_CONFIG_FILE: join(folder, 'aws'),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
}

/** Runs a whole process; its output is given when it is short. Throws when it fails. */
export function timed([program, ...args]) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint()
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => {
      // A listing or a gigabyte is of no interest.
      output = output.length > 4_000_000 ? '' : output + chunk.toString('latin1')
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9
      if (code !== 0) reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors}`))
      else resolve({ seconds, output })
    })
  })
}

/**
 * Runs all contestants one after the other, `rounds` times, every other time in the reverse order, since a store may
 * still be busy with what came before. Gives for each the median of its time over that of the first in the same round:
 * how many times faster the first is. `memory` is the first one's largest, in MB.
 */
export async function compare(contestants, rounds) {
  const names = Object.keys(contestants)
  const ratios = Object.fromEntries(names.map((name) => [name, []]))
  let memory = 0
  for (let round = 0; round < rounds; round++) {
    const times = {}
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { seconds, output } = await timed(contestants[name])
      times[name] = seconds
      if (name === names[0]) memory = Math.max(memory, JSON.parse(output).megabytes)
    }
    for (const name of names) ratios[name].push(times[name] / times[names[0]])
  }
  return {
    ratios: Object.fromEntries(names.slice(1).map((name) => [name, median(ratios[name])])),
    memory,
  }
}

/** Prints a row: what, the figure, and the bar it is held against. */
export function row(what, figure, bar = '') {
  console.log(`${String(figure).padStart(8)}  ${what}${bar && `  (bar: ${bar})`}`)
}
