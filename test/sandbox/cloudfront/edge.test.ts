import { Agent } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  CreateKeyGroupCommand,
  CreatePublicKeyCommand,
  type DistributionConfig,
  GetDistributionConfigCommand,
  GetKeyGroupCommand,
  UpdateDistributionCommand,
  UpdateKeyGroupCommand,
} from '@aws-sdk/client-cloudfront'
import { getSignedCookies, getSignedUrl } from '@aws-sdk/cloudfront-signer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import {
  customParameters,
  ecKey,
  type KeyPair,
  putObject,
  rsaKey,
  type Setup,
  send,
  setUp,
  signCanned,
} from './support.ts'

let sandbox: Sandbox
let setup: Setup
let initial: DistributionConfig
let ec: KeyPair & { id: string }
/** A key that exists, in a group that the distribution does not trust. */
let untrusted: KeyPair & { id: string }
const account = rsaKey(1024)

beforeAll(async () => {
  sandbox = await startSandbox({ accountKeyPairs: [{ id: 'APKAEXAMPLE', publicKey: account.publicKey }] })
  setup = await setUp(sandbox)
  initial = await config()
  await putObject(setup, 'blob', 'content')
  await putObject(setup, 'a b+c/ü', 'odd name')
  ec = await addKey('ec', ecKey())
  untrusted = await addKey('other', rsaKey())
  await update((current) => ({
    ...current,
    DefaultCacheBehavior: {
      ...current.DefaultCacheBehavior,
      TrustedKeyGroups: { Enabled: true, Quantity: 2, Items: [setup.keyGroupId, ecGroup] },
    } as NonNullable<DistributionConfig['DefaultCacheBehavior']>,
  }))
  initial = await config()
})
afterAll(() => sandbox.close())

let ecGroup = ''
async function addKey(name: string, key: KeyPair) {
  const created = await setup.cloudfront.send(
    new CreatePublicKeyCommand({
      PublicKeyConfig: { CallerReference: name, Name: name, EncodedKey: key.publicKey },
    }),
  )
  const id = created.PublicKey?.Id ?? ''
  const group = await setup.cloudfront.send(
    new CreateKeyGroupCommand({ KeyGroupConfig: { Name: name, Items: [id] } }),
  )
  if (name === 'ec') ecGroup = group.KeyGroup?.Id ?? ''
  return { ...key, id }
}

async function config(): Promise<DistributionConfig> {
  const answer = await setup.cloudfront.send(new GetDistributionConfigCommand({ Id: setup.distributionId }))
  if (answer.DistributionConfig === undefined) throw new Error('no config')
  return answer.DistributionConfig
}

async function update(change: (config: DistributionConfig) => DistributionConfig): Promise<void> {
  const { ETag } = await setup.cloudfront.send(new GetDistributionConfigCommand({ Id: setup.distributionId }))
  await setup.cloudfront.send(
    new UpdateDistributionCommand({
      Id: setup.distributionId,
      IfMatch: ETag,
      DistributionConfig: change(await config()),
    }),
  )
}

type Behavior = NonNullable<DistributionConfig['DefaultCacheBehavior']>

/** Runs `work` under a changed default behaviour, and puts the distribution back. */
async function under(change: Partial<Behavior>, work: () => Promise<void>): Promise<void> {
  await update((c) => ({ ...c, DefaultCacheBehavior: { ...c.DefaultCacheBehavior, ...change } as Behavior }))
  try {
    await work()
  } finally {
    await update(() => initial)
  }
}

const soon = () => Math.floor(Date.now() / 1000) + 60
const get = (url: string, options: Parameters<typeof send>[1] = {}) =>
  send(url, { ca: sandbox.ca, ...options })
const canned = (path: string, expires = soon()) =>
  signCanned(`${setup.edge}${path}`, setup.keyPairId, setup.key.privateKey, expires)
