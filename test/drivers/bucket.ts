import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { Fetch } from '../../src/conformance/case.ts'
import type { SuiteOptions } from '../../src/conformance/run.ts'
import { openS3Driver, type S3Driver, type S3Environment } from '../../src/drivers/s3.ts'
import { startSandbox } from '../../src/sandbox/server.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** A server of S3, and how to end it. */
export interface S3Server {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  stop(): Promise<void>
}

/** A server with one bucket, and drivers on it. */
export interface TestBucket {
  /** Behind the driver's back. */
  readonly client: S3Client
  readonly bucket: string
  readonly parameters: Readonly<Record<string, unknown>>
  open(parameters?: Readonly<Record<string, unknown>>, environment?: S3Environment): Promise<S3Driver>
  /** As a suite wants it. */
  opener(environment?: S3Environment): SuiteOptions['open']
  /** Ends the server as well. */
  close(): Promise<void>
}

/** A bucket on `server`, by default a sandbox of its own. */
export async function openTestBucket(server?: S3Server): Promise<TestBucket> {
  const { endpoint, region, credentials, stop } = server ?? (await sandboxServer())
  const bucket = 'registry'
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  const parameters = {
    accesskey: credentials.accessKeyId,
    secretkey: credentials.secretAccessKey,
    region,
    regionendpoint: endpoint,
    bucket,
  }
  const open: TestBucket['open'] = (more, environment) =>
    openS3Driver({ ...parameters, ...more }, environment)
  return {
    client,
    bucket,
    parameters,
    open,
    opener: (environment) => async (root, more, watch) => {
      const intercept: NonNullable<S3Environment['intercept']> = (inner) => {
        const spoilt = environment?.intercept?.(inner) ?? inner
        return watch?.(spoilt) ?? spoilt
      }
      const driver = await open({ ...more, rootdirectory: root }, { ...environment, intercept })
      return { driver, inspector: driver.inspector, requests: true }
    },
    close: async () => {
      client.destroy()
      await stop()
    },
  }
}

async function sandboxServer(): Promise<S3Server> {
  const { s3Endpoint: endpoint, region, credentials, close: stop } = await startSandbox()
  return { endpoint, region, credentials, stop }
}

/** One request, as a client of a redirect makes it. */
export const plainFetch: Fetch = async (method, url, headers) => {
  const answer = await fetch(url, { method, redirect: 'manual', ...(headers && { headers }) })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}
