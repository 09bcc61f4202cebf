import { random } from '../oracle/random.ts'
import { faults } from './check.ts'
import { inputs } from './inputs.ts'

/** Usage: main FOLDER-OF-SOUND-CONFIGS COUNT SEED. Prints what is wrong, the longest time and the peak of memory. */
const [folder = '', count = '1000', seed = '1', first = '0'] = process.argv.slice(2)
const make = inputs(folder)
const slowest = { ms: 0, input: 0 }
let wrong = 0
for (let index = Number(first); index < Number(first) + Number(count); index += 1) {
  const input = make(random(Number(seed) * 1_000_003 + index))
  const start = process.hrtime.bigint()
  const found = await faults(input).catch((error: unknown) => [
    error instanceof Error ? (error.stack ?? '') : String(error),
  ])
  const ms = Number(process.hrtime.bigint() - start) / 1e6
  if (ms > slowest.ms) Object.assign(slowest, { ms, input: index })
  if (found.length === 0) continue
  wrong += 1
  if (wrong > 20) continue
  process.stdout.write(
    `input ${index} of seed ${seed}: ${found.join('\n')}\n${JSON.stringify({ options: input.options, files: Object.fromEntries(Object.entries(input.files).map(([name, content]) => [name, content.toString('utf8').slice(0, 3000)])) })}\n\n`,
  )
}
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(
  `${count} inputs, ${wrong} with faults; the slowest took ${slowest.ms.toFixed(0)} ms (${slowest.input}); at most ${megabytes} MB\n`,
)
process.exitCode = wrong > 0 || megabytes > 256 ? 1 : 0
