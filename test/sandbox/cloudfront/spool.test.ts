import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCache } from '../../../src/sandbox/cloudfront/cache.ts'
import { spool } from '../../../src/sandbox/cloudfront/spool.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regctl-spool-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bytes = (content: string) => Readable.from([Buffer.from(content)])

describe('spool', () => {
  it('gives every reader the bytes it asked for, while they arrive', async () => {
    const source = new PassThrough()
    const body = spool(join(folder, 'a'), source)
    const readers = [body.read(), body.read(2), body.read(0, 3), body.read(3, 3), body.read(9)].map(text)
    source.write('01234')
    expect(await readers[2]).toBe('012')
    source.end('56789')
    expect(await Promise.all(readers)).toEqual(['0123456789', '23456789', '012', '', '9'])
    expect(await body.complete).toBe(10)
    expect(await text(body.read(4, 6))).toBe('45')
  })

  it('fails its readers where the source broke off', async () => {
    const source = new PassThrough()
    const body = spool(join(folder, 'a'), source)
    source.write('012')
    const reader = body.read()
    const seen: string[] = []
    reader.on('data', (chunk) => seen.push(String(chunk)))
    reader.once('data', () => source.destroy(new Error('gone')))
    await expect(new Promise((_, reject) => reader.on('error', reject))).rejects.toThrow('gone')
    expect(seen.join('')).toBe('012')
    await expect(body.complete).rejects.toThrow('gone')
  })

  it('fails its readers when the source breaks off at once', async () => {
    const source = new PassThrough()
    const body = spool(join(folder, 'a'), source)
    source.destroy(new Error('gone'))
    await expect(text(body.read())).rejects.toThrow('gone')
  })

  it('fails its readers, and gives the source up, when the file cannot be written', async () => {
    const source = bytes('x')
    const body = spool(join(folder, 'missing', 'a'), source)
    await expect(text(body.read())).rejects.toThrow('ENOENT')
    await expect(body.complete).rejects.toThrow('ENOENT')
    expect(source.destroyed).toBe(true)
  })

  it('keeps its file for those who hold it', async () => {
    const file = join(folder, 'a')
    const body = spool(file, bytes('content'))
    await body.complete
    const release = body.hold()
    body.remove()
    expect(await text(body.read())).toBe('content')
    release()
    await vi.waitFor(() => expect(existsSync(file)).toBe(false))
  })
})

describe('a cache', () => {
  it('forgets the least recently used above its capacity', async () => {
    const cache = createCache(folder, 10)
    const put = async (key: string) => {
      const head = { status: 200, headers: {}, url: key, key, length: 4, stored: 0, expires: 1 }
      await cache.put(key, head, bytes('1234')).body.complete
    }
    await put('a')
    await put('b')
    cache.get('a')
    await put('c')
    await vi.waitFor(() => expect(cache.get('b')).toBeUndefined())
    expect([cache.get('a'), cache.get('c')].map((entry) => entry?.url)).toEqual(['a', 'c'])
  })
})