const lastDecision = () => sandbox.edgeLog.at(-1)
const open: Partial<Behavior> = { TrustedKeyGroups: { Enabled: false, Quantity: 0 } }
const allMethods: Partial<Behavior> = {
  AllowedMethods: {
    Quantity: 7,
    Items: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
    CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
  },
}

describe('a signed request', () => {
  it('is let in with a canned policy, its parameters in any order', async () => {
    const url = canned('/blob')
    const [base = '', query = ''] = url.split('?')
    for (const order of [query, query.split('&').reverse().join('&')]) {
      const answer = await get(`${base}?${order}`)
      expect([answer.status, answer.text]).toEqual([200, 'content'])
    }
    expect(lastDecision()).toMatchObject({
      decision: 'accepted',
      keyPairId: setup.keyPairId,
      path: '/blob',
      originKey: 'blob',
      status: 200,
      scheme: 'https',
    })
    expect(JSON.stringify(sandbox.edgeLog)).not.toContain('Signature')
  })

  it.each(['SHA1', 'SHA256'] as const)('is let in as the AWS SDK signs it, with %s', async (algorithm) => {
    const privateKey = setup.key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const url = getSignedUrl({
      url: `${setup.edge}/blob`,
      keyPairId: setup.keyPairId,
      privateKey,
      dateLessThan: new Date(soon() * 1000),
      algorithm,
    })
    expect((await get(url)).status).toBe(200)
    const custom = getSignedUrl({
      url: `${setup.edge}/blob`,
      keyPairId: setup.keyPairId,
      privateKey,
      dateLessThan: new Date(soon() * 1000),
      dateGreaterThan: new Date(Date.now() - 60_000),
      ipAddress: '127.0.0.0/8',
      algorithm,
    })
    expect(custom).toContain('Policy=')
    expect((await get(custom)).status).toBe(200)
  })

  it.each(['SHA1', 'SHA256'] as const)('is let in with an ECDSA key and %s', async (hash) => {
    const url = signCanned(`${setup.edge}/blob`, ec.id, ec.privateKey, soon(), hash)
    expect((await get(url)).status).toBe(200)
    const policy = { Statement: [{ Condition: { DateLessThan: { 'AWS:EpochTime': soon() } } }] }
    const custom = customParameters(policy, ec.id, ec.privateKey, hash)
    expect((await get(`${setup.edge}/blob?${custom}`)).status).toBe(200)
  })

  it.each([
    ['its own parameter first', '/blob?a=1&b=%2f+x', 200],
    ['an own parameter with an empty value', '/blob?a', 200],
    ['an empty query', '/blob?', 200],
    ['an encoded path', '/a%20b%2Bc/%c3%BC', 200],
  ])('is let in with %s, byte for byte', async (_title, path, status) => {
    const separator = path.endsWith('?') ? '' : path.includes('?') ? '&' : '?'
    const signed = signCanned(`${setup.edge}${path}`, setup.keyPairId, setup.key.privateKey, soon())
    const query = signed.slice(signed.indexOf('Expires='))
    const answer = await get(`${setup.edge}${path}${separator || '&'}${query}`)
    expect(answer.status).toBe(status)
  })

  it('is let in by cookies, unless the URL has a signing parameter', async () => {
    const policy = JSON.stringify({
      Statement: [{ Resource: `${setup.edge}/*`, Condition: { DateLessThan: { 'AWS:EpochTime': soon() } } }],
    })
    const privateKey = setup.key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const both = [
      getSignedCookies({ keyPairId: setup.keyPairId, privateKey, policy }),
      getSignedCookies({
        keyPairId: setup.keyPairId,
        privateKey,
        url: `${setup.edge}/blob`,
        dateLessThan: new Date(soon() * 1000),
        algorithm: 'SHA256',
      }),
    ]
    for (const cookies of both) {
      const cookie = Object.entries(cookies)
        .map((pair) => pair.join('='))
        .join('; ')
      expect((await get(`${setup.edge}/blob`, { headers: { cookie } })).status).toBe(200)
      const answer = await get(`${setup.edge}/blob?Expires=1`, { headers: { cookie } })
      expect(answer.text).toContain('MissingKey')
    }
  })

  it('is let in by a key pair of the account when the behaviour trusts self', async () => {
    const url = () => signCanned(`${setup.edge}/blob`, 'APKAEXAMPLE', account.privateKey, soon())
    expect((await get(url())).text).toContain('InvalidKey')
    const both: Partial<Behavior> = { TrustedSigners: { Enabled: true, Quantity: 1, Items: ['self'] } }
    await under(both, async () => {
      expect((await get(url())).status).toBe(200)
      expect((await get(canned('/blob'))).status).toBe(200)
    })
  })

  it('is asked of restricted behaviours only', async () => {
    await update((c) => ({
      ...c,
      CacheBehaviors: {
        Quantity: 1,
        Items: [{ ...(c.DefaultCacheBehavior as Behavior), ...open, PathPattern: 'public/*' }],
      },
    }))
    await putObject(setup, 'public/x', 'for all')
    expect((await get(`${setup.edge}/public/x`)).text).toBe('for all')
    expect(lastDecision()).toMatchObject({ decision: 'open', status: 200 })
    expect((await get(`${setup.edge}/blob`)).status).toBe(403)
    await update(() => initial)
  })
})

