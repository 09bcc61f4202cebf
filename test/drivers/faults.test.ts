import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../src/conformance/all.ts'
import { type HandlerRequest, parseFaults, saboteur } from '../../src/conformance/faults.ts'
import { runSuite } from '../../src/conformance/run.ts'
import { openTestBucket, plainFetch, type TestBucket } from './bucket.ts'

/** Cases that together make every kind of request, and few of each. */
const some = cases.filter(
  ({ id, profiles }) =>
    profiles === undefined &&
    (id.startsWith('append/') ||
      id.startsWith('stream/') ||
      [
        'content/TestTruncate',
        'move/TestMove',
        'move/CopyInParts',
        'delete/TestDeleteFolder',
        'walk/TestWalk',
        'uploads/KilledWriter',
      ].includes(id)),
)

it('answers a listing stale, and what goes on from a token as it is', async () => {
  let count = 0
  const inner = {
    async handle(_request: HandlerRequest) {
      count += 1
      return { response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(`${count}`)]) } }
    },
  }
  const { wrap } = saboteur(parseFaults('stale-list=100%', 1))
  const ask = async (query: Record<string, string>) => {
    const { response } = await wrap(inner).handle({ method: 'GET', path: '/b', query, headers: {} })
    return String(await buffer(response.body as Readable))
  }
  const token = { 'list-type': '2', 'continuation-token': 'more' }
  const answers = [{ 'list-type': '2' }, token, { 'list-type': '2' }, token].map((query) => () => ask(query))
  const told: string[] = []
  for (const answer of answers) told.push(await answer())
  expect(told).toEqual(['1', '2', '1', '4'])
})

describe('the s3 driver over a bad network', () => {
  let bucket: TestBucket
  let run = 0
  beforeAll(async () => {
    bucket = await openTestBucket()
  })
  afterAll(() => bucket.close())

  it.each([
    ['503=20%', '503'],
    ['500=10%', '500'],
    ['lost=10%', 'lost'],
    ['refused=10%', 'refused'],
    ['truncate=50%', 'truncate'],
    ['flip-up=20%', 'flip-up'],
    ['error-in-200=30%', 'error-in-200'],
    ['brownout=700ms', 'brownout'],
  ] as const)(
    'does all it should with %s, and leaves no upload open',
    async (faults, kind) => {
      const saboteurs = saboteur(parseFaults(faults, 7))
      const verdicts = await runSuite({
        cases: some,
        run: `run${++run}`,
        seed: 7,
        open: bucket.opener({ intercept: saboteurs.wrap }),
        fetch: plainFetch,
      })
      expect(
        verdicts
          .filter(({ status }) => status !== 'pass')
          .map(({ id, findings, reason }) => [id, findings[0]?.message ?? reason]),
      ).toEqual([])
      expect(saboteurs.hits[kind]).toBeGreaterThan(3)
      const { Uploads = [] } = await bucket.client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket.bucket }),
      )
      expect(Uploads).toEqual([])
    },
    60_000,
  )

  it('notices every bit that flips in whole content on its way here', async () => {
    const saboteurs = saboteur(parseFaults('flip-down=100%', 1))
    const good = await bucket.open({ rootdirectory: '/flip' })
    const driver = await bucket.open({ rootdirectory: '/flip' }, { intercept: saboteurs.wrap })
    for (let index = 0; index < 20; index++) {
      await good.putContent(`/${index}`, Buffer.alloc(100 + index, index))
      await expect(driver.getContent(`/${index}`)).rejects.toThrow(/arrived damaged/)
    }
    expect(saboteurs.hits['flip-down']).toBe(100)
  })
})
