import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileOf } from '../../../src/sandbox/s3/pieces.ts'
import type { ObjectRecord } from '../../../src/sandbox/s3/records.ts'
import { openStore } from '../../../src/sandbox/s3/store.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'regctl-s3-'))
})
afterEach(() => rm(directory, { recursive: true }))

const attributes = {
  headers: {},
  metadata: {},
  storageClass: 'STANDARD',
  encryption: { algorithm: 'AES256' as const },
  tags: [],
}

async function* bytes(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

const reopened = () => openStore(directory).bucket('bkt') ?? expect.fail('the bucket is gone')

/** What an object of many bytes holds, which have a file of their own. */
const long = 'content '.repeat(1000)

/** A store with one bucket, one object `a/b` holding `content`, and one open upload of one part. */
async function filled(content = 'content') {
  const store = openStore(directory)
  const bucket = store.createBucket({ name: 'bkt', created: 1, encryption: { algorithm: 'AES256' } })
  const piece = await bucket.pieces.write(bytes(content.slice(0, 3), content.slice(3)))
  const object: ObjectRecord = {
    ...attributes,
    key: 'a/b',
    etag: 'e',
    size: content.length,
    lastModified: 2,
    pieces: [piece],
    multipart: false,
  }
  bucket.putObject(object)
  const uploadId = bucket.uploads.newId(3)
  bucket.uploads.create({ ...attributes, key: 'up', uploadId, initiated: 3 })
  const part = {
    number: 1,
    etag: 'p',
    size: 4,
    lastModified: 4,
    piece: await bucket.pieces.write(bytes('part')),
  }
  bucket.uploads.putPart(uploadId, part)
  return { bucket, object, uploadId, part }
}

const root = () => join(directory, 'buckets', 'bkt')
const journal = () => join(root(), 'journal')
const pieceFiles = () => readdir(join(root(), 'pieces'))

describe('a store that is opened again', () => {
  it('has what it had', async () => {
    const { object, uploadId, part } = await filled()
    const bucket = reopened()
    expect(bucket.object('a/b')).toEqual(object)
    expect([...bucket.keys.from('')]).toEqual(['a/b'])
    expect(bucket.uploads.get(uploadId)?.parts.get(1)).toEqual(part)
    expect(await text(bucket.pieces.read(object.pieces, 1, 6))).toBe('onten')
  })

  it('gives later ids to later uploads, though the clock went back', async () => {
    const { uploadId } = await filled()
    expect(reopened().uploads.newId(1) > uploadId).toBe(true)
  })

  it('has no more what was deleted', async () => {
    const { bucket, uploadId } = await filled()
    bucket.deleteObject('a/b')
    bucket.uploads.remove(uploadId)
    const again = reopened()
    expect(again.object('a/b')).toBeUndefined()
    expect(again.uploads.get(uploadId)).toBeUndefined()
    expect(await pieceFiles()).toEqual([])
    expect(await readFile(journal(), 'utf8')).toBe('')
  })

  it('has what it had in a file of its own', async () => {
    const { object } = await filled(long)
    expect(await pieceFiles()).toEqual(object.pieces.flatMap(fileOf))
    expect(await text(reopened().pieces.read(object.pieces, 0, long.length))).toBe(long)
  })

  it('clears what a killed process left', async () => {
    const { object, uploadId } = await filled(long)
    const before = await pieceFiles()
    const stray = join(root(), 'pieces', 'f'.repeat(32))
    await writeFile(stray, 'half')
    await writeFile(join(root(), 'journal.0123.tmp'), '{')
    await appendFile(journal(), '{"what":"delete","key":"a/')
    await mkdir(join(directory, 'buckets', '.new-other'))
    const bucket = reopened()
    expect(existsSync(stray)).toBe(false)
    expect(await pieceFiles()).toEqual(before)
    expect((await readdir(root())).sort()).toEqual(['bucket.json', 'journal', 'pieces'])
    expect(await readdir(join(directory, 'buckets'))).toEqual(['bkt'])
    expect(bucket.object('a/b')).toEqual(object)
    bucket.uploads.remove(uploadId)
    expect(reopened().uploads.get(uploadId)).toBeUndefined()
  })

  it('has a completed upload as an object alone', async () => {
    const { bucket, part, uploadId } = await filled()
    bucket.uploads.complete(uploadId, {
      ...attributes,
      key: 'up',
      etag: 'e-1',
      size: 4,
      lastModified: 5,
      pieces: [part.piece],
      multipart: true,
    })
    const again = reopened()
    expect(again.uploads.get(uploadId)).toBeUndefined()
    expect([...again.uploads.order.from('')]).toEqual([])
    const { pieces } = again.object('up') ?? expect.fail('the object is gone')
    expect(await text(again.pieces.read(pieces, 0, 4))).toBe('part')
  })

  it('keeps its journal short, however often an object was written', async () => {
    const { bucket, object } = await filled()
    const wide = { ...object, metadata: { wide: 'x'.repeat(1_000_000) } }
    for (let count = 0; count < 50; count += 1) bucket.putObject(wide)
    expect((await stat(journal())).size).toBeLessThan(20_000_000)
    bucket.putObject(object)
    expect(reopened().object('a/b')).toEqual(object)
  })
})

describe('a store that cannot be read', () => {
  const append = (line: string) => appendFile(journal(), `${line}\n`)
  const spoil: [string, () => Promise<unknown>][] = [
    ['a change that is no JSON', () => append('{"key":')],
    ['an object that lacks a member', () => append('{"what":"put","object":{"key":"a/b"}}')],
    ['a change of a kind that is unknown', () => append('{"what":"rename"}')],
    ['a part that is no part', () => append('{"what":"part","uploadId":"u","part":[]}')],
    ['bytes that are missing', async () => rm(join(root(), 'pieces', (await pieceFiles())[0] ?? ''))],
    ['a bucket without a configuration', () => rm(join(root(), 'bucket.json'))],
    ['a bucket that is a file', () => writeFile(join(directory, 'buckets', 'file'), '')],
  ]
  it.each(spoil)('says so: %s', async (_, damage) => {
    await filled(long)
    await damage()
    expect(() => openStore(directory)).toThrow(
      expect.objectContaining({
        name: 'Failure',
        kind: 'usage',
        message: expect.stringContaining(directory),
      }),
    )
  })

  it('keeps its hands off a folder that is something else', async () => {
    await mkdir(join(directory, 'buckets', 'mine'), { recursive: true })
    await writeFile(join(directory, 'buckets', 'mine', 'photo'), 'x')
    expect(() => openStore(directory)).toThrow(expect.objectContaining({ kind: 'usage' }))
    expect(await readFile(join(directory, 'buckets', 'mine', 'photo'), 'utf8')).toBe('x')
  })
})

describe('a bucket that is deleted', () => {
  it('takes no more writes, and does not come back', async () => {
    const store = openStore(directory)
    const bucket = store.createBucket({ name: 'bkt', created: 1, encryption: { algorithm: 'AES256' } })
    const piece = await bucket.pieces.write(bytes('late'))
    store.deleteBucket(bucket)
    const record = {
      ...attributes,
      key: 'k',
      etag: 'e',
      size: 4,
      lastModified: 1,
      pieces: [piece],
      multipart: false,
    }
    expect(() => bucket.putObject(record)).toThrow(expect.objectContaining({ code: 'NoSuchBucket' }))
    await expect(bucket.pieces.write(bytes(long))).rejects.toThrow()
    expect(await readdir(join(directory, 'buckets'))).toEqual([])
  })
})

describe('pieces', () => {
  it('go when nothing names them, but not before their last reader', async () => {
    const { bucket, object } = await filled(long)
    const [old = ''] = object.pieces.flatMap(fileOf)
    const piece = await bucket.pieces.write(bytes(`other ${long}`))
    const begun = bucket.pieces.read(object.pieces, 0, long.length)
    const other = bucket.pieces.read(object.pieces, 0, long.length)
    bucket.putObject({ ...object, pieces: [piece], size: long.length + 6 })
    expect(await text(begun)).toBe(long)
    expect(await pieceFiles()).toContain(old)
    expect(await text(other)).toBe(long)
    await vi.waitFor(async () => expect(await pieceFiles()).toEqual(fileOf(piece)))
    bucket.deleteObject('a/b')
    await vi.waitFor(async () => expect(await pieceFiles()).toEqual([]))
  })

  it('that fail leave nothing', async () => {
    const { bucket } = await filled(long)
    const before = await pieceFiles()
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1_000_000)
      throw new Error('broken off')
    }
    await expect(bucket.pieces.write(failing())).rejects.toThrow('broken off')
    expect(await pieceFiles()).toEqual(before)
  })

  it('that are shorter than they should be end a reader with an error', async () => {
    const { bucket, object } = await filled(long)
    const [file = ''] = object.pieces.flatMap(fileOf)
    await writeFile(join(root(), 'pieces', file), 'con')
    await expect(text(bucket.pieces.read(object.pieces, 0, 7))).rejects.toThrow('bytes short')
  })

  it('are read across their borders', async () => {
    const { bucket } = await filled()
    const parts = [
      await bucket.pieces.write(bytes('abc')),
      await bucket.pieces.write(bytes()),
      await bucket.pieces.write(bytes('defg')),
      await bucket.pieces.write(bytes(long)),
    ]
    const few = parts.slice(0, 3)
    const whole = `abcdefg${long}`
    expect(await text(bucket.pieces.read(parts, 2, whole.length - 1))).toBe(whole.slice(2, -1))
    expect(bucket.pieces.held(parts, 2, 8)).toBeUndefined()
    for (let start = 0; start <= 7; start += 1) {
      for (let end = start; end <= 7; end += 1) {
        expect(await text(bucket.pieces.read(few, start, end))).toBe('abcdefg'.slice(start, end))
        expect(String(bucket.pieces.held(few, start, end))).toBe('abcdefg'.slice(start, end))
      }
    }
  })
})
