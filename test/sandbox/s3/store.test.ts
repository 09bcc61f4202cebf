import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
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

/** A store with one bucket, one object `a/b` holding `content`, and one open upload of one part. */
async function filled() {
  const store = openStore(directory)
  const bucket = store.createBucket({ name: 'bkt', created: 1, encryption: { algorithm: 'AES256' } })
  const piece = await bucket.pieces.write(bytes('con', 'tent'))
  const object: ObjectRecord = {
    ...attributes,
    key: 'a/b',
    etag: 'e',
    size: 7,
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
const files = async (folder: string) => {
  const found = await readdir(join(root(), folder), { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

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
    expect(await files('.')).toEqual([join(root(), 'bucket.json')])
  })

  it('clears what a killed process left', async () => {
    const { object } = await filled()
    const stray = join(root(), 'pieces', 'ff', 'f'.repeat(32))
    await mkdir(join(root(), 'pieces', 'ff'), { recursive: true })
    await writeFile(stray, 'half')
    const [objectFile = ''] = await files('objects')
    await writeFile(`${objectFile}.0123.tmp`, '{')
    await mkdir(join(root(), 'uploads', 'unborn'))
    await mkdir(join(directory, 'buckets', '.new-other'))
    const bucket = reopened()
    expect(existsSync(stray)).toBe(false)
    expect(await files('objects')).toEqual([objectFile])
    expect(await readdir(join(root(), 'uploads'))).toHaveLength(1)
    expect(await readdir(join(directory, 'buckets'))).toEqual(['bkt'])
    expect(bucket.object('a/b')).toEqual(object)
  })

  it('takes an upload for completed whose bytes an object has', async () => {
    const { bucket, part, uploadId } = await filled()
    // As when the process ended between the two halves of a completion.
    bucket.putObject({
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
    expect(await text(again.pieces.read([part.piece], 0, 4))).toBe('part')
  })
})

describe('a store that cannot be read', () => {
  const spoil: [string, () => Promise<unknown>][] = [
    ['an object that is no JSON', async () => writeFile((await files('objects'))[0] ?? '', '{"key":')],
    [
      'an object that lacks a member',
      async () => writeFile((await files('objects'))[0] ?? '', '{"key":"a/b"}'),
    ],
    [
      'an object under another’s name',
      async () => {
        const [file = ''] = await files('objects')
        await writeFile(file, (await readFile(file, 'utf8')).replace('a/b', 'a/c'))
      },
    ],
    ['bytes that are missing', async () => rm((await files('pieces'))[0] ?? '')],
    ['a bucket without a configuration', () => rm(join(root(), 'bucket.json'))],
    ['a bucket that is a file', () => writeFile(join(directory, 'buckets', 'file'), '')],
    [
      'a part that is no part',
      async () => writeFile((await files('uploads')).find((f) => f.endsWith('1.json')) ?? '', '[]'),
    ],
  ]
  it.each(spoil)('says so: %s', async (_, damage) => {
    await filled()
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
    await expect(bucket.pieces.write(bytes('later'))).rejects.toThrow()
    expect(await readdir(join(directory, 'buckets'))).toEqual([])
  })
})

describe('pieces', () => {
  it('go when nothing names them, but not before their last reader', async () => {
    const { bucket, object } = await filled()
    const names = () => files('pieces').then((found) => found.map((file) => basename(file)))
    const [old = ''] = object.pieces.map((piece) => piece.file)
    const piece = await bucket.pieces.write(bytes('other'))
    const begun = bucket.pieces.read(object.pieces, 0, 7)
    const other = bucket.pieces.read(object.pieces, 0, 7)
    bucket.putObject({ ...object, pieces: [piece], size: 5 })
    expect(await text(begun)).toBe('content')
    expect(await names()).toContain(old)
    expect(await text(other)).toBe('content')
    await vi.waitFor(async () => expect(await names()).not.toContain(old))
    bucket.deleteObject('a/b')
    await vi.waitFor(async () => expect(await names()).not.toContain(piece.file))
  })

  it('that fail leave nothing', async () => {
    const { bucket } = await filled()
    const before = await files('pieces')
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1_000_000)
      throw new Error('broken off')
    }
    await expect(bucket.pieces.write(failing())).rejects.toThrow('broken off')
    expect(await files('pieces')).toEqual(before)
  })

  it('that are shorter than they should be end a reader with an error', async () => {
    const { bucket, object } = await filled()
    const [file = ''] = (await files('pieces')).filter((f) => f.endsWith(object.pieces[0]?.file ?? '?'))
    await writeFile(file, 'con')
    await expect(text(bucket.pieces.read(object.pieces, 0, 7))).rejects.toThrow('bytes short')
  })

  it('are read across their borders', async () => {
    const { bucket } = await filled()
    const parts = [
      await bucket.pieces.write(bytes('abc')),
      await bucket.pieces.write(bytes()),
      await bucket.pieces.write(bytes('defg')),
    ]
    for (let start = 0; start <= 7; start += 1) {
      for (let end = start; end <= 7; end += 1) {
        expect(await text(bucket.pieces.read(parts, start, end))).toBe('abcdefg'.slice(start, end))
      }
    }
  })
})
