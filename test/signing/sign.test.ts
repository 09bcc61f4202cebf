import { generateKeyPairSync, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/errors.ts'
import { cannedPolicy, decodeUrlSafe, encodeUrlSafe } from '../../src/signing/policy.ts'
import {
  generateKeyPair,
  publicDerOf,
  publicPemOf,
  readPrivateKey,
  registryRemedy,
} from '../../src/signing/private-key.ts'
import { signUrl } from '../../src/signing/sign.ts'

const pair = generateKeyPair()
const key = readPrivateKey(pair.privatePem, 'key.pem')

describe('signUrl', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/).filter((text) => text !== '.' && text !== '..')

  it('signs the canned policy of exactly the URL it was given, in the order the registry uses', () => {
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 2_147_483_647 }),
        (parts, expires) => {
          const url = `https://d111.cloudfront.net/${parts.join('/')}`
          const signed = signUrl({ url, keyPairId: 'K1', key, expires })
          const match = /^(.*)\?Expires=(\d+)&Signature=([A-Za-z0-9\-_~]+)&Key-Pair-Id=K1$/.exec(signed)
          expect(match?.[1]).toBe(url)
          expect(match?.[2]).toBe(String(expires))
          const signature = decodeUrlSafe(match?.[3] ?? '')
          expect(signature).toBeDefined()
          expect(
            verify(
              'sha1',
              Buffer.from(cannedPolicy(url, expires)),
              pair.publicPem,
              signature ?? Buffer.alloc(0),
            ),
          ).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('keeps a scheme in capitals and signs it, as the registry does', () => {
    const url = 'HTTPS://d111.cloudfront.net/a/b'
    const [, path, signature] =
      /^(.*)\?Expires=9&Signature=(.*)&/.exec(signUrl({ url, keyPairId: 'K1', key, expires: 9 })) ?? []
    expect(path).toBe(url)
    const bytes = decodeUrlSafe(signature ?? '') ?? Buffer.alloc(0)
    expect(verify('sha1', Buffer.from(cannedPolicy(url, 9)), pair.publicPem, bytes)).toBe(true)
  })

  it.each([
    ['a parameter of a signature', 'https://d.net/a?Expires=1', /parameter Expires/],
    ['white space', 'https://d.net/a b', /cannot sign/],
    ['a fragment', 'https://d.net/a#b', /cannot sign/],
    ['what the signer would re-encode', 'https://d.net/a:b', /signed as/],
    ['another scheme', 'ftp://d.net/a', /cannot sign/],
    ['no path', 'https://d.net', /cannot sign/],
  ])('refuses %s', (_, url, message) => {
    expect(() => signUrl({ url, keyPairId: 'K1', key, expires: 1 })).toThrow(message)
  })

  it.each([1.5, -1, 2_147_483_648, Number.NaN])('refuses the expiry %s', (expires) => {
    expect(() => signUrl({ url: 'https://d.net/a', keyPairId: 'K1', key, expires })).toThrow(/expiry/)
  })
})

