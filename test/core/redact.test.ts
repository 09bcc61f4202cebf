import { describe, expect, it } from 'vitest'
import { redact } from '../../src/core/redact.ts'
import { generateKeyPair } from '../../src/signing/private-key.ts'

/** Made here, so that no text that looks like a credential stands in the project. */
const secret = Array.from({ length: 40 }, (_, i) => 'abcXYZ0189'[i % 10]).join('')
const accessKey = `AKIA${'Q'.repeat(16)}`

describe('redact', () => {
  it.each([
    [
      'a CloudFront signature',
      `https://d.net/a?Expires=1&Signature=${secret}~_&Key-Pair-Id=K1`,
      'Key-Pair-Id=K1',
    ],
    [
      'a presigned S3 URL',
      `https://b.s3.amazonaws.com/k?X-Amz-Credential=${secret}%2F&X-Amz-Signature=${secret}`,
      'X-Amz-Signature=',
    ],
    ['a session token', `?X-Amz-Security-Token=${secret}`, 'X-Amz-Security-Token='],
    ['a bearer token', `authorization: Bearer ${secret}`, 'Bearer'],
    ['a config value', `secretkey: ${secret}`, 'secretkey:'],
    ['a JSON value', `{"secretAccessKey":"${secret}"}`, 'secretAccessKey'],
    ['an environment variable', `REGISTRY_HTTP_SECRET=${secret}`, 'REGISTRY_HTTP_SECRET='],
    ['a password in a URL', `redis://user:${secret}@host:6379`, '@host:6379'],
    ['an access key id', `InvalidAccessKeyId: ${accessKey}`, 'InvalidAccessKeyId'],
    ['a private key', generateKeyPair().privatePem, '[private key]'],
    ['a private key that was cut', generateKeyPair().privatePem.slice(0, 300), '[private key]'],
  ])('takes out %s and keeps the rest', (_, text, kept) => {
    const out = redact(text)
    expect(out).not.toContain(secret)
    expect(out).not.toContain(accessKey)
    expect(out).not.toMatch(/MII[A-Za-z0-9+/]{20}/)
    expect(out).toContain(kept)
    expect(redact(out)).toBe(out)
  })

  it.each([
    'config.yml:3:5: error: `bucket` is missing',
    'https://d.net/docker/registry/v2/blobs',
    'token auth needs a realm',
  ])('leaves "%s" alone', (text) => {
    expect(redact(text)).toBe(text)
  })
})
