// How fast 500 000 keys are listed, against s5cmd, awscli and a plain loop over the pages with the driver's own parser and
// connection. Whole processes, the same store for all, with no delay and with 30 ms a request.
// Usage: node bench/list.js [rounds] [contestant...], against all of them or those that are named
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { bundled, compare, row, startStore } from './support.js'

const [rounds = 3, ...named] = process.argv.slice(2)
const client = await bundled('client')
const s5cmd = join(homedir(), 'go/bin/s5cmd')
const program = existsSync(s5cmd) ? s5cmd : 's5cmd'

for (const delay of [30, 0]) {
  const { endpoint, stop } = await startStore(join(import.meta.dirname, 'listing-store.js'), delay)
  const against = {
    'one plain loop': [process.execPath, client, 'sequential', endpoint],
    s5cmd: [program, '--endpoint-url', endpoint, 'ls', 's3://bench/*'],
    awscli: ['aws', '--endpoint-url', endpoint, 's3', 'ls', '--recursive', 's3://bench'],
  }
  const chosen = Object.entries(against).filter(([name]) => named.length === 0 || named.includes(name))
  const regctl = [process.execPath, client, 'list', endpoint]
  const { ratios, memory } = await compare({ regctl, ...Object.fromEntries(chosen) }, Number(rounds))
  console.log(
    `\nListing 500 000 keys with ${delay} ms a request, median of ${rounds}: how many times faster than`,
  )
  for (const [name, ratio] of Object.entries(ratios)) {
    row(name, ratio.toFixed(2), delay === 0 ? '' : { 'one plain loop': '4', s5cmd: '8' }[name])
  }
  row('MB of memory at most, the whole process', memory.toFixed(0), '120')
  stop()
}
