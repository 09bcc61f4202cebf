import { describe, expect, it } from 'vitest'
import { redact, redactAll } from '../../src/core/redact.ts'
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
    ['a header list', 'Authorization: [Bearer s3cr3t]', 's3cr3t'],
    ['a header list over lines', 'Authorization:\n  - Bearer s3cr3t', 's3cr3t'],
    ['a quoted value with spaces', 'password: "my secret pass"', 'pass"'],
    ['a plain value with spaces', '  password: my secret pass', 'pass\n'],
    ['the secret of http', '  secret: hunter2', 'hunter2'],
    ['the keys of other drivers', 'accesskeysecret: abcdef\naccountkey: "abcdef"', 'abcdef'],
    ['a flow mapping', 's3: {accesskey: abcdef, secretkey: abc def, region: us-east-1}', 'def'],
    ['a password with an @', 'redis://user:p@ss@host/0', 'ss@host'],
    ['a key in one line', `privatekey: "${generateKeyPair().privatePem.replaceAll('\n', '\\n')}"`, 'MII'],
  ])('leaves nothing of %s', (_, text, part) => {
    expect(`${redact(text)}\n`).not.toContain(part)
    expect(redact(redact(text))).toBe(redact(text))
  })

  it.each([
    'Name the file that starts with -----BEGIN RSA PRIVATE KEY-----. Then go on.',
    'auth.token: unknown key',
    'storage.s3.secretkey: the registry will not start',
    '{"token": {"a":1}}',
    'token:\n  |   ^',
    'basic authentication is fine',
  ])('does no damage to "%s"', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('keeps the number of lines', () => {
    const text = `a\n${generateKeyPair().privatePem}b\n`
    expect(redact(text).split('\n').length).toBe(text.split('\n').length)
  })

  it('takes time in proportion to the text', () => {
    const hostile = [
      `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(200_000)}`,
      `//${':'.repeat(100_000)}`,
      `secret: ${'"'.repeat(100_001)}`,
      '{'.repeat(100_000),
    ]
    const start = performance.now()
    for (const text of hostile) redact(text)
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it.each([
    'config.yml:3:5: error: `bucket` is missing',
    'https://d.net/docker/registry/v2/blobs',
    'token auth needs a realm',
  ])('leaves "%s" alone', (text) => {
    expect(redact(text)).toBe(text)
  })
})

describe('redactAll', () => {
  it('reaches every text and leaves the rest as it is', () => {
    const date = new Date(0)
    const data = { list: [{ text: `password: ${secret}` }], n: 1, none: null, date }
    expect(redactAll(data)).toEqual({ list: [{ text: 'password: [redacted]' }], n: 1, none: null, date })
  })
})
