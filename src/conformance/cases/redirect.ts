import type { Case } from '../case.ts'
import { Mismatch } from '../case.ts'
import { mebibyte, randomPath, same, sameBytes } from '../expect.ts'

/** URLs that serve content without the registry. */

async function urlFor(
  driver: { redirectURL(request: { method: string }, path: string): Promise<string | undefined> },
  method: string,
  path: string,
): Promise<string> {
  const url = await driver.redirectURL({ method }, path)
  if (url === undefined) throw new Mismatch(`the URL for ${method}`, { expected: 'one', actual: 'none' })
  return url
}

export const redirect: readonly Case[] = [
  {
    id: 'redirect/TestRedirectURL',
    proves: 'the URL for GET gives the content, the one for HEAD its length',
    requires: ['redirect'],
    bytes: 32,
    async run({ open, random, fetch }) {
      const driver = await open()
      const path = randomPath(random)
      const bytes = random.bytes(32)
      await driver.putContent(path, bytes)
      const got = await fetch('GET', await urlFor(driver, 'GET', path))
      same('the status of GET', got.status, 200)
      sameBytes('the content', got.body, bytes)
      const head = await fetch('HEAD', await urlFor(driver, 'HEAD', path))
      same('status and length of HEAD', [head.status, head.headers['content-length']], [200, '32'])
    },
  },
  {
    id: 'redirect/Range',
    proves: 'the URL serves ranges, as clients that resume a pull ask for them',
    requires: ['redirect'],
    bytes: 1000,
    async run({ open, random, fetch }) {
      const driver = await open()
      const path = randomPath(random)
      const bytes = random.bytes(1000)
      await driver.putContent(path, bytes)
      const url = await urlFor(driver, 'GET', path)
      for (const [range, from, to] of [
        ['bytes=0-0', 0, 1],
        ['bytes=100-299', 100, 300],
        ['bytes=900-', 900, 1000],
        ['bytes=-10', 990, 1000],
        ['bytes=990-5000', 990, 1000],
      ] as const) {
        const part = await fetch('GET', url, { range })
        same(`the status of ${range}`, part.status, 206)
        same(`Content-Range of ${range}`, part.headers['content-range'], `bytes ${from}-${to - 1}/1000`)
        sameBytes(`the content of ${range}`, part.body, bytes.subarray(from, to))
      }
      same(
        'the status of a range past the end',
        (await fetch('GET', url, { range: 'bytes=1000-' })).status,
        416,
      )
    },
  },
  {
    id: 'redirect/Large',
    proves: 'the URL gives content that was uploaded in parts',
    requires: ['redirect', 'parts'],
    bytes: 6 * mebibyte,
    async run({ open, random, fetch }) {
      const driver = await open({ chunksize: 5 * mebibyte })
      const path = randomPath(random)
      const bytes = random.bytes(6 * mebibyte)
      const writer = await driver.writer(path, { append: false })
      await writer.write(bytes)
      await writer.commit()
      await writer.close()
      const got = await fetch('GET', await urlFor(driver, 'GET', path))
      same('the status', got.status, 200)
      sameBytes('the content', got.body, bytes)
    },
  },
  {
    id: 'redirect/Empty',
    proves: 'the URL gives empty content as such',
    requires: ['redirect'],
    async run({ open, random, fetch }) {
      const driver = await open()
      const path = randomPath(random)
      await driver.putContent(path, Buffer.alloc(0))
      const got = await fetch('GET', await urlFor(driver, 'GET', path))
      same('status and bytes', [got.status, got.body.length], [200, 0])
    },
  },
  {
    id: 'redirect/MethodIsSigned',
    proves: 'a URL is good for its own method and path only, and none is given for writing',
    requires: ['redirect'],
    bytes: 64,
    async run({ open, random, fetch }) {
      const driver = await open()
      const content = random.bytes(32)
      await driver.putContent('/mine', content)
      await driver.putContent('/mine2', random.bytes(32))
      const url = await urlFor(driver, 'GET', '/mine')
      same('the status of DELETE', (await fetch('DELETE', url)).status, 403)
      same('the status of another path', (await fetch('GET', url.replace('/mine?', '/mine2?'))).status, 403)
      const kept = await fetch('GET', url)
      same('whether the content is still there', kept.status, 200)
      sameBytes('the content then', kept.body, content)
      for (const method of ['PUT', 'POST', 'DELETE']) {
        same(`the URL for ${method}`, (await driver.redirectURL({ method }, '/mine')) ?? '', '')
      }
    },
  },
]
