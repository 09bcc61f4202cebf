import type { Case, CaseContext, Edge } from '../case.ts'
import { Mismatch } from '../case.ts'
import { finish, mebibyte, needed, randomPath, same, sameBytes } from '../expect.ts'

/** Reading what the driver wrote through the edge, with URLs signed as the registry signs them. */

const edgeCase = (
  name: string,
  proves: string,
  bytes: number,
  run: (context: CaseContext, edge: Edge) => Promise<void>,
): Case => ({
  id: `edge/${name}`,
  proves,
  bytes,
  requires: ['edge'],
  profiles: ['edge'],
  run: (context) => run(context, needed(context.edge)),
})

/** Content of `size` bytes at a new path. */
async function put(
  { open, random }: CaseContext,
  size: number,
): Promise<{ readonly path: string; readonly bytes: Buffer }> {
  const driver = await open()
  const path = randomPath(random)
  const bytes = random.bytes(size)
  await driver.putContent(path, bytes)
  return { path, bytes }
}

const reads = (name: string, what: string, size: number) =>
  edgeCase(name, `${what} come through the edge as they were written`, size, async (context, edge) => {
    const { path, bytes } = await put(context, size)
    const got = await context.fetch('GET', await edge.sign(path))
    same('the status', got.status, 200)
    sameBytes('the content', got.body, bytes)
    same('Content-Length', got.headers['content-length'], String(size))
  })

/** A URL that must not work, beside the good one, which must. */
const refuses = (
  name: string,
  what: string,
  spoil: (url: string, edge: Edge, path: string) => Promise<string> | string,
) =>
  edgeCase(name, `${what} is refused`, 32, async (context, edge) => {
    const { path, bytes } = await put(context, 32)
    const good = await edge.sign(path)
    const refused = await context.fetch('GET', await spoil(good, edge, path))
    same(`the status of ${what}`, refused.status, 403)
    if (refused.body.equals(bytes))
      throw new Mismatch('the body', { expected: 'no content', actual: 'the content' })
    same('the status of the good URL', (await context.fetch('GET', good)).status, 200)
  })

export const edge: readonly Case[] = [
  reads('TestWriteRead1', 'one byte', 1),
  reads('TestWriteRead3', '32 bytes', 32),
  reads('TestWriteRead4', '1 MiB', mebibyte),
  reads('ZeroBytes', 'no bytes at all', 0),
  edgeCase(
    'Parts',
    'content uploaded in parts comes through the edge whole',
    11 * mebibyte,
    async (context, edge) => {
      const { open, random, fetch } = context
      const driver = await open({ chunksize: 5 * mebibyte })
      const path = randomPath(random)
      const bytes = random.bytes(11 * mebibyte)
      const writer = await driver.writer(path, { append: false })
      await writer.write(bytes)
      await finish(writer)
      const got = await fetch('GET', await edge.sign(path))
      same('the status', got.status, 200)
      sameBytes('the content', got.body, bytes)
    },
  ),
  edgeCase(
    'Head',
    'HEAD tells the length and sends nothing, before and after a GET',
    1000,
    async (context, edge) => {
      const { path } = await put(context, 1000)
      for (const when of ['before', 'after']) {
        const head = await context.fetch('HEAD', await edge.sign(path))
        same(
          `status, length and body of HEAD ${when} a GET`,
          [head.status, head.headers['content-length'], head.body.length],
          [200, '1000', 0],
        )
        await context.fetch('GET', await edge.sign(path))
      }
    },
  ),
  edgeCase(
    'TestReaderWithOffset',
    'ranges are served, as clients that resume a pull ask for them',
    1000,
    async (context, edge) => {
      const { path, bytes } = await put(context, 1000)
      const url = await edge.sign(path)
      // The first round is fetched from the store, the second may come from the cache.
      for (const round of ['first', 'second']) {
        for (const [range, from, to] of [
          ['bytes=0-0', 0, 1],
          ['bytes=100-299', 100, 300],
          ['bytes=999-', 999, 1000],
          ['bytes=-10', 990, 1000],
        ] as const) {
          const piece = await context.fetch('GET', url, { range })
          same(`the status of ${range}, ${round} time`, piece.status, 206)
          same(
            `Content-Range of ${range}, ${round} time`,
            piece.headers['content-range'],
            `bytes ${from}-${to - 1}/1000`,
          )
          sameBytes(`the content of ${range}, ${round} time`, piece.body, bytes.subarray(from, to))
        }
        same(
          `the status of a range past the end, ${round} time`,
          (await context.fetch('GET', url, { range: 'bytes=1000-' })).status,
          416,
        )
      }
    },
  ),
  edgeCase(
    'Again',
    'the second answer is the first, whichever cache it comes from',
    5000,
    async (context, edge) => {
      const { path, bytes } = await put(context, 5000)
      for (let round = 0; round < 3; round++) {
        sameBytes(
          `the content of round ${round}`,
          (await context.fetch('GET', await edge.sign(path))).body,
          bytes,
        )
      }
    },
  ),
  edgeCase(
    'TestConcurrentStreamReads',
    'ten readers of one content at random offsets each get their own tail',
    mebibyte,
    async (context, edge) => {
      const { path, bytes } = await put(context, mebibyte)
      const offsets = Array.from({ length: 10 }, () => context.random.integer(mebibyte))
      await Promise.all(
        offsets.map(async (offset) => {
          const piece = await context.fetch('GET', await edge.sign(path), { range: `bytes=${offset}-` })
          same('the status', piece.status, 206)
          sameBytes(`the content from byte ${offset} on`, piece.body, bytes.subarray(offset))
        }),
      )
    },
  ),
  edgeCase(
    'TestReadNonexistent',
    'a signed URL of what is not there gives no content',
    0,
    async ({ random, fetch }, edge) => {
      const { status } = await fetch('GET', await edge.sign(randomPath(random)))
      if (status !== 404 && status !== 403)
        throw new Mismatch('the status', {
          expected: '404, or 403 without s3:ListBucket',
          actual: String(status),
        })
    },
  ),
  refuses('Unsigned', 'a URL without a signature', (url) => url.split('?')[0] ?? ''),
  refuses('Expired', 'a URL whose time is over', (_, edge, path) => edge.sign(path, { lifetime: -60 })),
  refuses('Tampered', 'a URL whose time was changed', (url) =>
    url.replace(/Expires=(\d+)/, (_, time) => `Expires=${Number(time) + 1}`),
  ),
  refuses('OtherPath', 'a signature of another path', async (url, edge, path) => {
    const other = await edge.sign(`${path}x`)
    return `${url.split('?')[0]}?${other.split('?')[1]}`
  }),
  refuses('UnknownKey', 'a signature under an unknown key', (url) =>
    url.replace(/Key-Pair-Id=[^&]*/, 'Key-Pair-Id=KUNKNOWN'),
  ),
]
