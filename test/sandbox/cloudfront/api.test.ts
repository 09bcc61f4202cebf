import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CloudFrontClient,
  CreateDistributionCommand,
  GetDistributionCommand,
  GetFunctionCommand,
  ListDistributionsCommand,
} from '@aws-sdk/client-cloudfront'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { cloudfrontApi } from '../../../src/sandbox/cloudfront/api.ts'
import { emptyState } from '../../../src/sandbox/cloudfront/state.ts'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import { clients, minimalConfig, send } from './support.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

/** A client whose request body is `body`, signed as it is. */
function withBody(body: string): CloudFrontClient {
  const { cloudfront } = clients(sandbox)
  cloudfront.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body })
      return next(args)
    },
    { step: 'serialize', priority: 'low' },
  )
  return cloudfront
}

async function outcome(call: Promise<unknown>) {
  try {
    await call
    return { code: 'accepted', status: 200, message: '' }
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { code: name, status: $metadata?.httpStatusCode, message }
  }
}

describe('authentication', () => {
  const as = (credentials: { accessKeyId: string; secretAccessKey: string }, region = 'us-east-1') =>
    new CloudFrontClient({ endpoint: sandbox.cloudfrontEndpoint, region, credentials, maxAttempts: 1 }).send(
      new ListDistributionsCommand({}),
    )

  it('lets the account in, and nobody else', async () => {
    const { credentials } = sandbox
    expect((await outcome(as(credentials))).code).toBe('accepted')
    expect(await outcome(as({ ...credentials, secretAccessKey: 'wrong' }))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
    })
    expect(await outcome(as({ ...credentials, accessKeyId: 'AKIAWRONG' }))).toMatchObject({
      code: 'InvalidClientTokenId',
      status: 403,
    })
    expect(await outcome(as(credentials, 'eu-west-1'))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
    })
  })

  it('is asked of every request, in AWS’s form', async () => {
    const answer = await send(`${sandbox.cloudfrontEndpoint}/2020-05-31/distribution`)
    expect(answer.status).toBe(403)
    expect(answer.headers['content-type']).toBe('text/xml')
    expect(answer.text).toMatch(
      /<ErrorResponse xmlns="http:\/\/cloudfront\.amazonaws\.com\/doc\/2020-05-31\/"><Error><Type>Sender<\/Type><Code>MissingAuthenticationToken<\/Code><Message>.*<\/Message><\/Error><RequestId>[0-9a-f-]{36}<\/RequestId><\/ErrorResponse>/,
    )
    expect(answer.text).toContain(String(answer.headers['x-amzn-requestid']))
  })

  it('covers the body', async () => {
    const { cloudfront } = clients(sandbox)
    cloudfront.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string }
        request.body = request.body.replace('false', 'fals3')
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    const call = cloudfront.send(
      new CreateDistributionCommand({ DistributionConfig: minimalConfig({ Enabled: false }) }),
    )
    expect(await outcome(call)).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
  })
})

describe('a request body', () => {
  const create = (body: string) =>
    outcome(withBody(body).send(new CreateDistributionCommand({ DistributionConfig: minimalConfig() })))
  it.each([
    ['', 'MissingBody'],
    ['<DistributionConfig>', 'MalformedXML'],
    ['no XML', 'MalformedXML'],
    ['<!DOCTYPE x [<!ENTITY a "b">]><DistributionConfig/>', 'MalformedXML'],
    ['<Other/>', 'MalformedXML'],
    ['<DistributionConfig/>', 'MalformedXML'],
  ])('%j is refused as %s', async (body, code) => {
    expect(await create(body)).toMatchObject({ code, status: 400 })
  })

  it('that lacks a member is refused by its name', async () => {
    const { code, status, message } = await create('<DistributionConfig><Comment/></DistributionConfig>')
    expect([code, status]).toEqual(['MalformedXML', 400])
    expect(message).toBe(
      "1 validation error detected: Value null at 'distributionConfig.callerReference' failed to satisfy constraint: Member must not be null",
    )
  })

  it('that has a member too many is refused by its name', async () => {
    const { cloudfront } = clients(sandbox)
    cloudfront.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string }
        request.body = request.body.replace('<Comment', '<Surprise>1</Surprise><Comment')
        return next(args)
      },
      { step: 'serialize', priority: 'low' },
    )
    const call = cloudfront.send(new CreateDistributionCommand({ DistributionConfig: minimalConfig() }))
    expect(await outcome(call)).toMatchObject({
      code: 'MalformedXML',
      status: 400,
      message: expect.stringContaining('Surprise'),
    })
  })

  it('above a megabyte is refused', async () => {
    expect((await create(`<a>${'x'.repeat(1024 * 1024)}</a>`)).code).toBe('InvalidArgument')
  })
})

describe('the API', () => {
  it('refuses what it does not know, by name', async () => {
    const { cloudfront } = clients(sandbox)
    const call = cloudfront.send(new GetFunctionCommand({ Name: 'x' }))
    expect(await outcome(call)).toMatchObject({
      code: 'InvalidAction',
      status: 400,
      message: expect.stringContaining('/function/x'),
    })
  })

  it('survives an id that cannot be decoded', async () => {
    const { cloudfront } = clients(sandbox)
    const call = cloudfront.send(new GetDistributionCommand({ Id: '%zz/ü' }))
    expect(await outcome(call)).toMatchObject({ code: 'NoSuchDistribution', status: 404 })
    const answer = await send(`${sandbox.cloudfrontEndpoint}/2020-05-31/distribution/%zz`)
    expect(answer.status).toBe(403)
  })

  it('creates one distribution of three that are asked for at once by one reference', async () => {
    let received = 0
    let opened = 0
    const { credentials } = sandbox
    const api = cloudfrontApi({
      credentials,
      save() {},
      account: {
        id: '123456789012',
        state: emptyState(),
        now: Date.now,
        deployTime: 0,
        accountKeys: new Map(),
        edges: {
          async open() {
            opened += 1
            await vi.waitFor(() => expect(received).toBe(3))
            return 1
          },
          close: async () => {},
          invalidate: async () => {},
        },
      },
    })
    const server = createServer((request, response) => {
      request.once('end', () => {
        received += 1
      })
      api(request, response)
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const cloudfront = new CloudFrontClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { ...credentials },
      maxAttempts: 1,
    })
    const create = () =>
      outcome(cloudfront.send(new CreateDistributionCommand({ DistributionConfig: minimalConfig() })))
    const codes = (await Promise.all([create(), create(), create()])).map(({ code }) => code).sort()
    expect(codes).toEqual(['DistributionAlreadyExists', 'DistributionAlreadyExists', 'accepted'])
    expect(opened).toBe(1)
    server.closeAllConnections()
  })
})
