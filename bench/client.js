// One job of one contestant, as a process of its own: `node client.js JOB ENDPOINT [bytes]`. Prints its peak memory in
// MB, which are 10^6 bytes.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { openS3Driver } from '../src/drivers/s3.ts'
import { openBucket } from '../src/drivers/s3-client.ts'
import { page } from '../src/drivers/s3-list.ts'
import { keysIn } from '../src/drivers/s3-page.ts'
import { readS3Settings } from '../src/drivers/s3-parameters.ts'

const [job, endpoint, bytes] = process.argv.slice(2)
const chunkSize = 10 * 1_048_576
const concurrency = 4
const settings = {
  accesskey: process.env.AWS_ACCESS_KEY_ID,
  secretkey: process.env.AWS_SECRET_ACCESS_KEY,
  region: 'us-east-1',
  regionendpoint: endpoint,
  bucket: 'bench',
  forcepathstyle: true,
  chunksize: chunkSize,
}
const openDriver = () => openS3Driver(settings, { concurrency })
const openClient = () =>
  new S3Client({
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: settings.accesskey, secretAccessKey: settings.secretkey },
  })

/** `bytes` bytes in pieces as a connection gives them. */
async function* content() {
  const piece = Buffer.alloc(65_536, 'registry')
  for (let left = Number(bytes); left > 0; left -= piece.length) yield piece
}

async function drain(stream) {
  let size = 0
  for await (const chunk of stream) size += chunk.length
  return size
}

const jobs = {
  async list() {
    let count = 0
    await (await openDriver()).walk('/', ({ isDir }) => {
      if (!isDir) count += 1
    })
    return count
  },
  async sequential() {
    const bucket = openBucket(readS3Settings(settings), {})
    let count = 0
    let token
    do {
      const answer = await page(bucket, '/', { Prefix: '', ...(token && { ContinuationToken: token }) })
      const keys = keysIn(answer)
      for (let index = 0; index < keys.length; index++) if (keys.at(index).key !== '') count += 1
      token = answer.NextContinuationToken
    } while (token !== undefined)
    return count
  },
  async upload() {
    const writer = await (await openDriver()).writer('/upload', { append: false })
    for await (const piece of content()) await writer.write(piece)
    await writer.commit()
    await writer.close()
    return writer.size
  },
  async uploadLibStorage() {
    const { Upload } = await import('@aws-sdk/lib-storage')
    const { Readable } = await import('node:stream')
    await new Upload({
      client: openClient(),
      queueSize: concurrency,
      partSize: chunkSize,
      params: {
        Bucket: 'bench',
        Key: 'upload-lib-storage',
        Body: Readable.from(content(), { objectMode: false }),
      },
    }).done()
    return Number(bytes)
  },
  download: async () => drain(await (await openDriver()).reader('/upload', 0)),
  downloadSdk: async () =>
    drain((await openClient().send(new GetObjectCommand({ Bucket: 'bench', Key: 'upload' }))).Body),
  // As plain as it can be: objects of 64 MiB, one request each, one after the other.
  async rawPut() {
    const client = openClient()
    const body = Buffer.alloc(64 * 1_048_576, 'registry')
    for (let left = Number(bytes); left > 0; left -= body.length) {
      await client.send(new PutObjectCommand({ Bucket: 'bench', Key: `raw-${left}`, Body: body }))
    }
    return Number(bytes)
  },
  async rawGet() {
    const client = openClient()
    let size = 0
    for (let left = Number(bytes); left > 0; left -= 64 * 1_048_576) {
      size += await drain(
        (await client.send(new GetObjectCommand({ Bucket: 'bench', Key: `raw-${left}` }))).Body,
      )
    }
    return size
  },
  async nothing() {
    await (await openDriver()).stat('/')
    return 0
  },
}

jobs[job]().then((done) => {
  console.log(JSON.stringify({ done, megabytes: (process.resourceUsage().maxRSS * 1024) / 1e6 }))
  process.exit()
})
