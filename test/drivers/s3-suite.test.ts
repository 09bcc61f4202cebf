import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import { runSuite } from '../../src/conformance/run.ts'
import { openTestBucket, plainFetch, type TestBucket } from './bucket.ts'

describe('the s3 driver on the sandbox', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await openTestBucket()
  })
  afterAll(() => bucket.close())

  it('passes the quick profile, and leaves nothing', async () => {
    const answers = await runSuite({
      cases: cases.filter(({ profiles }) => profiles === undefined || profiles.includes('quick')),
      run: 'run',
      seed: 1,
      open: bucket.opener(),
      fetch: plainFetch,
    })
    const unhappy = answers.filter(({ status }) => status !== 'pass')
    expect(unhappy.map(({ id, findings, reason }) => [id, findings[0]?.message ?? reason])).toEqual([])
    const left = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.bucket }))
    expect(left.Contents ?? []).toEqual([])
  }, 120_000)
})
