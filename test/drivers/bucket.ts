import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { Fetch } from '../../src/conformance/case.ts'
import type { OpenedDriver } from '../../src/conformance/run.ts'
import { openS3Driver, type S3Driver, type S3Environment } from '../../src/drivers/s3.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** A sandbox with one bucket, and drivers on it. */
export interface TestBucket {
  readonly sandbox: Sandbox
  /** Behind the driver's back. */
  readonly client: S3Client
  readonly bucket: string
  readonly parameters: Readonly<Record<string, unknown>>
  open(parameters?: Readonly<Record<string, unknown>>, environment?: S3Environment): Promise<S3Driver>
  /** As a suite wants it. */
  opener(
    environment?: S3Environment,
  ): (root: string, parameters?: Readonly<Record<string, unknown>>) => Promise<OpenedDriver>
  close(): Promise<void>
}

export async function openTestBucket(): Promise<TestBucket> {
  const sandbox = await startSandbox()
  const { accessKeyId, secretAccessKey } = sandbox.credentials
  const bucket = 'registry'
  const client = new S3Client({
    endpoint: sandbox.s3Endpoint,
    region: sandbox.region,
    credentials: sandbox.credentials,
    forcePathStyle: true,
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  const parameters = {
    accesskey: accessKeyId,
    secretkey: secretAccessKey,
    region: sandbox.region,
    regionendpoint: sandbox.s3Endpoint,
    bucket,
  }
  const open: TestBucket['open'] = (more, environment) =>
    openS3Driver({ ...parameters, ...more }, environment)
  return {
    sandbox,
    client,
    bucket,
    parameters,
    open,
    opener: (environment) => async (root, more) => {
      const driver = await open({ ...more, rootdirectory: root }, environment)
      return { driver, inspector: driver.inspector }
    },
    close: async () => {
      client.destroy()
      await sandbox.close()
    },
  }
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
