import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openS3, type S3 } from '../../../src/sandbox/s3/open.ts'
import { child, childrenOf, parseXml, textOf, type XmlElement } from '../../../src/sandbox/xml.ts'

let directory: string
let s3: S3
let time = Date.UTC(2026, 0, 1)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regctl-s3-'))
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  s3 = await openS3({
    directory,
    region: 'us-east-1',
    accountId: '111122223333',
    credentials,
    now: () => time,
  })
})

afterAll(() => rm(directory, { recursive: true }))

async function ask(
  method: string,
  bucket: string,
  key: string | undefined,
  query: Record<string, string> = {},
): Promise<string> {
  const answer = await s3.handle(
    {
      method,
      bucket,
      key,
      query: new URLSearchParams(query),
      headers: { 'content-length': '0' },
      body: Readable.from([]),
    },
    { kind: 'account' },
  )
  if (answer.status >= 300) throw new Error(textOf(parseXml(String(answer.body)), 'Code'))
  return typeof answer.body === 'string' ? answer.body : ''
}

const list = async (bucket: string, query: Record<string, string>) =>
  parseXml(await ask('GET', bucket, undefined, query))
const texts = (root: XmlElement, list: string, name: string) =>
  childrenOf(root, list).map((e) => textOf(e, name) ?? '')

let count = 0
async function bucketWith(keys: Iterable<string>): Promise<string> {
  count += 1
  const bucket = `bucket-${count}`
  await ask('PUT', bucket, undefined)
  for (const key of keys) await ask('PUT', bucket, key)
  return bucket
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** What a listing should hold, without any index: the keys, and the common prefixes, each in order. */
function model(keys: readonly string[], prefix: string, delimiter: string) {
  const under = keys.filter((key) => key.startsWith(prefix)).sort(byBytes)
  const cut = (key: string) => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    return at < 0 ? undefined : key.slice(0, at + delimiter.length)
  }
  return {
    keys: under.filter((key) => cut(key) === undefined),
    prefixes: [...new Set(under.map(cut).filter((p) => p !== undefined))].sort(byBytes),
  }
}

/** All pages of a listing, asked for as the API documents it. */
async function pages(
  bucket: string,
  query: Record<string, string>,
  next: (page: XmlElement) => Record<string, string>,
): Promise<XmlElement[]> {
  const all: XmlElement[] = []
  let more: Record<string, string> = {}
  for (;;) {
    const page = await list(bucket, { ...query, ...more })
    all.push(page)
    if (textOf(page, 'IsTruncated') !== 'true') return all
    more = next(page)
  }
}

const nextV1 = (page: XmlElement) => ({
  marker: textOf(page, 'NextMarker') ?? texts(page, 'Contents', 'Key').at(-1) ?? '',
})
const nextV2 = (page: XmlElement) => ({ 'continuation-token': textOf(page, 'NextContinuationToken') ?? '' })
const nextUploads = (page: XmlElement) => ({
  'key-marker': textOf(page, 'NextKeyMarker') ?? '',
  'upload-id-marker': textOf(page, 'NextUploadIdMarker') ?? '',
})

const key = fc.string({
  minLength: 1,
  maxLength: 5,
  unit: fc.constantFrom('a', 'b', '/', '-', 'é', '\u{10000}', '\uffff'),
})
const shape = fc.record({
  keys: fc.uniqueArray(key, { maxLength: 15 }),
  prefix: fc.oneof(fc.constant(''), key),
  delimiter: fc.constantFrom('', '/', '-', 'ab'),
  most: fc.integer({ min: 1, max: 4 }),
})

