import { Readable } from 'node:stream'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutKeys } from '../../src/drivers/s3-contents.ts'
import { cutPages, keysIn, namesIn } from '../../src/drivers/s3-page.ts'

/** A client whose every answer is `body`, in pieces, with the keys cut out before the parser or not. */
function clientOn(bodyOf: Buffer | (() => Buffer), cut: boolean): S3Client {
  const client = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    cacheMiddleware: true,
    requestHandler: {
      handle: async () => {
        const body = typeof bodyOf === 'function' ? bodyOf() : bodyOf
        return {
          response: {
            statusCode: 200,
            headers: {},
            body: Readable.from([body.subarray(0, 99), body.subarray(99)], { objectMode: false }),
          } as never,
        }
      },
    },
  })
  if (cut) cutPages(client)
  return client
}

const list = (body: Buffer, cut: boolean) =>
  clientOn(body, cut).send(new ListObjectsV2Command({ Bucket: 'bucket' }))

async function read(body: Buffer, cut: boolean) {
  try {
    const answer = await list(body, cut)
    const keys = keysIn(answer)
    return {
      listed: Array.from({ length: keys.length }, (_, index) => keys.at(index)),
      names: namesIn(answer),
      paths: Array.from({ length: keys.length }, (_, index) => [keys.path(index, 0), keys.path(index, 2)]),
      ascending: keys.ascending,
      prefixes: answer.CommonPrefixes,
      more: answer.IsTruncated,
      token: answer.NextContinuationToken,
    }
  } catch (error) {
    return { failed: (error as Error).name }
  }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const time = fc.oneof(
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
    .map((date) => date.toISOString()),
  fc.constant('2026-01-31T12:00:00Z'),
  fc.constant('2024-02-29T23:59:59.999Z'),
)
const name = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z0-9._/-]{1,30}$/) },
  { weight: 2, arbitrary: fc.stringMatching(/^[!-~]{1,12}$/).map(escaped) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '&#x41;b',
      '&quot;',
      'ü',
      '日本',
      '😀',
      'a b',
      ' a ',
      'a\nb',
      'a&#13;b',
      ']]',
      'x>y',
    ),
  },
)
const element = fc.tuple(name, fc.nat(), time, fc.nat(11)).map(([key, size, modified, kind]) => {
  const parts = [
    `<Key>${key}</Key>`,
    `<LastModified>${modified}</LastModified>`,
    '<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>',
    `<Size>${size}</Size>`,
    '<StorageClass>STANDARD</StorageClass>',
  ]
  // Some other way to write the same, or nearly.
  if (kind === 1) parts.reverse()
  if (kind === 2) parts.push('<Owner><ID>75aa</ID><DisplayName>me</DisplayName></Owner>')
  if (kind === 3) parts.push('<Owner><ID>a</ID><Key>not this</Key></Owner>')
  if (kind === 4) parts.splice(3, 1)
  if (kind === 5) parts[0] = `<Key  >${key}</Key>`
  if (kind === 6) parts[0] = `<Key><![CDATA[${key}]]></Key>`
  if (kind === 7) parts.unshift('\n  ')
  if (kind === 8) parts.push('<RestoreStatus/>')
  if (kind === 9)
    parts.push('<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>')
  if (kind === 10) parts.unshift('<!-- <Key>no</Key> -->')
  return `<Contents>${parts.join('')}</Contents>`
})
const answer = (contents: string) =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
      `<Name>bucket</Name><Prefix></Prefix><IsTruncated>true</IsTruncated><NextContinuationToken>1/a=</NextContinuationToken>` +
      `${contents}<CommonPrefixes><Prefix>d/</Prefix></CommonPrefixes></ListBucketResult>`,
  )

