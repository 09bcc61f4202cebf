// How long a conformance run takes on the sandbox: the quick profile as a ratio to `node -e 0`, the full one as a ratio
// to the time in which the store takes and gives the same bytes as plain objects of 64 MiB, before and after it.
// Usage: node bench/conformance.js [quick|full] [rounds]. It runs dist/.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundled, folder, median, row, startStore, timed } from './support.js'

const profile = process.argv[2] ?? 'quick'
const rounds = Number(process.argv[3] ?? (profile === 'quick' ? 5 : 1))
const regctl = join(import.meta.dirname, '../bin/regctl.js')
const directory = join(folder, 'store')
mkdirSync(directory)
const { endpoint, stop } = await startStore(await bundled('transfer-store'), directory)
const config = join(folder, 'config.yml')
writeFileSync(
  config,
  JSON.stringify({
    version: 0.1,
    storage: {
      s3: {
        region: 'us-east-1',
        regionendpoint: endpoint,
        forcepathstyle: true,
        bucket: 'bench',
        accesskey: 'bench',
        secretkey: 'benchbench',
      },
    },
  }),
)
const run = [
  'conformance',
  '--config',
  config,
  '--profile',
  profile,
  '--seed',
  '1',
  '--yes',
  '--format',
  'json',
]

if (profile === 'quick') {
  const ratios = []
  for (let round = 0; round < rounds; round++) {
    const before = await timed([process.execPath, '-e', '0'])
    const { seconds } = await timed([process.execPath, regctl, ...run])
    const after = await timed([process.execPath, '-e', '0'])
    ratios.push(seconds / ((before.seconds + after.seconds) / 2))
  }
  row(`times \`node -e 0\`, the quick profile, median of ${rounds}`, median(ratios).toFixed(0), '60')
} else {
  const client = await bundled('client')
  const bytes = 1024 * 1_048_576
  const ratios = []
  const seconds = async (command) => (await timed(command)).seconds
  const raw = async () => ({
    written: await seconds([process.execPath, client, 'rawPut', endpoint, bytes]),
    read: await seconds([process.execPath, client, 'rawGet', endpoint, bytes]),
  })
  for (let round = 0; round < rounds; round++) {
    const before = await raw()
    const { seconds, output } = await timed([process.execPath, regctl, ...run])
    const after = await raw()
    const { verdicts } = JSON.parse(output)
    const least = (what) =>
      (verdicts.reduce((total, verdict) => total + verdict[what], 0) / bytes) *
      ((before[what] + after[what]) / 2)
    ratios.push(seconds / (least('written') + least('read')))
  }
  row(
    `times the bytes over the raw rate, the full profile, median of ${rounds}`,
    median(ratios).toFixed(2),
    '1.5',
  )
}
stop()
