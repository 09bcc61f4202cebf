import { Agent } from 'node:https'
import { connect } from 'node:net'
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import { type FakeEdge, fakeEdge, object, s3Refusal } from './fake-edge.ts'
import { putObject, send, setUp, signCanned } from './support.ts'

let edge: FakeEdge | undefined
let sandbox: Sandbox | undefined
afterEach(async () => {
  await edge?.close()
  await sandbox?.close()
  edge = undefined
  sandbox = undefined
})

async function start(...[answer, options]: Parameters<typeof fakeEdge>): Promise<FakeEdge> {
  edge = await fakeEdge(answer, options)
  return edge
}

const cloudfront = {
  kind: 'service',
  service: 'cloudfront.amazonaws.com',
  sourceArn: 'arn:aws:cloudfront::123456789012:distribution/EDISTRIBUTION',
}
const anonymous = { kind: 'anonymous' }
const managed = {
  disabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  amplify: '2e54312d-136d-493c-8eb9-b001f22f67d2',
  originHeaders: '83da9c7e-98b4-4e11-a168-04f0df8e2c65',
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  allViewerAndCloudFront: '33f36d7e-f396-46d9-90e0-52428a34d9dc',
  exceptHost: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  hostOnly: 'bf0718e1-ba1e-49d1-88b1-f726733018ae',
  cors: '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
}
const sevenMethods = {
  AllowedMethods: {
    Quantity: 7,
    Items: { Method: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'] },
  },
}

describe('S3 is asked', () => {
  it.each([
    ['always', {}, cloudfront],
    ['no-override', {}, cloudfront],
    ['never', {}, anonymous],
    [undefined, {}, anonymous],
    ['always', { authorization: 'Bearer x' }, cloudfront],
    ['no-override', { authorization: 'Bearer x' }, cloudfront],
  ])('with signing %s and viewer headers %j by %j', async (oac, headers, caller) => {
    const { url, seen } = await start(object('x'), oac === undefined ? {} : { oac })
    expect((await send(`${url}/a`, { headers: headers as Record<string, string> })).status).toBe(200)
    expect(seen[0]).toMatchObject({ bucket: 'bucket', key: 'a', caller })
    expect(seen[0]?.headers).not.toHaveProperty('authorization')
    expect(seen[0]?.headers.host).toBe('bucket.s3.us-east-1.amazonaws.com')
  })

  it.each([
    ['Bearer x', 400, 'InvalidArgument', 'Unsupported Authorization Type'],
    ['AWS4-HMAC-SHA256 Credential=x', 403, 'SignatureDoesNotMatch', 'does not match'],
  ])(
    'in the name of a viewer who sends %s, when the behaviour forwards it and does not override',
    async (authorization, status, code, message) => {
      const behavior = { CachePolicyId: managed.disabled, OriginRequestPolicyId: managed.exceptHost }
      const { url, seen } = await start(object('x'), { oac: 'no-override', behavior })
      const answer = await send(`${url}/a`, { headers: { authorization } })
      expect([answer.status, answer.headers.server]).toEqual([status, 'AmazonS3'])
      expect(answer.text).toContain(`<Code>${code}</Code>`)
      expect(answer.text).toContain(message)
      expect(answer.text).toContain('<RequestId>')
      expect(seen).toEqual([])
    },
  )

  it.each([
    ['CachePolicyId', managed.amplify],
    ['CachePolicyId', managed.originHeaders],
    ['OriginRequestPolicyId', managed.allViewer],
    ['OriginRequestPolicyId', managed.allViewerAndCloudFront],
    ['OriginRequestPolicyId', managed.hostOnly],
  ])('in vain when %s %s forwards Host', async (name, id) => {
    const { url } = await start(object('x'), { oac: 'always', behavior: { [name]: id } })
    const answer = await send(`${url}/a`)
    expect([answer.status, answer.headers.server]).toEqual([403, 'AmazonS3'])
    expect(answer.text).toContain('<Code>SignatureDoesNotMatch</Code>')
    expect(answer.headers['x-amz-request-id']).toBeDefined()
    expect(answer.headers['x-cache']).toBe('Error from cloudfront')
  })

  it('for a bucket named as the viewer’s Host when that is forwarded unsigned', async () => {
    const { url } = await start(object('x'), { behavior: { OriginRequestPolicyId: managed.allViewer } })
    const answer = await send(`${url}/a`)
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('<Code>NoSuchBucket</Code>')
  })

  it('with the headers that the policies name, and no others', async () => {
    const headers = { origin: 'https://x', 'x-own': '1', referer: 'r' }
    const one = await start(object('x'), { behavior: { OriginRequestPolicyId: managed.cors } })
    await send(`${one.url}/a`, { headers })
    expect(one.seen[0]?.headers).toMatchObject({ origin: 'https://x' })
    expect(one.seen[0]?.headers).not.toHaveProperty('x-own')
    await one.close()
    const two = await start(object('x'), { behavior: { OriginRequestPolicyId: managed.exceptHost } })
    await send(`${two.url}/a?q=1`, { headers })
    expect(two.seen[0]?.headers).toMatchObject(headers)
    expect(two.seen[0]).toMatchObject({ query: 'q=1' })
  })
})

describe('the key', () => {
  const withPath = (OriginPath: string, more: object = {}) => ({
    config: {
      Origins: {
        Quantity: 1,
        Items: {
          Origin: {
            Id: 'origin',
            DomainName: 'bucket.s3.us-east-1.amazonaws.com',
            OriginPath,
            S3OriginConfig: { OriginAccessIdentity: '' },
          },
        },
      },
      ...more,
    },
  })
  it.each([
    ['', '/a/b', 'a/b'],
    ['/base/dir', '/a', 'base/dir/a'],
    ['', '/a%20b%2Fc/%C3%BC+', 'a b/c/ü+'],
    ['', '//a', '/a'],
    ['', '/a/', 'a/'],
    ['', '/', undefined],
    ['/root', '/', 'root/'],
  ])('of origin path "%s" and %s is %s', async (originPath, path, key) => {
    const { url, seen } = await start(object('x'), withPath(originPath))
    await send(url + path)
    expect(seen[0]?.key).toBe(key)
  })

  it('of / is the default root object', async () => {
    const { url, seen, log } = await start(
      object('x'),
      withPath('/root', { DefaultRootObject: 'index.html' }),
    )
    await send(`${url}/`)
    await send(`${url}/dir/`)
    expect(seen.map(({ key }) => key)).toEqual(['root/index.html', 'root/dir/'])
    expect(log[0]).toMatchObject({ path: '/', originKey: 'root/index.html' })
  })

  it('that cannot be decoded is refused as S3 does', async () => {
    const { url, seen } = await start(object('x'))
    const answer = await send(`${url}/%zz`)
    expect([answer.status, seen.length]).toEqual([400, 0])
    expect(answer.text).toContain('<Code>InvalidURI</Code>')
  })
})

describe('the region of the origin', () => {
  const domain = (DomainName: string) => ({
    config: {
      Origins: {
        Quantity: 1,
        Items: {
          Origin: {
            Id: 'origin',
            DomainName,
            S3OriginConfig: { OriginAccessIdentity: '' },
            OriginAccessControlId: 'EOAC',
          },
        },
      },
    },
  })
  it.each([
    ['bucket.s3.eu-west-1.amazonaws.com', 'eu-west-1', 'always', 200, undefined],
    ['bucket.s3-eu-west-1.amazonaws.com', 'eu-west-1', 'always', 200, undefined],
    ['bucket.s3.amazonaws.com', '', 'always', 200, undefined],
    ['bucket.s3.eu-west-1.amazonaws.com', 'eu-central-1', 'always', 400, 'AuthorizationHeaderMalformed'],
    ['bucket.s3.eu-west-1.amazonaws.com', '', 'always', 400, 'AuthorizationHeaderMalformed'],
    ['bucket.s3.eu-west-1.amazonaws.com', 'eu-central-1', 'never', 301, 'PermanentRedirect'],
    ['bucket.s3.amazonaws.com', 'eu-central-1', 'always', 307, 'TemporaryRedirect'],
  ])('%s for a bucket in "%s", signing %s: %i', async (name, region, oac, status, code) => {
    const { url } = await start(object('x'), { ...domain(name), region, oac })
    const answer = await send(`${url}/a`)
    expect(answer.status).toBe(status)
    if (code !== undefined) expect(answer.text).toContain(`<Code>${code}</Code>`)
    if (code === 'AuthorizationHeaderMalformed')
      expect(answer.text).toContain(`<Region>${region || 'us-east-1'}`)
    if (status === 307) expect(answer.headers.location).toBe('https://bucket.s3.eu-central-1.amazonaws.com/a')
  })
})

describe('a request that writes', () => {
  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])(
    '%s goes to the origin with its body and its headers',
    async (method) => {
      const { url, seen } = await start(() => ({ status: 200, headers: { ETag: '"x"' } }), {
        oac: 'always',
        behavior: sevenMethods,
      })
      const headers = {
        'content-type': 'text/plain',
        'content-length': '4',
        'x-amz-meta-a': 'b',
        'x-own': '1',
      }
      for (let i = 0; i < 2; i++) {
        const answer = await send(`${url}/a`, { method, headers, body: 'body' })
        expect([answer.status, answer.headers['x-cache']]).toEqual([200, 'Miss from cloudfront'])
      }
      expect(seen.length).toBe(2)
      expect(seen[0]).toMatchObject({ method, key: 'a', body: 'body', caller: cloudfront })
      expect(seen[0]?.headers).toMatchObject({
        'content-type': 'text/plain',
        'x-amz-meta-a': 'b',
        'content-length': '4',
      })
      expect(seen[0]?.headers).not.toHaveProperty('x-own')
    },
  )

  it('is refused by S3 in S3’s words', async () => {
    const { url } = await start(() => s3Refusal(403, 'AccessDenied'), {
      oac: 'always',
      behavior: sevenMethods,
    })
    const answer = await send(`${url}/a`, { method: 'DELETE' })
    expect([answer.status, answer.headers['x-cache']]).toEqual([403, 'Error from cloudfront'])
    expect(answer.text).toContain('RequestId')
  })

  it('ends for S3 when the viewer goes away', async () => {
    const { url, seen, log } = await start(() => ({ status: 200, headers: {} }), { behavior: sevenMethods })
    const socket = connect(Number(url.split(':')[2]), '127.0.0.1')
    socket.write(
      `PUT /a HTTP/1.1\r\nHost: ${url.slice('http://'.length)}\r\nContent-Length: 10\r\n\r\nabc`,
      () => socket.destroy(),
    )
    await vi.waitFor(() => expect(log.map(({ reason }) => reason)).toEqual(['origin']))
    expect(seen).toEqual([])
  })

  it('gets no error page, and never writes to where that is', async () => {
    const page = { ErrorCode: 403, ResponseCode: '200', ResponsePagePath: '/error.html' }
    const { url, seen } = await start(() => s3Refusal(403, 'AccessDenied'), {
      behavior: sevenMethods,
      config: { CustomErrorResponses: { Quantity: 1, Items: { CustomErrorResponse: page } } },
    })
    expect((await send(`${url}/a`, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect(seen.map(({ key }) => key)).toEqual(['a'])
  })

  it('OPTIONS is asked each time', async () => {
    const { url, seen } = await start(() => ({ status: 200, headers: {} }), { behavior: sevenMethods })
    for (let i = 0; i < 2; i++) expect((await send(`${url}/a`, { method: 'OPTIONS' })).status).toBe(200)
    expect(seen.map(({ method }) => method)).toEqual(['OPTIONS', 'OPTIONS'])
  })
})

describe('the bucket policy', () => {
  it('decides what the edge may read and write', async () => {
    sandbox = await startSandbox()
    const { ca } = sandbox
    const seven = (actions: readonly string[]) =>
      setUp(
        sandbox as Sandbox,
        (config) => ({
          ...config,
          DefaultCacheBehavior: {
            ...config.DefaultCacheBehavior,
            TargetOriginId: 'origin',
            ViewerProtocolPolicy: 'https-only',
            CachePolicyId: managed.disabled,
            AllowedMethods: {
              Quantity: 7,
              Items: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
              CachedMethods: { Quantity: 2, Items: ['GET', 'HEAD'] },
            },
          },
        }),
        actions,
      )
    const setup = await seven(['s3:GetObject', 's3:PutObject'])
    const ask = (method: string, path: string, body?: string) => {
      const expires = Math.floor(Date.now() / 1000) + 60
      const url = signCanned(`${setup.edge}${path}`, setup.keyPairId, setup.key.privateKey, expires)
      return send(url, { ca, method, ...(body === undefined ? {} : { body }) })
    }
    await putObject(setup, 'a', 'content')
    expect((await ask('GET', '/a')).text).toBe('content')
    expect((await ask('PUT', '/b', 'through the edge')).status).toBe(200)
    const stored = await setup.s3.send(new GetObjectCommand({ Bucket: setup.bucket, Key: 'b' }))
    expect(await stored.Body?.transformToString()).toBe('through the edge')

    // S3 gives up in the middle of this body; the connection is good for another request all the same.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const expires = Math.floor(Date.now() / 1000) + 60
    const url = signCanned(`${setup.edge}/c`, setup.keyPairId, setup.key.privateKey, expires)
    const broken = await send(url, {
      ca,
      agent,
      method: 'PUT',
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '10',
      },
      body: Buffer.alloc(4 * 1024 * 1024, 'x'),
    })
    expect([broken.status, broken.headers.server]).toEqual([400, 'AmazonS3'])
    expect((await send(url, { ca, agent })).status).toBe(403)
    agent.destroy()

    const denied = await ask('DELETE', '/b')
    expect([denied.status, denied.headers.server]).toEqual([403, 'AmazonS3'])
    expect(denied.text).toMatch(
      /<Code>AccessDenied<\/Code><Message>[^<]*Access Denied[^<]*<\/Message>.*<RequestId>/,
    )
    // Without s3:ListBucket a missing object looks like a forbidden one.
    expect((await ask('GET', '/missing')).status).toBe(403)

    const policy = (sourceArn: string) =>
      setup.s3.send(
        new PutBucketPolicyCommand({
          Bucket: setup.bucket,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'cloudfront.amazonaws.com' },
                Action: ['s3:GetObject', 's3:ListBucket'],
                Resource: [`arn:aws:s3:::${setup.bucket}`, `arn:aws:s3:::${setup.bucket}/*`],
                Condition: { StringEquals: { 'AWS:SourceArn': sourceArn } },
              },
            ],
          }),
        }),
      )
    await policy('arn:aws:cloudfront::123456789012:distribution/EOTHER')
    expect((await ask('GET', '/a')).status).toBe(403)
    await policy(`arn:aws:cloudfront::123456789012:distribution/${setup.distributionId}`)
    expect((await ask('GET', '/a')).status).toBe(200)
    const missing = await ask('GET', '/missing')
    expect(missing.status).toBe(404)
    expect(missing.text).toContain('<Code>NoSuchKey</Code>')

    for (const Key of ['a', 'b']) await setup.s3.send(new DeleteObjectCommand({ Bucket: setup.bucket, Key }))
    await setup.s3.send(new DeleteBucketCommand({ Bucket: setup.bucket }))
    const gone = await ask('GET', '/a')
    expect(gone.status).toBe(404)
    expect(gone.text).toContain('<Code>NoSuchBucket</Code>')
  })
})
