import { verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { memoryStore, openMemoryDriver } from '../../src/drivers/memory.ts'
import { cloudfront } from '../../src/middleware/cloudfront.ts'
import { redirect } from '../../src/middleware/redirect.ts'
import { cannedPolicy, decodeUrlSafe } from '../../src/signing/policy.ts'
import { generateKeyPair, readPrivateKey } from '../../src/signing/private-key.ts'
import { hasObjectKeys } from '../../src/storage/driver.ts'
import { objectKey } from '../../src/storage/path.ts'

const pair = generateKeyPair()
const key = readPrivateKey(pair.privatePem, 'key.pem')
const options = { keyPairId: 'K1', key, duration: 1200, now: () => 1_700_000_000_999 }

const keyed = (root: string) => ({
  ...openMemoryDriver(memoryStore()),
  s3BucketKey: (path: string) => objectKey(root, path),
})

describe('cloudfront', () => {
  it.each([
    ['', 'https://d.net/', 'https://d.net/docker/data'],
    ['/prod', 'https://d.net/', 'https://d.net/prod/docker/data'],
    ['prod/', 'https://d.net/base/', 'https://d.net/base/prod/docker/data'],
  ])('with the root %j and the base URL %s signs %s', async (root, baseUrl, url) => {
    const driver = cloudfront(keyed(root), { ...options, baseUrl })
    for (const method of ['GET', 'HEAD']) {
      const signed = (await driver.redirectURL({ method }, '/docker/data')) ?? ''
      const [, plain, expires, signature] =
        /^(.*)\?Expires=(\d+)&Signature=([^&]*)&Key-Pair-Id=K1$/.exec(signed) ?? []
      expect([plain, expires]).toEqual([url, '1700001200'])
      const policy = Buffer.from(cannedPolicy(url, 1_700_001_200))
      expect(verify('sha1', policy, pair.publicPem, decodeUrlSafe(signature ?? '') ?? Buffer.alloc(0))).toBe(
        true,
      )
    }
  })

  it('has no object keys itself, so that a second one finds none', () => {
    const driver = cloudfront(keyed(''), { ...options, baseUrl: 'https://d.net/' })
    expect(hasObjectKeys(keyed(''))).toBe(true)
    expect(hasObjectKeys(driver)).toBe(false)
    expect(driver.capabilities.redirect).toBe(true)
  })

  it('is refused by the compiler over a driver without object keys', () => {
    // @ts-expect-error: memory has no object keys.
    const wrap = () => cloudfront(openMemoryDriver(memoryStore()), { ...options, baseUrl: 'https://d.net/' })
    expect(wrap).toBeTypeOf('function')
  })

  it('leaves content to the driver below', async () => {
    const driver = cloudfront(keyed(''), { ...options, baseUrl: 'https://d.net/' })
    await driver.putContent('/a', Buffer.from('x'))
    expect(await driver.getContent('/a')).toEqual(Buffer.from('x'))
  })
})

describe('redirect', () => {
  it.each([
    ['https://cdn.example', 3, 'https://cdn.example/docker/data'],
    ['https://cdn.example/', 3, 'https://cdn.example/docker/data'],
    ['https://cdn.example/prod/', 3, 'https://cdn.example/prod/docker/data'],
    ['https://cdn.example/prod', 2, 'https://cdn.example/docker/data'],
    ['https://user@cdn.example:8443/p?q=1#f', 3, 'https://cdn.example:8443/p/docker/data'],
  ] as const)('to %s by %s.x gives %s', async (baseUrl, major, url) => {
    const driver = redirect(openMemoryDriver(memoryStore()), { baseUrl, major })
    expect(await driver.redirectURL({ method: 'GET' }, '/docker/data')).toBe(url)
  })

  it.each([
    ['', /no baseurl provided/],
    ['cdn.example', /no scheme specified for redirect baseurl/],
    ['https:///p', /no host specified for redirect baseurl/],
  ])('refuses %j in the registry’s words', (baseUrl, message) => {
    expect(() => redirect(openMemoryDriver(memoryStore()), { baseUrl, major: 3 })).toThrow(message)
  })

  it('hides the object keys from a middleware above', () => {
    expect(hasObjectKeys(redirect(keyed(''), { baseUrl: 'https://d.net', major: 3 }))).toBe(false)
  })
})
