import { setTimeout as pause } from 'node:timers/promises'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import { readAll } from '../../src/conformance/expect.ts'
import { parseFaults, saboteur } from '../../src/conformance/faults.ts'
import { randomSource } from '../../src/conformance/random.ts'
import { runSuite } from '../../src/conformance/run.ts'
import type { S3Driver } from '../../src/drivers/s3.ts'
import { openTestBucket, plainFetch, type TestBucket } from '../drivers/bucket.ts'
import { buildCli, type Cli } from '../support/cli.ts'
import { cuttingProxy } from '../support/cutting-proxy.ts'
import { type SandboxProcess, startSandboxProcess } from '../support/sandbox-process.ts'

const seed = Number(process.env.ACCEPTANCE_SEED ?? 1)
const say = (line: string) => process.stdout.write(`${line}\n`)

let cli: Cli
let sandbox: SandboxProcess
let bucket: TestBucket
beforeAll(async () => {
  cli = await buildCli()
  sandbox = await startSandboxProcess(cli)
  bucket = await openTestBucket(sandbox)
})
afterAll(async () => {
  await bucket.close()
  cli.remove()
})

const openUploads = async () => {
  const { Uploads = [] } = await bucket.client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket.bucket }),
  )
  return Uploads.map(({ Key }) => Key)
}

/** 200 operations of every kind at once, each on a path of its own with content that is known. */
async function operations(driver: S3Driver): Promise<number[]> {
  const random = randomSource(seed, 'operations')
  const contents = Array.from({ length: 200 }, (_, index) => random.bytes(1000 + index * 97))
  const ends: number[] = []
  await Promise.all(
    contents.map(async (content, index) => {
      await operation(driver, index, content)
      ends.push(Date.now())
    }),
  )
  for (const [index, content] of contents.entries())
    expect((await driver.getContent(`/${index}/data`)).equals(content), `operation ${index}`).toBe(true)
  return ends
}

async function operation(driver: S3Driver, index: number, content: Buffer): Promise<void> {
  const path = `/${index}/data`
  switch (index % 4) {
    case 0:
      return driver.putContent(path, content)
    case 1: {
      const writer = await driver.writer(path, { append: false })
      await writer.write(content.subarray(0, 500))
      await writer.close()
      const again = await driver.writer(path, { append: true })
      expect(again.size).toBe(500)
      await again.write(content.subarray(500))
      await again.commit()
      return again.close()
    }
    case 2:
      await driver.putContent(`${path}-source`, content)
      await driver.move(`${path}-source`, path)
      return
    default: {
      await driver.putContent(path, content)
      expect((await readAll(await driver.reader(path, 10))).equals(content.subarray(10))).toBe(true)
      expect(await driver.list(`/${index}`)).toEqual([path])
      await driver.putContent(`/${index}/other`, content)
      await driver.delete(`/${index}/other`)
    }
  }
}

it('200 operations that meet a brown-out of 30 s all finish within 60 s of its end', async () => {
  const plan = saboteur(parseFaults('brownout=30s', seed))
  const driver = await bucket.open({ rootdirectory: '/brown' }, { intercept: plan.wrap })
  await driver.putContent('/first', Buffer.from('x'))
  const over = Date.now() + 30_000
  const ends = await operations(driver)
  say(
    `brown-out: ${plan.hits.brownout} faults; the last of 200 operations ended ${((Math.max(...ends) - over) / 1000).toFixed(1)} s after it`,
  )
  expect(plan.hits.brownout).toBeGreaterThan(500)
  expect(Math.max(...ends) - over).toBeLessThanOrEqual(60_000)
  expect(await openUploads()).toEqual([])
})

it('200 operations whose server refuses every connection for 30 s all finish within 60 s of its end', async () => {
  const proxy = await cuttingProxy(sandbox.endpoint, () => Number.POSITIVE_INFINITY)
  const driver = await bucket.open({ rootdirectory: '/away', regionendpoint: proxy.endpoint })
  await driver.putContent('/first', Buffer.from('x'))
  await proxy.down()
  const running = operations(driver)
  await pause(30_000)
  await proxy.up()
  const over = Date.now()
  const ends = await running
  say(
    `no server: the last of 200 operations ended ${((Math.max(...ends) - over) / 1000).toFixed(1)} s after it was back`,
  )
  expect(Math.max(...ends) - over).toBeLessThanOrEqual(60_000)
  await proxy.close()
  expect(await openUploads()).toEqual([])
})

it('the quick profile passes over connections that are cut anywhere, with 3 seeds, and leaves no upload open', async () => {
  // What is behind a presigned URL is read by its client, which is not the driver.
  const over = cases.filter(
    ({ profiles, requires }) =>
      (profiles === undefined || profiles.includes('quick')) && !requires?.includes('redirect'),
  )
  for (let round = 0; round < 3; round++) {
    const random = randomSource(seed + round, 'cuts')
    // Most answers are below a kilobyte, so that about one request in ten meets a cut.
    const proxy = await cuttingProxy(sandbox.endpoint, () =>
      random.integer(random.integer(2) === 0 ? 8_000 : 400_000),
    )
    const verdicts = await runSuite({
      cases: over,
      run: `cut${round}`,
      seed: seed + round,
      open: async (root, more, watch) => {
        const driver = await bucket.open(
          { ...more, rootdirectory: root, regionendpoint: proxy.endpoint },
          watch && { intercept: watch },
        )
        return { driver, inspector: driver.inspector, requests: true }
      },
      fetch: plainFetch,
    })
    const unhappy = verdicts.filter(({ status }) => status !== 'pass')
    say(
      `cut connections, seed ${seed + round}: ${verdicts.length - unhappy.length} of ${verdicts.length} pass, ${proxy.cuts()} cuts`,
    )
    expect(unhappy.map(({ id, findings, reason }) => [id, findings[0]?.message ?? reason])).toEqual([])
    expect(proxy.cuts()).toBeGreaterThan(100)
    await proxy.close()
    expect(await openUploads()).toEqual([])
  }
})