const plain = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-01-31T12:00:00.000Z</LastModified><Size>7</Size></Contents>`

describe('keys that are cut out of an answer', () => {
  it('are those that the SDK parses, and so is the rest', async () => {
    let cut = 0
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 12 }), async (elements) => {
        const body = answer(elements.join(''))
        if (cutKeys(body) !== undefined) cut += 1
        expect(await read(body, true)).toEqual(await read(body, false))
      }),
      { numRuns: 300 },
    )
    expect(cut).toBeGreaterThan(10)
  })

  it.each([
    '2026-02-29T12:00:00.000Z',
    '2026-13-01T12:00:00.000Z',
    '2026-01-00T12:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T12:00:60Z',
    '0026-01-01T12:00:00Z',
    '2026-01-01 12:00:00Z',
    '2026-01-01T12:00:00+0',
    '2026-01-01T12:0x:00.000Z',
  ])('are left alone with a time like %s', async (odd) => {
    const body = answer(plain('a').replace('2026-01-31T12:00:00.000Z', odd))
    expect(cutKeys(body)).toBeUndefined()
    expect(await read(body, true)).toEqual(await read(body, false))
  })

  it('are those of a page with every plain character', async () => {
    const keys = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
      (c) => c !== '&' && c !== '<',
    )
    const body = answer(keys.map(plain).join(''))
    expect(cutKeys(body)?.keys.length).toBe(keys.length)
    expect((await read(body, true)).names).toEqual(keys)
    expect((await read(body, true)).ascending).toBe(true)
    expect((await read(answer(['b', 'a', 'c'].map(plain).join('')), true)).ascending).toBe(false)
  })

  const anywhere = (c: string) =>
    Array.from({ length: 9 }, (_, at) => `${'a'.repeat(at)}${c}${'z'.repeat(8 - at)}`)

  it('are those with any plain character in any place', async () => {
    const characters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index))
    const keys = characters.filter((c) => c !== '&' && c !== '<').flatMap(anywhere)
    const body = answer(keys.map(plain).join(''))
    expect(cutKeys(body)?.keys.length).toBe(keys.length)
    expect((await read(body, true)).names).toEqual(keys)
  })

  it.each([' ', '\t', '\x7f', 'é', '日', '&amp;', '<b/>', '<!-- -->'])(
    'are left alone with %j in any place of a key',
    (odd) => {
      for (const key of anywhere(odd)) {
        expect(cutKeys(answer(plain(key))), key).toBeUndefined()
        expect(cutKeys(answer(plain('first') + plain(key) + plain('last'))), key).toBeUndefined()
      }
    },
  )

  it('are those of elements that are not all written alike, up to eight ways', async () => {
    const ways = Array.from({ length: 9 }, (_, way) => (key: string) => {
      const more = `<Checksum${way}>a${key}</Checksum${way}><Owner><ID>1</ID></Owner></Contents>`
      return plain(key).replace('</Contents>', more)
    })
    const pageOf = (count: number) =>
      answer(
        Array.from({ length: 40 }, (_, index) => ways[(index * 7) % count]?.(`key${index + 10}`)).join(''),
      )
    expect(cutKeys(pageOf(8))?.keys.length).toBe(40)
    expect(cutKeys(pageOf(9))).toBeUndefined()
    for (const count of [1, 2, 8, 9])
      expect(await read(pageOf(count), true)).toEqual(await read(pageOf(count), false))
  })

  it('are told apart from what is in other elements, or in those that are called nearly the same', async () => {
    const owner = '<Owner><Key>x</Key><Size>1</Size></Owner></Contents>'
    const own = answer(plain('a').replace('</Contents>', owner))
    expect(cutKeys(own)?.keys.at(0)).toMatchObject({ key: 'a', size: 7 })
    expect(
      cutKeys(
        answer(
          plain('a')
            .replace(/<Key>.*<.Key>/, '')
            .replace('</Contents>', owner),
        ),
      ),
    ).toBeUndefined()
    const [before, behind] = ['<Sizf>1</Sizf><Size>7</Size>', '<Size>7</Size><Sizf>1</Sizf>']
    const both = answer([before, behind].map((sizes) => plain('a').replace('<Size>7</Size>', sizes)).join(''))
    expect([0, 1].map((index) => cutKeys(both)?.keys.size(index))).toEqual([7, 7])
  })

  it.each([
    ['an empty one', plain('')],
    ['one of a size that no number holds', plain('b').replace('7', '1234567890123456')],
    ['one of no size', plain('b').replace('7', '')],
    ['one of the 17th month', plain('b').replace('2026-01-31', '2025-17-31')],
    ['more behind common prefixes', `<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>${plain('b')}`],
  ])('are left alone where there is %s behind a plain one', async (_, odd) => {
    const body = answer(plain('a') + odd)
    expect(cutKeys(body)).toBeUndefined()
    expect(await read(body, true)).toEqual(await read(body, false))
  })

  it.each([
    '<Key>a</Key>',
    '<Size>1</Size>',
    '<LastModified>2026-01-31T12:00:00.000Z</LastModified>',
    '<RestoreStatus/>',
    '<Owner ID="1">a</Owner>',
    '<A><B><C>a</C></B></A>',
    'text',
    '<!-- <Key>b</Key> -->',
    '<![CDATA[a]]>',
  ])('are left alone where an element has %s too', async (odd) => {
    const body = answer(plain('a').replace('</Contents>', `${odd}</Contents>`))
    expect(cutKeys(body)).toBeUndefined()
    const behind = answer(plain('a') + plain('b').replace('</Contents>', `${odd}</Contents>`))
    expect(cutKeys(behind)).toBeUndefined()
  })

  it.each([
    [['a', 'a-b'], true],
    [['a', 'a.b', 'a/b'], true],
    [['a', 'a/a', 'a/a/a/a'], true],
    [['abc', 'abc/abc'], true],
    [['abc', 'abb/abc'], false],
    [['a!', 'a'], false],
    [['a', 'a'], false],
    [['a/b', 'a-b'], false],
    [['-', '--', '-a', 'b', 'b'], false],
  ])('are known to ascend or not: %j', async (keys, ascending) => {
    const body = answer(keys.map(plain).join(''))
    expect(cutKeys(body)?.keys.ascending).toBe(ascending)
    expect((await read(body, false)).ascending).toBe(ascending)
  })

  it('are left alone in an answer that ends too early, which then fails as it does for the SDK', async () => {
    const whole = answer(['a', 'b', 'c'].map(plain).join(''))
    for (let end = 0; end < whole.length; end++) {
      const body = whole.subarray(0, end)
      const [ours, theirs] = [await read(body, true), await read(body, false)]
      expect(ours, String(body)).toEqual(theirs)
    }
  })

  it('are kept apart from the buffer that the next answer is read into', async () => {
    const first = await list(answer(plain('first')), true)
    await list(answer(plain('later')), true)
    expect(namesIn(first)).toEqual(['first'])
  })

  it('are kept apart from those of calls of the same client at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `key${index}`)
    const left = [...names]
    const client = clientOn(() => answer(plain(left.shift() ?? '')), true)
    const pages = await Promise.all(
      names.map(() => client.send(new ListObjectsV2Command({ Bucket: 'bucket' }))),
    )
    expect(pages.flatMap(namesIn).sort()).toEqual([...names].sort())
  })
})
