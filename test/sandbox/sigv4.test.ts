import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SignedRequest, verifySigV4 } from '../../src/sandbox/sigv4.ts'
import { amzDate, presign, sha256, signHeaders } from './s3/sign.ts'

const now = Date.UTC(2026, 10, 21, 6, 30)
const credentials = {
  accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(20).toString('hex'),
}
const signing = { ...credentials, region: 'eu-west-1', service: 's3', date: amzDate(now) }
const settings = { credentials, service: 's3', region: 'eu-west-1', now }

/** A GET of /b/k with its headers signed; changes are made before signing. */
function signed(changes: Partial<typeof signing> = {}, headers: Record<string, string> = {}): SignedRequest {
  const s = { ...signing, ...changes }
  const all = { host: 'localhost:1', 'x-amz-content-sha256': sha256(''), 'x-amz-date': s.date, ...headers }
  return {
    method: 'GET',
    rawUrl: '/b/k',
    headers: signHeaders(s, 'GET', '/b/k', '', all, sha256('')).headers,
  }
}

const edit = (request: SignedRequest, headers: Record<string, string | undefined>): SignedRequest => ({
  ...request,
  headers: Object.fromEntries(
    Object.entries({ ...request.headers, ...headers }).filter(([, v]) => v !== undefined),
  ),
})

