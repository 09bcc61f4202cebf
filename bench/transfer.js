// How fast 1 GiB is uploaded and downloaded, against the SDK's lib-storage (for downloads its GetObject) and awscli, with
// parts of 10 MiB, four at a time. Whole processes, the sandbox as the store, with no delay and with 30 ms a request.
// Memory in MB of 10^6 bytes.
// Usage: node bench/transfer.js [rounds] [MiB]
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundled, compare, folder, row, startStore, timed } from './support.js'

const rounds = Number(process.argv[2] ?? 3)
const mebibytes = Number(process.argv[3] ?? 1024)
const chunks = (4 * 10 * 1_048_576) / 1e6
const client = await bundled('client')
const store = await bundled('transfer-store')
const file = join(folder, 'content')
writeFileSync(
  join(folder, 'aws'),
  '[default]\ns3 =\n  max_concurrent_requests = 4\n  multipart_chunksize = 10MB\n  multipart_threshold = 10MB\n',
)
await new Promise((resolve) => {
  const out = createWriteStream(file)
  const piece = Buffer.alloc(1_048_576, 'registry')
  let left = mebibytes
  const write = () => {
    while (left-- > 0) if (!out.write(piece)) return void out.once('drain', write)
    out.end(resolve)
  }
  write()
})

for (const delay of [30, 0]) {
  const directory = join(folder, `store-${delay}`)
  mkdirSync(directory)
  const { endpoint, stop } = await startStore(store, directory, delay)
  const node = (job) => [process.execPath, client, job, endpoint, mebibytes * 1_048_576]
  const aws = (...args) => ['aws', '--endpoint-url', endpoint, 's3', 'cp', '--quiet', ...args]
  const memory = async (job) => JSON.parse((await timed(node(job))).output).megabytes
  const up = await compare(
    {
      regctl: node('upload'),
      'lib-storage': node('uploadLibStorage'),
      awscli: aws(file, 's3://bench/upload-awscli'),
    },
    rounds,
  )
  // The store's disk is busy for a while with what was uploaded.
  await timed(['sync'])
  const down = await compare(
    {
      regctl: node('download'),
      'the GetObject of the SDK': node('downloadSdk'),
      awscli: aws('s3://bench/upload', '-'),
    },
    rounds,
  )
  console.log(
    `\n${mebibytes} MiB with ${delay} ms a request, median of ${rounds}: how many times faster than`,
  )
  for (const [name, ratio] of Object.entries(up.ratios)) {
    row(`${name}, uploading`, ratio.toFixed(2), name === 'lib-storage' ? '1.0' : '')
  }
  for (const [name, ratio] of Object.entries(down.ratios)) row(`${name}, downloading`, ratio.toFixed(2))
  row(
    'MB of memory above 4 chunks at most, uploading, the whole process',
    (up.memory - chunks).toFixed(1),
    '64',
  )
  row('MB of it that a process has that opens the driver and asks once', (await memory('nothing')).toFixed(1))
  row('MB above 4 chunks, uploading by lib-storage', ((await memory('uploadLibStorage')) - chunks).toFixed(1))
  row('MB of memory at most, downloading, the whole process', down.memory.toFixed(0))
  stop()
  rmSync(directory, { recursive: true })
}