describe('encodeUrlSafe', () => {
  it('is undone by decodeUrlSafe', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(decodeUrlSafe(encodeUrlSafe(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it.each(['a+b=', 'a/b', '!', 'abcde'])('decodes nothing from %s', (text) => {
    expect(decodeUrlSafe(text)).toBeUndefined()
  })
})

describe('readPrivateKey', () => {
  const rsa = (bits: number, type: 'pkcs1' | 'pkcs8') =>
    generateKeyPairSync('rsa', {
      modulusLength: bits,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type, format: 'pem' },
    }).privateKey
  const ec = (namedCurve: string, type: 'sec1' | 'pkcs8') =>
    generateKeyPairSync('ec', {
      namedCurve,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type, format: 'pem' },
    }).privateKey

  it('reads PKCS#1, which the registry reads too', () => {
    expect(key).toMatchObject({
      label: 'RSA PRIVATE KEY',
      type: 'rsa',
      bits: 2048,
      registryRefusal: undefined,
    })
    expect(publicDerOf(publicPemOf(key))).toEqual(publicDerOf(pair.publicPem))
  })

  it.each([
    ['PKCS#8', rsa(2048, 'pkcs8'), /ParsePKCS8PrivateKey/],
    ['EC', ec('prime256v1', 'sec1'), /ParseECPrivateKey/],
  ])('reads %s and says that the registry does not', (_, pem, refusal) => {
    expect(readPrivateKey(pem, 'k').registryRefusal).toMatch(refusal)
  })

  const certificate = '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n'
  const pkcs1 = pair.privatePem

  it.each<[string, string, string | undefined]>([
    ['CRLF', pkcs1.replaceAll('\n', '\r\n'), undefined],
    ['a comment before it', `made by hand\n${pkcs1}`, undefined],
    ['PKCS#1 under another label', pkcs1.replaceAll('RSA PRIVATE KEY', 'PRIVATE KEY'), undefined],
    ['what is no block before it', `-----BEGIN X-----\n?\n-----END X-----\n${pkcs1}`, undefined],
    ['a certificate before it', certificate + pkcs1, 'asn1: structure error'],
    ['a byte order mark before it', `\uFEFF${pkcs1}`, 'failed to decode private key as an rsa private key'],
    [
      'PKCS#8 under the label of PKCS#1',
      rsa(2048, 'pkcs8').replaceAll('PRIVATE', 'RSA PRIVATE'),
      'ParsePKCS8PrivateKey',
    ],
    ['PKCS#8 of an EC key', ec('prime256v1', 'pkcs8'), 'ParsePKCS8PrivateKey'],
  ])('judges by the bytes as Go does: %s', (_, pem, refusal) => {
    const { registryRefusal } = readPrivateKey(pem, 'k')
    if (refusal === undefined) expect(registryRefusal).toBeUndefined()
    else expect(registryRefusal).toContain(refusal)
  })

  it('takes the sizes of the account’s own key pairs for those alone', () => {
    for (const bits of [1024, 4096]) {
      const pem = rsa(bits, 'pkcs1')
      expect(readPrivateKey(pem, 'k', 'APKAEXAMPLE').bits).toBe(bits)
      expect(() => readPrivateKey(pem, 'k', 'K2JCJMDEHXQW5F')).toThrow('CloudFront takes RSA 2048')
    }
    expect(readPrivateKey(pkcs1, 'k', 'APKAEXAMPLE').bits).toBe(2048)
    expect(() => readPrivateKey(ec('prime256v1', 'sec1'), 'k', 'APKAEXAMPLE')).toThrow(
      'RSA 1024, 2048 or 4096',
    )
  })

  it('names no command that overwrites a key, and quotes the file', () => {
    const file = "my key's.pem"
    const thrown = [rsa(1024, 'pkcs1'), '-----BEGIN ENCRYPTED PRIVATE KEY-----\n'].map((pem) => {
      try {
        readPrivateKey(pem, file)
      } catch (error) {
        return error instanceof Failure ? error.remedy : undefined
      }
      return undefined
    })
    const remedies = [...thrown, registryRemedy({ type: 'rsa' }, file), registryRemedy({ type: 'ec' }, file)]
    const quoted = "'my key'\\''s.pem"
    const convert = `openssl rsa -traditional -in ${quoted}' -out ${quoted}.new'`
    const make = `openssl genrsa -traditional -out ${quoted}.new' 2048`
    expect(remedies.map((remedy) => remedy?.commands)).toEqual([[make], [convert], [convert], [make]])
  })

  it.each([
    ['1024 bits', rsa(1024, 'pkcs1'), /RSA with 1024 bits/],
    ['another curve', ec('secp384r1', 'sec1'), /secp384r1/],
    ['no PEM', 'hello', /no PEM block/],
    ['a public key', pair.publicPem, /not a private key/],
    [
      'a broken block',
      '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n',
      /not a private key/,
    ],
    [
      'an encrypted key',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n',
      /encrypted/,
    ],
  ])('refuses %s without showing it', (_, pem, message) => {
    expect(() => readPrivateKey(pem, 'k.pem')).toThrow(message)
    try {
      readPrivateKey(pem, 'k.pem')
    } catch (error) {
      expect(String(error)).not.toContain(pem.split('\n')[1] ?? pem)
    }
  })
})
