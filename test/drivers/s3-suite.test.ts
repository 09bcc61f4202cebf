import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import { runSuite } from '../../src/conformance/run.ts'
import { openS3Driver } from '../../src/drivers/s3.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

describe('the s3 driver on the sandbox', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox()
    const client = new S3Client({
      endpoint: sandbox.s3Endpoint,
      region: sandbox.region,
      credentials: sandbox.credentials,
      forcePathStyle: true,
    })
    await client.send(new CreateBucketCommand({ Bucket: 'registry' }))
  })
  afterAll(() => sandbox.close())

  it('passes the quick profile', async () => {
    const answers = await runSuite({
      cases: cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick')),
      run: 'run',
      seed: 1,
      async open(root, parameters) {
        const driver = await openS3Driver({
          accesskey: sandbox.credentials.accessKeyId,
          secretkey: sandbox.credentials.secretAccessKey,
          region: sandbox.region,
          regionendpoint: sandbox.s3Endpoint,
          bucket: 'registry',
          rootdirectory: root,
          ...parameters,
        })
        return { driver, inspector: driver.inspector }
      },
    })
    const unhappy = answers.filter(({ status }) => status !== 'pass' && status !== 'skip')
    console.log(answers.map((a) => `${a.status} ${a.id} ${a.ms.toFixed(0)}`).join('\n'))
    expect(
      unhappy.map(({ id, findings, reason, calls }) => [id, findings[0]?.message ?? reason, calls.slice(-3)]),
    ).toEqual([])
  }, 120_000)
})