describe('a refused signature', () => {
  const sign = (policy: object | string, url = '/blob') =>
    `${setup.edge}${url}?${customParameters(policy, setup.keyPairId, setup.key.privateKey)}`
  const statement = (more: object, condition: object = {}) => ({
    Statement: [{ ...more, Condition: { DateLessThan: { 'AWS:EpochTime': soon() }, ...condition } }],
  })
  const edit = (from: RegExp, to: string) => canned('/blob').replace(from, to)

  const cases: readonly (readonly [string, () => string, string, string])[] = [
    ['no signing parameters', () => `${setup.edge}/blob`, 'MissingKey', 'MissingKey'],
    ['no key pair id', () => edit(/&Key-Pair-Id=.*/, ''), 'MissingKey', 'MissingKey'],
    ['an empty key pair id', () => edit(/&Key-Pair-Id=.*/, '&Key-Pair-Id='), 'MissingKey', 'MissingKey'],
    ['an unknown key', () => edit(/Key-Pair-Id=.*/, 'Key-Pair-Id=K000000000000'), 'InvalidKey', 'InvalidKey'],
    [
      'a key of a group that is not trusted here',
      () => signCanned(`${setup.edge}/blob`, untrusted.id, untrusted.privateKey, soon()),
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
      () => canned('/blob', Date.now() + 60_000),
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
      () => canned('/other').replace('/other', '/blob'),
      'AccessDenied',
      'signature',
    ],
    ['another Expires', () => edit(/Expires=\d+/, `Expires=${soon() + 1}`), 'AccessDenied', 'signature'],
    ['an own parameter that was not signed', () => `${canned('/blob')}&a=1`, 'AccessDenied', 'signature'],
    [
      'a signature for http',
      () =>
        signCanned(
          `${setup.edge}/blob`.replace('https', 'http'),
          setup.keyPairId,
          setup.key.privateKey,
          soon(),
        ).replace('http:', 'https:'),
      'AccessDenied',
      'signature',
    ],
    [
      'a signature for another host',
      () =>
        signCanned('https://d111.cloudfront.net/blob', setup.keyPairId, setup.key.privateKey, soon()).replace(
          'https://d111.cloudfront.net',
          setup.edge,
        ),
      'AccessDenied',
      'signature',
    ],
    [
      'SHA-256 that is not announced',
      () =>
        signCanned(`${setup.edge}/blob`, setup.keyPairId, setup.key.privateKey, soon(), 'SHA256').replace(
          '&Hash-Algorithm=SHA256',
          '',
        ),
      'AccessDenied',
      'signature',
    ],
    ['an unknown hash', () => `${canned('/blob')}&Hash-Algorithm=MD5`, 'AccessDenied', 'hash'],
    ['an expired canned policy', () => canned('/blob', soon() - 61), 'AccessDenied', 'expired'],
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
      () => sign(statement({ Resource: `${setup.edge}/x*` })),
      'AccessDenied',
      'resource',
    ],
    [
      'a policy for another scheme',
      () => sign(statement({ Resource: `${setup.edge}/*`.replace('https', 'http') })),
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
    const answer = await get(url())
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
    expect(lastDecision()).toMatchObject({ decision: 'refused', reason, status: 403, cache: 'none' })
  })

  it('is one for a behaviour that trusts an empty list', async () => {
    await under({ TrustedKeyGroups: { Enabled: true, Quantity: 0 } }, async () => {
      expect((await get(canned('/blob'))).text).toContain('<Code>InvalidKey</Code>')
    })
  })

  it.each([
    ['no Resource', {}, {}],
    ['every address', {}, { IpAddress: { 'AWS:SourceIp': '0.0.0.0/0' } }],
    ['one address', {}, { IpAddress: { 'AWS:SourceIp': '127.0.0.1' } }],
    ['a past start', {}, { DateGreaterThan: { 'AWS:EpochTime': 1 } }],
  ])('is none for a custom policy with %s', async (_title, more, condition) => {
    expect((await get(sign(statement(more, condition)))).status).toBe(200)
  })

  it('has no body for HEAD', async () => {
    const answer = await get(`${setup.edge}/blob`, { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([403, ''])
  })
})

describe('a page of refusal', () => {
  const html = {
    server: 'CloudFront',
    'content-type': 'text/html',
    'x-cache': 'Error from cloudfront',
  }

  it('answers http on https-only, before anything about the signature', async () => {
    const answer = await get(`${setup.edge}/blob`.replace('https', 'http'))
    expect(answer.status).toBe(403)
    expect(answer.headers).toMatchObject(html)
    expect(answer.text).toContain('ERROR: The request could not be satisfied')
    expect(answer.text).toContain('403 ERROR')
    expect(answer.text).toContain('Bad request.')
    expect(answer.text).toContain('Generated by cloudfront (CloudFront)')
    expect(answer.text).toContain(String(answer.headers['x-amz-cf-id']))
    expect(lastDecision()).toMatchObject({ decision: 'refused', reason: 'protocol', scheme: 'http' })
  })

  it('answers a method that is not allowed, before anything about the signature', async () => {
    const answer = await get(`${setup.edge}/blob`, { method: 'PUT', body: 'x' })
    expect(answer.status).toBe(403)
    expect(answer.headers).toMatchObject(html)
    expect(answer.text).toContain('not configured to allow the HTTP request method')
    expect(answer.text).toContain('supports only cachable requests')
    expect((await get(`${setup.edge}/blob`, { method: 'OPTIONS' })).text).toContain('cachable')
  })

  it('answers a GET with a body', async () => {
    const answer = await get(canned('/blob'), { headers: { 'content-length': '1' }, body: 'x' })
    expect(answer.text).toContain('Bad request.')
    expect([answer.status, lastDecision()?.reason]).toEqual([403, 'body'])
    const chunked = await get(canned('/blob'), { headers: { 'transfer-encoding': 'chunked' }, body: 'x' })
    expect(chunked.status).toBe(403)
  })

  it('answers a foreign Host', async () => {
    const answer = await get(canned('/blob'), { headers: { host: 'cdn.example.com' } })
    expect([answer.status, lastDecision()?.reason]).toEqual([403, 'host'])
    expect(answer.text).toContain('Bad request.')
  })

  it('answers a URL above 8192 bytes', async () => {
    const fitting = await get(`${setup.edge}/${'a'.repeat(8191)}`)
    expect(fitting.status).toBe(403)
    const answer = await get(`${setup.edge}/${'a'.repeat(8192)}`)
    expect([answer.status, lastDecision()?.reason]).toEqual([414, 'url too long'])
  })

  it('answers headers above 20480 bytes, and closes', async () => {
    const answer = await get(canned('/blob'), { headers: { 'x-long': 'a'.repeat(21_000) } })
    expect(answer.status).toBe(413)
    expect(answer.headers.connection).toBe('close')
  })

  it('answers what is no HTTP', async () => {
    const socket = connect(Number(setup.edge.split(':')[2]), '127.0.0.1')
    socket.end('nonsense\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('answers every request of a disabled distribution', async () => {
    await update((c) => ({ ...c, Enabled: false }))
    const answer = await get(canned('/blob'))
    expect(answer.text).toContain('Bad request.')
    expect([answer.status, lastDecision()?.reason]).toEqual([403, 'disabled'])
    await update(() => initial)
    expect((await get(canned('/blob'))).status).toBe(200)
  })
})

describe('a refused upload', () => {
  it('is answered on a connection that can be used again', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    try {
      const upload = (headers: Record<string, string> = {}) =>
        get(`${setup.edge}/blob`, { method: 'PUT', body: Buffer.alloc(4 * 1024 * 1024), headers, agent })
      expect((await upload()).text).toContain('cachable')
      await under(allMethods, async () => {
        expect((await upload()).text).toContain('<Code>MissingKey</Code>')
        const forbidden = await get(canned('/blob'), {
          method: 'PUT',
          body: Buffer.alloc(4 * 1024 * 1024),
          agent,
        })
        expect([forbidden.status, forbidden.headers.server]).toEqual([403, 'AmazonS3'])
      })
      expect((await get(canned('/blob'), { agent })).text).toBe('content')
      expect(connections(agent)).toBe(1)
    } finally {
      agent.destroy()
    }
  })
})

const connections = (agent: Agent) =>
  Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []).length