describe('listings, page by page, hold what a plain walk over the keys gives', () => {
  it.each([
    ['version 1', {}, nextV1],
    ['version 2', { 'list-type': '2' }, nextV2],
  ] as const)('%s', async (_, kind, next) => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ keys, prefix, delimiter, most }) => {
        const bucket = await bucketWith(keys)
        const all = await pages(bucket, { ...kind, prefix, delimiter, 'max-keys': String(most) }, next)
        const found = {
          keys: all.flatMap((page) => texts(page, 'Contents', 'Key')),
          prefixes: all.flatMap((page) => texts(page, 'CommonPrefixes', 'Prefix')),
        }
        expect(found).toEqual(model(keys, prefix, delimiter))
        const sizes = all.map(
          (page) => childrenOf(page, 'Contents').length + childrenOf(page, 'CommonPrefixes').length,
        )
        // Every page but the last is full, and none is empty unless there is nothing.
        expect(sizes.slice(0, -1).every((size) => size === most)).toBe(true)
        expect(sizes.at(-1) === 0 && sizes.length > 1).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('of open uploads, oldest first within a key', async () => {
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.array(fc.nat(), { maxLength: 6 }),
        async ({ keys, prefix, delimiter, most }, again) => {
          const bucket = await bucketWith([])
          const begun: { key: string; id: string }[] = []
          const repeated = again.flatMap((n) => keys[n % Math.max(keys.length, 1)] ?? [])
          for (const k of [...keys, ...repeated]) {
            const id = textOf(parseXml(await ask('POST', bucket, k, { uploads: '' })), 'UploadId') ?? ''
            begun.push({ key: k, id })
          }
          const query = { uploads: '', prefix, delimiter, 'max-uploads': String(most) }
          const all = await pages(bucket, query, nextUploads)
          const expected = model([...new Set(keys)], prefix, delimiter)
          expect(all.flatMap((page) => texts(page, 'CommonPrefixes', 'Prefix'))).toEqual(expected.prefixes)
          // The order in which they were begun is kept by a stable sort.
          const sorted = begun
            .filter((b) => expected.keys.includes(b.key))
            .sort((a, b) => byBytes(a.key, b.key))
          expect(all.flatMap((page) => texts(page, 'Upload', 'UploadId'))).toEqual(sorted.map((b) => b.id))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('one listing', () => {
  let bucket: string
  beforeAll(async () => {
    bucket = await bucketWith(['a b+c', 'dir/one', 'dir/two', 'dir-x', 'last', 'über'])
  })

  it('starts behind start-after, and gives owners when asked', async () => {
    const page = await list(bucket, { 'list-type': '2', 'start-after': 'dir/one', 'fetch-owner': 'true' })
    expect(texts(page, 'Contents', 'Key')).toEqual(['dir/two', 'last', 'über'])
    expect(textOf(page, 'KeyCount')).toBe('3')
    expect(childrenOf(page, 'Contents').every((c) => child(c, 'Owner') !== undefined)).toBe(true)
    const plain = await list(bucket, { 'list-type': '2' })
    expect(childrenOf(plain, 'Contents').some((c) => child(c, 'Owner') !== undefined)).toBe(false)
  })

  it('counts common prefixes as keys', async () => {
    const page = await list(bucket, { 'list-type': '2', delimiter: '/', 'max-keys': '3' })
    expect(texts(page, 'Contents', 'Key')).toEqual(['a b+c', 'dir-x'])
    expect(texts(page, 'CommonPrefixes', 'Prefix')).toEqual(['dir/'])
    expect(textOf(page, 'KeyCount')).toBe('3')
    expect(textOf(page, 'IsTruncated')).toBe('true')
  })

  it('names the next marker with a delimiter only', async () => {
    expect(textOf(await list(bucket, { 'max-keys': '1' }), 'NextMarker')).toBeUndefined()
    expect(textOf(await list(bucket, { 'max-keys': '1', delimiter: '/' }), 'NextMarker')).toBe('a b+c')
  })

  it('writes names as URLs when asked', async () => {
    const page = await list(bucket, { 'encoding-type': 'url', delimiter: '/' })
    expect(texts(page, 'Contents', 'Key')).toEqual(['a+b%2Bc', 'dir-x', 'last', '%C3%BCber'])
    expect(texts(page, 'CommonPrefixes', 'Prefix')).toEqual(['dir/'])
  })

  it('gives nothing for max-keys 0, and at most a thousand', async () => {
    const none = await list(bucket, { 'max-keys': '0' })
    expect(childrenOf(none, 'Contents')).toEqual([])
    expect(textOf(none, 'IsTruncated')).toBe('false')
    expect(textOf(await list(bucket, { 'max-keys': '5000' }), 'MaxKeys')).toBe('1000')
  })

  it('lists each object as the one version it has', async () => {
    const page = await list(bucket, { versions: '', 'max-keys': '2' })
    expect(texts(page, 'Version', 'VersionId')).toEqual(['null', 'null'])
    expect(textOf(page, 'NextKeyMarker')).toBe('dir-x')
    const rest = await list(bucket, { versions: '', 'key-marker': 'dir-x' })
    expect(texts(rest, 'Version', 'Key')).toEqual(['dir/one', 'dir/two', 'last', 'über'])
  })

  it.each([
    [{ 'max-keys': 'x' }],
    [{ 'max-keys': '-1' }],
    [{ 'encoding-type': 'hex' }],
    [{ 'list-type': '2', 'continuation-token': 'made up' }],
  ])('refuses %j', async (query) => {
    await expect(list(bucket, query)).rejects.toThrow('InvalidArgument')
  })

  it('pages through the uploads of one key from any of them', async () => {
    const b = await bucketWith([])
    const ids: string[] = []
    for (let i = 0; i < 3; i += 1) {
      time += 1
      ids.push(textOf(parseXml(await ask('POST', b, 'k', { uploads: '' })), 'UploadId') ?? '')
    }
    const behind = async (id: string) =>
      texts(await list(b, { uploads: '', 'key-marker': 'k', 'upload-id-marker': id }), 'Upload', 'UploadId')
    expect(await behind(ids[0] ?? '')).toEqual(ids.slice(1))
    expect(await behind(ids[2] ?? '')).toEqual([])
    // Without an id, the whole key lies behind the marker.
    expect(await behind('')).toEqual([])
  })
})
