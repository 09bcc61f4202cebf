import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/errors.ts'
import { edgeSettings } from '../../src/registry-config/edge-settings.ts'
import { loadConfig } from '../../src/registry-config/load.ts'
import type { Release } from '../../src/registry-config/releases.ts'

/** What a pull is redirected to, for each combination of middlewares, and the values that make no URL work. */
const cloudfront = (more = '', baseurl = 'https://d111.cloudfront.net/') =>
  `{name: cloudfront, options: {baseurl: '${baseurl}', privatekey: /k.pem, keypairid: K1${more && `, ${more}`}}}`
const redirect = '{name: redirect, options: {baseurl: https://cdn.example.com}}'
const rewrite = '{name: rewrite, options: {host: cdn.example.com}}'
const idle = '{name: rewrite, options: {}}'

function read(entries: readonly string[], { release = '3.1.1' as Release, s3 = '' } = {}) {
  const config = `version: 0.1
storage: {s3: {region: us-east-1, bucket: images${s3 && `, ${s3}`}}}
middleware: {storage: [${entries.join(', ')}]}
http: {addr: ':5000'}
`
  const loaded = loadConfig(config, "it's.yml", { release, environment: {} })
  if (!('effective' in loaded)) throw new Error(JSON.stringify(loaded.findings))
  return edgeSettings(loaded.effective, "it's.yml")
}

function refusal(...args: Parameters<typeof read>): Failure {
  try {
    read(...args)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('the middlewares', () => {
  it.each([
    ['cloudfront', [cloudfront()]],
    ['cloudfront twice: the first signs', [cloudfront(), cloudfront('', 'https://other.example/')]],
    ['a rewrite that changes nothing', [cloudfront(), idle]],
  ])('sign: %s', (_, entries) => {
    expect(read(entries).baseUrl).toBe('https://d111.cloudfront.net/')
  })

  const hidden = '(cloudfront is asked and signs only where it stands first and nothing after it hides it)'
  it.each([
    ['none', [], 'signs no URL for CloudFront: clients get presigned URLs of S3'],
    [
      'redirect',
      [redirect],
      'answers with the redirect middleware’s unsigned URLs, which a restricted distribution refuses',
    ],
    [
      'redirect after cloudfront',
      [cloudfront(), redirect],
      `answers with the redirect middleware’s unsigned URLs, which a restricted distribution refuses ${hidden}`,
    ],
    [
      'redirect before cloudfront',
      [redirect, cloudfront()],
      `answers with the redirect middleware’s unsigned URLs, which a restricted distribution refuses ${hidden}`,
    ],
    [
      'rewrite',
      [rewrite],
      'signs no URL for CloudFront: clients get presigned URLs of S3, altered by rewrite',
    ],
    [
      'rewrite after cloudfront',
      [cloudfront(), rewrite],
      'lets rewrite alter the URLs after cloudfront has signed them, so that no signature fits',
    ],
    [
      'rewrite before cloudfront',
      [rewrite, cloudfront()],
      `signs no URL for CloudFront: clients get presigned URLs of S3, altered by rewrite ${hidden}`,
    ],
  ])('do not sign: %s', (_, entries, message) => {
    expect(refusal(entries).message).toBe(`it's.yml ${message}`)
  })

  it('stop a release that does not know them', () => {
    expect(refusal([cloudfront(), rewrite], { release: '2.8.3' }).message).toContain(
      'the storage middleware rewrite, without which 2.8.3 does not start',
    )
  })
})

describe('the duration', () => {
  it('is in whole seconds, cut as the registry cuts the time', () => {
    expect(read([cloudfront("duration: '90500ms'")]).duration).toBe(90)
  })

  it.each(["'0s'", "'-5m'", "'400ms'"])('%s makes URLs that are born expired', (duration) => {
    expect(refusal([cloudfront(`duration: ${duration}`)]).message).toMatch(/has expired before it is used/)
  })
})

describe('the base URL', () => {
  it.each(['https://d111.cloudfront.net', 'https://d111.cloudfront.net/p/'])(
    'before 2.4 must be exactly scheme://host/: %s',
    (baseurl) => {
      const failure = refusal([cloudfront('', baseurl)], { release: '2.3.1' })
      expect(failure.message).toContain('base URL')
      expect(failure.remedy?.commands).toEqual([`regctl lint 'it'\\''s.yml' --registry 2.3.1`])
      expect(read([cloudfront('', baseurl)]).baseUrl).toMatch(/\/$/)
    },
  )

  it('is taken by 2.3 in that form', () => {
    expect(read([cloudfront()], { release: '2.3.1' }).basePath).toBe('/')
  })
})

describe('encryption', () => {
  it('is told, with the key', () => {
    expect(read([cloudfront()], { s3: 'encrypt: true, keyid: abc' })).toMatchObject({
      encrypt: true,
      keyId: 'abc',
    })
  })
})
