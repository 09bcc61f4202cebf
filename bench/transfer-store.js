// The sandbox's S3 with a bucket `bench`, and a delay before each request. `node transfer-store.js FOLDER [milliseconds]`
// prints its port.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { openS3 } from '../src/sandbox/s3/open.ts'

async function start() {
  const [directory, delay = '0'] = process.argv.slice(2)
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'benchbench' }
  const s3 = await openS3({
    directory,
    region: 'us-east-1',
    accountId: '123456789012',
    credentials,
    ...(Number(delay) > 0 && { intercept: () => sleep(Number(delay), undefined) }),
  })
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, s3.handleHttp)
  server.on('checkContinue', s3.handleHttp)
  server.listen(0, '127.0.0.1', async () => {
    const { port } = server.address()
    const client = new S3Client({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      credentials,
    })
    await client.send(new CreateBucketCommand({ Bucket: 'bench' }))
    console.log(port)
  })
}

start()
