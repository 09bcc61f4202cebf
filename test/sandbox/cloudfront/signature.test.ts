import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Behavior, type LiveEdge, liveEdge, open, soon } from './live-edge.ts'
import { customParameters, putObject, signCanned } from './support.ts'

let edge: LiveEdge
beforeAll(async () => {
  edge = await liveEdge()
})
afterAll(() => edge.sandbox.close())

describe('a signed request', () => {
  it('is let in with a canned policy, its parameters in any order', async () => {
    const url = edge.canned('/blob')
    const [base = '', query = ''] = url.split('?')
    for (const order of [query, query.split('&').reverse().join('&')]) {
      const answer = await edge.get(`${base}?${order}`)
      expect([answer.status, answer.text]).toEqual([200, 'content'])
    }
    expect(edge.lastDecision()).toMatchObject({
      decision: 'accepted',
      keyPairId: edge.setup.keyPairId,
      path: '/blob',
      originKey: 'blob',
      status: 200,
      scheme: 'https',
    })
    expect(JSON.stringify(edge.sandbox.edgeLog)).not.toContain('Signature')
  })

  it.each(['SHA1', 'SHA256'] as const)('is let in as the AWS SDK signs it, with %s', async (algorithm) => {
    const privateKey = edge.setup.key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const url = getSignedUrl({
      url: `${edge.setup.edge}/blob`,
      keyPairId: edge.setup.keyPairId,
      privateKey,
      dateLessThan: new Date(soon() * 1000),
      algorithm,
    })
    expect((await edge.get(url)).status).toBe(200)
    const custom = getSignedUrl({
      url: `${edge.setup.edge}/blob`,
      keyPairId: edge.setup.keyPairId,
      privateKey,
      dateLessThan: new Date(soon() * 1000),
      dateGreaterThan: new Date(Date.now() - 60_000),
      ipAddress: '127.0.0.0/8',
      algorithm,
    })
    expect(custom).toContain('Policy=')
    expect((await edge.get(custom)).status).toBe(200)
  })

  it.each(['SHA1', 'SHA256'] as const)('is let in with an ECDSA key and %s', async (hash) => {
    const url = signCanned(`${edge.setup.edge}/blob`, edge.ec.id, edge.ec.privateKey, soon(), hash)
    expect((await edge.get(url)).status).toBe(200)
    const policy = { Statement: [{ Condition: { DateLessThan: { 'AWS:EpochTime': soon() } } }] }
    const custom = customParameters(policy, edge.ec.id, edge.ec.privateKey, hash)
    expect((await edge.get(`${edge.setup.edge}/blob?${custom}`)).status).toBe(200)
  })

  it.each([
    ['its own parameter first', '/blob?a=1&b=%2f+x', 200],
    ['an own parameter with an empty value', '/blob?a', 200],
    ['an empty query', '/blob?', 200],
    ['an encoded path', '/a%20b%2Bc/%c3%BC', 200],
  ])('is let in with %s, byte for byte', async (_title, path, status) => {
    const separator = path.endsWith('?') ? '' : path.includes('?') ? '&' : '?'
    const signed = signCanned(
      `${edge.setup.edge}${path}`,
      edge.setup.keyPairId,
      edge.setup.key.privateKey,
      soon(),
    )
    const query = signed.slice(signed.indexOf('Expires='))
    const answer = await edge.get(`${edge.setup.edge}${path}${separator || '&'}${query}`)
    expect(answer.status).toBe(status)
  })

  it('is let in by cookies, unless the URL has a signing parameter', async () => {
    const policy = JSON.stringify({
      Statement: [
        { Resource: `${edge.setup.edge}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': soon() } } },
      ],
    })
    const privateKey = edge.setup.key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const both = [
      getSignedCookies({ keyPairId: edge.setup.keyPairId, privateKey, policy }),
      getSignedCookies({
        keyPairId: edge.setup.keyPairId,
        privateKey,
        url: `${edge.setup.edge}/blob`,
        dateLessThan: new Date(soon() * 1000),
        algorithm: 'SHA256',
      }),
    ]
    for (const cookies of both) {
      const cookie = Object.entries(cookies)
        .map((pair) => pair.join('='))
        .join('; ')
      expect((await edge.get(`${edge.setup.edge}/blob`, { headers: { cookie } })).status).toBe(200)
      const answer = await edge.get(`${edge.setup.edge}/blob?Expires=1`, { headers: { cookie } })
      expect(answer.text).toContain('MissingKey')
    }
  })

  it('is let in by a key pair of the account when the behaviour trusts self', async () => {
    const url = () => signCanned(`${edge.setup.edge}/blob`, 'APKAEXAMPLE', edge.account.privateKey, soon())
    expect((await edge.get(url())).text).toContain('InvalidKey')
    const both: Partial<Behavior> = { TrustedSigners: { Enabled: true, Quantity: 1, Items: ['self'] } }
    await edge.under(both, async () => {
      expect((await edge.get(url())).status).toBe(200)
      expect((await edge.get(edge.canned('/blob'))).status).toBe(200)
    })
    const off: Partial<Behavior> = { TrustedSigners: { Enabled: false, Quantity: 1, Items: ['self'] } }
    await edge.under(off, async () => {
      expect((await edge.get(url())).text).toContain('InvalidKey')
    })
  })

  it('is asked of restricted behaviours only', async () => {
    await edge.update((c) => ({
      ...c,
      CacheBehaviors: {
        Quantity: 1,
        Items: [{ ...(c.DefaultCacheBehavior as Behavior), ...open, PathPattern: 'public/*' }],
      },
    }))
    await putObject(edge.setup, 'public/x', 'for all')
    expect((await edge.get(`${edge.setup.edge}/public/x`)).text).toBe('for all')
    expect(edge.lastDecision()).toMatchObject({ decision: 'open', status: 200 })
    expect((await edge.get(`${edge.setup.edge}/blob`)).status).toBe(403)
    await edge.update(() => edge.initial)
  })
})

describe('a refused signature', () => {
  const sign = (policy: object | string, url = '/blob') =>
    `${edge.setup.edge}${url}?${customParameters(policy, edge.setup.keyPairId, edge.setup.key.privateKey)}`
  const statement = (more: object, condition: object = {}) => ({
    Statement: [{ ...more, Condition: { DateLessThan: { 'AWS:EpochTime': soon() }, ...condition } }],
  })
  const edit = (from: RegExp, to: string) => edge.canned('/blob').replace(from, to)

  const cases: readonly (readonly [string, () => string, string, string])[] = [
    ['no signing parameters', () => `${edge.setup.edge}/blob`, 'MissingKey', 'MissingKey'],
    ['no key pair id', () => edit(/&Key-Pair-Id=.*/, ''), 'MissingKey', 'MissingKey'],
    ['an empty key pair id', () => edit(/&Key-Pair-Id=.*/, '&Key-Pair-Id='), 'MissingKey', 'MissingKey'],
    ['an unknown key', () => edit(/Key-Pair-Id=.*/, 'Key-Pair-Id=K000000000000'), 'InvalidKey', 'InvalidKey'],
    [
      'a key of a group that is not trusted here',
      () => signCanned(`${edge.setup.edge}/blob`, edge.untrusted.id, edge.untrusted.privateKey, soon()),
      'InvalidKey',
      'InvalidKey',
    ],
    [
      'a signature that is not base64',
      () => edit(/Signature=[^&]*/, 'Signature=a*b'),
      'MalformedSignature',
      'MalformedSignature',
    ],
    [
      'a signature in standard base64',
      () => edit(/Signature=[^&]*/, 'Signature=ab/c'),
      'MalformedSignature',
      'MalformedSignature',
    ],
    ['neither Expires nor Policy', () => edit(/Expires=\d+&/, ''), 'MalformedPolicy', 'MalformedPolicy'],
    [
      'Expires in milliseconds',
      () => edge.canned('/blob', Date.now() + 60_000),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    [
      'Expires above 31 bits',
      () => edge.canned('/blob', 2_147_483_648),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    [
      'Expires that is no number',
      () => edit(/Expires=\d+/, 'Expires=soon'),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    [
      'a policy that is not base64',
      () => edit(/Expires=\d+/, 'Policy=*'),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    ['a policy that is not JSON', () => sign('{"Statement":'), 'MalformedPolicy', 'MalformedPolicy'],
    [
      'a policy without DateLessThan',
      () => sign({ Statement: [{ Condition: {} }] }),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    [
      'a policy with two statements',
      () => sign({ Statement: [...statement({}).Statement, ...statement({}).Statement] }),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    [
      'a policy whose time is too large',
      () => sign(statement({}, { DateLessThan: { 'AWS:EpochTime': 2_147_483_648 } })),
      'MalformedPolicy',
      'MalformedPolicy',
    ],
    ['no signature', () => edit(/&Signature=[^&]*/, ''), 'AccessDenied', 'signature'],
    [
      'the signature of another URL',
      () => edge.canned('/other').replace('/other', '/blob'),
      'AccessDenied',
      'signature',
    ],
    ['another Expires', () => edit(/Expires=\d+/, `Expires=${soon() + 1}`), 'AccessDenied', 'signature'],
    [
      'an own parameter that was not signed',
      () => `${edge.canned('/blob')}&a=1`,
      'AccessDenied',
      'signature',
    ],
    [
      'a signature for http',
      () =>
        signCanned(
          `${edge.setup.edge}/blob`.replace('https', 'http'),
          edge.setup.keyPairId,
          edge.setup.key.privateKey,
          soon(),
        ).replace('http:', 'https:'),
      'AccessDenied',
      'signature',
    ],
    [
      'a signature for another host',
      () =>
        signCanned(
          'https://d111.cloudfront.net/blob',
          edge.setup.keyPairId,
          edge.setup.key.privateKey,
          soon(),
        ).replace('https://d111.cloudfront.net', edge.setup.edge),
      'AccessDenied',
      'signature',
    ],
    [
      'SHA-256 that is not announced',
      () =>
        signCanned(
          `${edge.setup.edge}/blob`,
          edge.setup.keyPairId,
          edge.setup.key.privateKey,
          soon(),
          'SHA256',
        ).replace('&Hash-Algorithm=SHA256', ''),
      'AccessDenied',
      'signature',
    ],
    ['an unknown hash', () => `${edge.canned('/blob')}&Hash-Algorithm=MD5`, 'AccessDenied', 'hash'],
    ['an expired canned policy', () => edge.canned('/blob', soon() - 61), 'AccessDenied', 'expired'],
    [
      'an expired custom policy',
      () => sign(statement({}, { DateLessThan: { 'AWS:EpochTime': 1 } })),
      'AccessDenied',
      'expired',
    ],
    [
      'a policy that is not yet valid',
      () => sign(statement({}, { DateGreaterThan: { 'AWS:EpochTime': soon() } })),
      'AccessDenied',
      'not yet valid',
    ],
    [
      'a policy for other resources',
      () => sign(statement({ Resource: `${edge.setup.edge}/x*` })),
      'AccessDenied',
      'resource',
    ],
    [
      'a policy for another scheme',
      () => sign(statement({ Resource: `${edge.setup.edge}/*`.replace('https', 'http') })),
      'AccessDenied',
      'resource',
    ],
    [
      'a policy for other addresses',
      () => sign(statement({}, { IpAddress: { 'AWS:SourceIp': '192.0.2.0/24' } })),
      'AccessDenied',
      'address',
    ],
    [
      'a policy for an IPv6 range',
      () => sign(statement({}, { IpAddress: { 'AWS:SourceIp': '::/0' } })),
      'AccessDenied',
      'address',
    ],
  ]
  const messages: Readonly<Record<string, string>> = {
    MissingKey: 'Missing Key-Pair-Id query parameter or cookie value',
    InvalidKey: 'Unknown Key',
    MalformedSignature: 'Could not unencode Signature',
    MalformedPolicy: 'Malformed Policy',
    AccessDenied: 'Access denied',
  }

  it.each(cases)('%s', async (_title, url, code, reason) => {
    const answer = await edge.get(url())
    expect(answer.text).toContain(`<Error><Code>${code}</Code><Message>${messages[code]}</Message></Error>`)
    expect(answer.text).toMatch(/^<\?xml /)
    expect(answer.text).not.toContain('RequestId')
    expect(answer.status).toBe(403)
    expect(answer.headers).toMatchObject({
      server: 'CloudFront',
      'content-type': 'text/xml',
      'x-cache': 'Error from cloudfront',
      via: expect.stringMatching(/^1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)$/),
      'x-amz-cf-pop': expect.any(String),
      'x-amz-cf-id': expect.any(String),
    })
    expect(edge.lastDecision()).toMatchObject({ decision: 'refused', reason, status: 403, cache: 'none' })
  })

  it('is one for a behaviour that trusts an empty list', async () => {
    await edge.under({ TrustedKeyGroups: { Enabled: true, Quantity: 0 } }, async () => {
      expect((await edge.get(edge.canned('/blob'))).text).toContain('<Code>InvalidKey</Code>')
    })
  })

  it.each([
    ['no Resource', {}, {}],
    ['every address', {}, { IpAddress: { 'AWS:SourceIp': '0.0.0.0/0' } }],
    ['one address', {}, { IpAddress: { 'AWS:SourceIp': '127.0.0.1' } }],
    ['a past start', {}, { DateGreaterThan: { 'AWS:EpochTime': 1 } }],
  ])('is none for a custom policy with %s', async (_title, more, condition) => {
    expect((await edge.get(sign(statement(more, condition)))).status).toBe(200)
  })

  it('has no body for HEAD', async () => {
    const answer = await edge.get(`${edge.setup.edge}/blob`, { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([403, ''])
  })
})