describe('the viewer protocol policy', () => {
  it('redirect-to-https sends GET and HEAD with 301, other methods with 307, the target as it is', async () => {
    await under({ ViewerProtocolPolicy: 'redirect-to-https', ...allMethods }, async () => {
      const url = `${setup.edge}/a%2Fb?c=%20&d`
      for (const [method, status] of [
        ['GET', 301],
        ['HEAD', 301],
        ['PUT', 307],
        ['DELETE', 307],
      ] as const) {
        const answer = await get(url.replace('https', 'http'), { method })
        expect(answer.status).toBe(status)
        expect(answer.headers.location).toBe(url)
        expect(answer.headers.server).toBe('CloudFront')
      }
      expect(lastDecision()).toMatchObject({ decision: 'redirected' })
    })
  })

  it('allow-all serves http, by a signature for http', async () => {
    await under({ ViewerProtocolPolicy: 'allow-all' }, async () => {
      const plain = `${setup.edge}/blob`.replace('https', 'http')
      const url = signCanned(plain, setup.keyPairId, setup.key.privateKey, soon())
      expect((await get(url)).text).toBe('content')
      expect((await get(canned('/blob').replace('https', 'http'))).text).toContain('AccessDenied')
      expect((await get(canned('/blob'))).text).toBe('content')
    })
  })
})

describe('a key group', () => {
  it('is trusted as it stands now', async () => {
    const url = signCanned(`${setup.edge}/blob`, ec.id, ec.privateKey, soon())
    const group = await setup.cloudfront.send(new GetKeyGroupCommand({ Id: ecGroup }))
    const change = (Items: string[], IfMatch: string | undefined) =>
      setup.cloudfront.send(
        new UpdateKeyGroupCommand({ Id: ecGroup, IfMatch, KeyGroupConfig: { Name: 'ec', Items } }),
      )
    const { ETag } = await change([untrusted.id], group.ETag)
    expect((await get(url)).text).toContain('InvalidKey')
    expect(
      (await get(signCanned(`${setup.edge}/blob`, untrusted.id, untrusted.privateKey, soon()))).status,
    ).toBe(200)
    await change([ec.id], ETag)
    expect((await get(url)).status).toBe(200)
  })
})
