import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { openS3, type S3, type S3Options } from '../../../src/sandbox/s3/open.ts'

/** An S3 on a free loopback port, over a folder of its own. */
export interface TestS3 {
  readonly s3: S3
  readonly port: number
  readonly endpoint: string
  readonly directory: string
  readonly credentials: S3Options['credentials']
  /** A client with the right credentials; `options` override. */
  client(options?: ConstructorParameters<typeof S3Client>[0]): S3Client
  /** Stops the server and opens the folder again. */
  restart(): Promise<TestS3>
  /** Stops the server; removes the folder. */
  close(): Promise<void>
}

export async function startS3(options: Partial<S3Options> = {}): Promise<TestS3> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'regctl-s3-')))
  const credentials = options.credentials ?? {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  }
  const s3 = await openS3({
    region: 'us-east-1',
    accountId: '111122223333',
    ...options,
    directory,
    credentials,
  })
  const server = createServer(s3.handleHttp).on('checkContinue', s3.handleHttp)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients: S3Client[] = []
  const stop = async () => {
    for (const client of clients) client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  const endpoint = `http://127.0.0.1:${port}`
  return {
    s3,
    port,
    endpoint,
    directory,
    credentials,
    client(overrides = {}) {
      const client = new S3Client({
        endpoint,
        region: options.region ?? 'us-east-1',
        credentials,
        forcePathStyle: true,
        maxAttempts: 1,
        ...overrides,
      })
      clients.push(client)
      return client
    },
    async restart() {
      await stop()
      return startS3({ ...options, directory, credentials })
    },
    async close() {
      await stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