// The worked examples of the S3 API reference, with the credentials printed there.
const example = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  service: 's3',
  region: 'us-east-1',
  now: Date.UTC(2013, 4, 24),
}
const exampleAuthorization = (headers: string, signature: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${headers},Signature=${signature}`

describe('the examples of the API reference', () => {
  it('accepts the signed GET', () => {
    const request = {
      method: 'GET',
      rawUrl: '/test.txt',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        range: 'bytes=0-9',
        'x-amz-content-sha256': sha256(''),
        'x-amz-date': '20130524T000000Z',
        authorization: exampleAuthorization(
          'host;range;x-amz-content-sha256;x-amz-date',
          'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
        ),
      },
    }
    expect(verifySigV4(request, example)).toEqual({ kind: 'account' })
    expect(verifySigV4(edit(request, { range: 'bytes=0-8' }), example)).toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
  })

  it('accepts the signed PUT of a key with a dollar sign', () => {
    const request = {
      method: 'PUT',
      rawUrl: '/test$file.text',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': sha256('Welcome to Amazon S3.'),
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        authorization: exampleAuthorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
    }
    expect(verifySigV4(request, example)).toEqual({ kind: 'account' })
  })

  it('accepts the signed listing with a query', () => {
    const request = {
      method: 'GET',
      rawUrl: '/?max-keys=2&prefix=J',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        'x-amz-content-sha256': sha256(''),
        'x-amz-date': '20130524T000000Z',
        authorization: exampleAuthorization(
          'host;x-amz-content-sha256;x-amz-date',
          '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
        ),
      },
    }
    expect(verifySigV4(request, example)).toEqual({ kind: 'account' })
  })

  it('accepts the presigned GET', () => {
    const rawUrl =
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
    const request = { method: 'GET', rawUrl, headers: { host: 'examplebucket.s3.amazonaws.com' } }
    expect(verifySigV4(request, example)).toEqual({ kind: 'account' })
    expect(verifySigV4(request, { ...example, now: example.now + 86_401_000 })).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
    })
  })

  it('follows the chain of signed chunks', () => {
    const request = {
      method: 'PUT',
      rawUrl: '/examplebucket/chunkObject.txt',
      headers: {
        host: 's3.amazonaws.com',
        'x-amz-date': '20130524T000000Z',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '66560',
        'content-length': '66824',
        authorization: exampleAuthorization(
          'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
          '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
        ),
      },
    }
    const answer = verifySigV4(request, example)
    const chunks = answer.kind === 'account' ? answer.chunkSignatures : undefined
    expect(
      chunks?.chunk(
        sha256(Buffer.alloc(65536, 'a')),
        'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      ),
    ).toBe(true)
    expect(
      chunks?.chunk(
        sha256(Buffer.alloc(1024, 'a')),
        '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      ),
    ).toBe(true)
    expect(
      chunks?.chunk(sha256(''), 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    ).toBe(true)
  })
})

describe('header signatures', () => {
  it('knows the account and the anonymous caller', () => {
    expect(verifySigV4(signed(), settings)).toEqual({ kind: 'account' })
    expect(verifySigV4({ method: 'GET', rawUrl: '/b/k', headers: { host: 'h' } }, settings)).toEqual({
      kind: 'anonymous',
    })
  })

  const swap = (from: RegExp, to: string) => {
    const request = signed()
    return edit(request, { authorization: request.headers.authorization?.replace(from, to) })
  }
  const cases: [string, SignedRequest, number, string, RegExp][] = [
    [
      'a wrong secret',
      signed({ secretAccessKey: 'wrong' }),
      403,
      'SignatureDoesNotMatch',
      /we calculated does not match/,
    ],
    ['an unknown key', signed({ accessKeyId: 'AKIAUNKNOWN' }), 403, 'InvalidAccessKeyId', /does not exist/],
    [
      'another region',
      signed({ region: 'us-east-1' }),
      400,
      'AuthorizationHeaderMalformed',
      /region 'us-east-1' is wrong; expecting 'eu-west-1'/,
    ],
    [
      'another service',
      signed({ service: 'sts' }),
      400,
      'AuthorizationHeaderMalformed',
      /incorrect service "sts"/,
    ],
    [
      'a scope of another day',
      swap(/\d{8}\/eu/, '20200101/eu'),
      400,
      'AuthorizationHeaderMalformed',
      /Invalid credential date/,
    ],
    ['a scope cut short', swap(/\/aws4_request/, ''), 400, 'AuthorizationHeaderMalformed', /mal-formed/],
    ['no signature', swap(/,Signature=.*/, ''), 400, 'AuthorizationHeaderMalformed', /three components/],
    [
      'version 2',
      edit(signed(), { authorization: 'AWS AKIA:abc=' }),
      400,
      'InvalidRequest',
      /Please use AWS4-HMAC-SHA256/,
    ],
    [
      'a bearer token',
      edit(signed(), { authorization: 'Bearer abc' }),
      400,
      'InvalidArgument',
      /Unsupported Authorization Type/,
    ],
    ['no date', edit(signed(), { 'x-amz-date': undefined }), 403, 'AccessDenied', /valid Date or x-amz-date/],
    [
      'a clock that is behind',
      signed({ date: amzDate(now - 901_000) }),
      403,
      'RequestTimeTooSkewed',
      /too large/,
    ],
    [
      'a clock that is ahead',
      signed({ date: amzDate(now + 901_000) }),
      403,
      'RequestTimeTooSkewed',
      /too large/,
    ],
    [
      'no payload hash',
      edit(signed(), { 'x-amz-content-sha256': undefined }),
      400,
      'InvalidRequest',
      /Missing required header.*x-amz-content-sha256/,
    ],
    [
      'a payload hash that is none',
      edit(signed(), { 'x-amz-content-sha256': 'abc' }),
      400,
      'InvalidArgument',
      /valid sha256 value/,
    ],
    [
      'another payload hash',
      edit(signed(), { 'x-amz-content-sha256': sha256('x') }),
      403,
      'SignatureDoesNotMatch',
      /./,
    ],
    [
      'an x-amz header that is not signed',
      edit(signed(), { 'x-amz-acl': 'private' }),
      403,
      'AccessDenied',
      /headers present in the request which were not signed/,
    ],
    [
      'a session token',
      edit(signed({}, { 'x-amz-security-token': 'abc' }), {}),
      400,
      'InvalidToken',
      /malformed/,
    ],
    ['another path', { ...signed(), rawUrl: '/b/k2' }, 403, 'SignatureDoesNotMatch', /./],
    ['another query', { ...signed(), rawUrl: '/b/k?acl' }, 403, 'SignatureDoesNotMatch', /./],
    ['another method', { ...signed(), method: 'DELETE' }, 403, 'SignatureDoesNotMatch', /./],
    [
      'a header and a query',
      { ...signed(), rawUrl: '/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256' },
      400,
      'InvalidArgument',
      /Only one auth mechanism/,
    ],
  ]
  it.each(cases)('refuses %s', (_, request, status, code, message) => {
    expect(verifySigV4(request, settings)).toMatchObject({
      kind: 'refused',
      status,
      code,
      message: expect.stringMatching(message),
    })
  })

  it('names the region it expects', () => {
    expect(verifySigV4(signed({ region: 'us-east-1' }), settings)).toMatchObject({
      details: { Region: 'eu-west-1' },
    })
  })

  it('never tells the secret', () => {
    expect(JSON.stringify(verifySigV4(signed({ secretAccessKey: 'wrong' }), settings))).not.toContain(
      credentials.secretAccessKey,
    )
  })

  it('takes the key of one secret, date, region or service for no other', () => {
    const secretAccessKey = randomBytes(20).toString('hex')
    const day = 86_400_000
    const right = [
      settings,
      { ...settings, credentials: { ...credentials, secretAccessKey } },
      { ...settings, region: 'us-east-1' },
      { ...settings, now: now + day },
      { ...settings, service: 'cloudfront' },
    ]
    const signedFor = (of: typeof settings) => ({
      ...signed({
        secretAccessKey: of.credentials.secretAccessKey,
        region: of.region,
        date: amzDate(of.now),
        service: of.service,
      }),
      bodySha256: sha256(''),
    })
    for (const expected of right) {
      const kinds = right.map((of) => verifySigV4(signedFor(expected), of).kind)
      expect(kinds).toEqual(right.map((of) => (of === expected ? 'account' : 'refused')))
    }
  })

  it('accepts what was signed, whatever the key and the query', () => {
    const encode = (text: string) =>
      Buffer.from(text).reduce((out, byte) => {
        const c = String.fromCharCode(byte)
        return out + (/[A-Za-z0-9\-._~]/.test(c) ? c : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      }, '')
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'binary' }),
        (key, value) => {
          const path = `/b/${key.split('/').map(encode).join('/')}`
          const query = `prefix=${encode(value)}`
          const headers = { host: 'h', 'x-amz-content-sha256': sha256(''), 'x-amz-date': signing.date }
          const sent = signHeaders(signing, 'GET', path, query, headers, sha256('')).headers
          // Clients encode less on the wire than they sign.
          const loose = path.replaceAll('%24', '$').replaceAll('%3A', ':').replaceAll('%2B', '+')
          expect(
            verifySigV4({ method: 'GET', rawUrl: `${loose}?${query}`, headers: sent }, settings),
          ).toEqual({ kind: 'account' })
        },
      ),
    )
  })
})

describe('presigned queries', () => {
  const url = (changes: Partial<typeof signing> = {}, expires = 900) =>
    presign({ ...signing, ...changes }, 'GET', '/b/k', 'h', expires)
  const verify = (rawUrl: string, headers = {}) =>
    verifySigV4({ method: 'GET', rawUrl, headers: { host: 'h', ...headers } }, settings)

  it('accepts a good one, to its last second', () => {
    expect(verify(url())).toEqual({ kind: 'account' })
    expect(verify(url({ date: amzDate(now - 900_000) }))).toEqual({ kind: 'account' })
  })

  const cases: [string, string, number, string, RegExp][] = [
    ['expired', url({ date: amzDate(now - 901_000) }), 403, 'AccessDenied', /^Request has expired$/],
    ['from the future', url({ date: amzDate(now + 901_000) }), 403, 'AccessDenied', /not yet valid/],
    ['of more than a week', url({}, 604_801), 400, 'AuthorizationQueryParametersError', /604800/],
    ['of less than nothing', url({}, -1), 400, 'AuthorizationQueryParametersError', /non-negative/],
    [
      'of no number',
      url().replace('Expires=900', 'Expires=abc'),
      400,
      'AuthorizationQueryParametersError',
      /number/,
    ],
    [
      'without expiry',
      url().replace(/&X-Amz-Expires=\d+/, ''),
      400,
      'AuthorizationQueryParametersError',
      /requires the X-Amz-Algorithm/,
    ],
    [
      'of another region',
      url({ region: 'us-east-1' }),
      400,
      'AuthorizationQueryParametersError',
      /expecting 'eu-west-1'/,
    ],
    [
      'with another algorithm',
      url().replace('AWS4-HMAC-SHA256', 'AWS4-X'),
      400,
      'AuthorizationQueryParametersError',
      /only supports/,
    ],
    [
      'with a bad date',
      url().replace(/X-Amz-Date=\w+/, 'X-Amz-Date=now'),
      400,
      'AuthorizationQueryParametersError',
      /ISO8601/,
    ],
    [
      'with another expiry than was signed',
      url().replace('Expires=900', 'Expires=901'),
      403,
      'SignatureDoesNotMatch',
      /./,
    ],
    ['with a parameter more', `${url()}&versionId=1`, 403, 'SignatureDoesNotMatch', /./],
    [
      'of version 2',
      '/b/k?AWSAccessKeyId=a&Signature=b&Expires=1',
      400,
      'InvalidRequest',
      /AWS4-HMAC-SHA256/,
    ],
    [
      'for CloudFront',
      '/b/k?Expires=1&Signature=b&Key-Pair-Id=K',
      403,
      'AccessDenied',
      /requires the Signature, Expires and AWSAccessKeyId/,
    ],
  ]
  it.each(cases)('refuses one %s', (_, rawUrl, status, code, message) => {
    expect(verify(rawUrl)).toMatchObject({
      kind: 'refused',
      status,
      code,
      message: expect.stringMatching(message),
    })
  })

  it('refuses another method, and a header that is not signed', () => {
    expect(verifySigV4({ method: 'HEAD', rawUrl: url(), headers: { host: 'h' } }, settings)).toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
    expect(verify(url(), { 'x-amz-acl': 'private' })).toMatchObject({
      code: 'AccessDenied',
      details: { HeadersNotSigned: 'x-amz-acl' },
    })
  })
})

describe('other services', () => {
  const s = { ...signing, service: 'cloudfront', region: 'us-east-1' }
  const own = { ...settings, service: 'cloudfront', region: 'us-east-1' }
  const headers = { host: 'cloudfront.amazonaws.com', 'x-amz-date': s.date }

  it('encode the path twice, and sign the body whether or not its hash is a header', () => {
    const body = '<x/>'
    const sent = signHeaders(s, 'POST', '/a/b%2520c', '', headers, sha256(body)).headers
    const request = { method: 'POST', rawUrl: '/a/b%20c', headers: sent }
    expect(verifySigV4({ ...request, bodySha256: sha256(body) }, own)).toEqual({ kind: 'account' })
    expect(verifySigV4({ ...request, bodySha256: sha256('<y/>') }, own)).toMatchObject({
      code: 'SignatureDoesNotMatch',
    })
    expect(verifySigV4(request, own)).toMatchObject({ code: 'SignatureDoesNotMatch' })
  })
})
