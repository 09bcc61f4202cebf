import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  CreateDistributionCommand,
  GetDistributionCommand,
  ListDistributionsCommand,
} from '@aws-sdk/client-cloudfront'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/errors.ts'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import {
  clients,
  minimalConfig,
  putObject,
  type Setup,
  send,
  setUp,
  signCanned,
} from './cloudfront/support.ts'

let folder: string
const running: Sandbox[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regctl-sandbox-test-'))
})
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options)
  running.push(sandbox)
  return sandbox
}

async function failureOf(options: SandboxOptions): Promise<Failure> {
  const error = await start(options).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

const signed = (setup: Setup, path: string) =>
  signCanned(
    `${setup.edge}${path}`,
    setup.keyPairId,
    setup.key.privateKey,
    Math.floor(Date.now() / 1000) + 60,
  )

describe('startSandbox', () => {
  it('serves a signed GET of an object through the edge, from nothing', async () => {
    const sandbox = await start()
    const setup = await setUp(sandbox)
    await putObject(setup, 'a/b', 'content')
    const answer = await send(signed(setup, '/a/b'), { ca: sandbox.ca })
    expect([answer.status, answer.text]).toEqual([200, 'content'])
    expect(answer.headers).toMatchObject({
      server: 'AmazonS3',
      'x-cache': 'Miss from cloudfront',
      'content-length': '7',
    })
    expect(sandbox.s3Log.map(({ method, path }) => `${method} ${path}`)).toContain(
      'PUT /registry/a/b?x-id=PutObject',
    )
    expect(sandbox).toMatchObject({ region: 'us-east-1', accountId: '123456789012' })
    expect(readFileSync(sandbox.caFile, 'utf8')).toBe(sandbox.ca)
    const bundle = readFileSync(sandbox.caBundleFile, 'utf8')
    expect(bundle.startsWith(sandbox.ca.trimEnd())).toBe(true)
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100)
  })

  it('has a certificate for 127.0.0.1 and localhost that only its own authority vouches for', async () => {
    const [one, other] = [await start(), await start()]
    const setup = await setUp(one)
    expect((await send(`${setup.edge}/`, { ca: one.ca })).status).toBe(403)
    const byName = `${setup.edge}/`.replace('127.0.0.1', 'localhost')
    expect((await send(byName, { ca: one.ca })).text).toContain('MissingKey')
    await expect(send(`${setup.edge}/`, { ca: other.ca })).rejects.toThrow(/certificate/)
  })

  it('listens where it is told, in the region it is told', async () => {
    const free = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => free.once('listening', resolve))
    const { port } = free.address() as { port: number }
    await new Promise((resolve) => free.close(resolve))
    const sandbox = await start({ s3Port: port, region: 'eu-central-1' })
    expect(sandbox.s3Endpoint).toBe(`http://127.0.0.1:${port}`)
    const { s3 } = clients(sandbox)
    expect((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([])
  })

  it.each(['s3Port', 'cloudfrontPort'] as const)('says which port is taken: %s', async (option) => {
    const taken = await start()
    const port = Number(taken.s3Endpoint.split(':')[2])
    const failure = await failureOf({ dataDirectory: folder, [option]: port })
    expect(failure.kind).toBe('usage')
    expect(failure.message).toContain(String(port))
    expect(failure.message).toContain('EADDRINUSE')
    expect(failure.remedy?.text).toBeTruthy()
    // Nothing of the failed start is left: the folder can be used at once.
    await start({ dataDirectory: folder })
  })
})

describe('an account key pair', () => {
  it('must have a public key', async () => {
    const failure = await failureOf({ accountKeyPairs: [{ id: 'APKAX', publicKey: 'nonsense' }] })
    expect(failure.kind).toBe('usage')
    expect(failure.message).toBe('the public key of the account key pair APKAX cannot be read')
  })
})

describe('a temporary sandbox', () => {
  it('leaves nothing behind', async () => {
    const sandbox = await startSandbox()
    const directory = dirname(sandbox.caFile)
    expect(existsSync(directory)).toBe(true)
    await sandbox.close()
    expect(existsSync(directory)).toBe(false)
  })

  it('closes at once, whoever is still connected', async () => {
    const sandbox = await startSandbox()
    const setup = await setUp(sandbox)
    const ports = [setup.edge, sandbox.s3Endpoint, sandbox.cloudfrontEndpoint].map((url) =>
      Number(url.split(':')[2]),
    )
    const sockets = ports.map((port) => connect(port, '127.0.0.1'))
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)))
    for (const socket of sockets) socket.on('error', () => {})
    sockets[1]?.write('GET / HTTP/1.1\r\nHost: x\r\n')
    const started = Date.now()
    await sandbox.close()
    await Promise.all(closed)
    expect(Date.now() - started).toBeLessThan(2000)
    await sandbox.close()
    await expect(send(`${sandbox.s3Endpoint}/`)).rejects.toThrow('ECONNREFUSED')
  })

  it('closes in the middle of an answer', async () => {
    const sandbox = await startSandbox()
    const setup = await setUp(sandbox, (config) => ({
      ...config,
      DefaultCacheBehavior: {
        TargetOriginId: 'origin',
        ViewerProtocolPolicy: 'allow-all',
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      },
    }))
    await putObject(setup, 'large', Buffer.alloc(8 * 1024 * 1024))
    const complete = await new Promise((resolve) => {
      httpGet(`${setup.edge.replace('https', 'http')}/large`, { agent: false }, (response) => {
        response.once('data', () => sandbox.close())
        response.on('data', () => {})
        response.on('error', () => {})
        response.on('close', () => resolve(response.complete))
      })
    })
    expect(complete).toBe(false)
  })
})

describe('a data directory', () => {
  it('keeps the account, the objects, the distributions and where they are', async () => {
    const first = await startSandbox({ dataDirectory: folder })
    const setup = await setUp(first)
    await putObject(setup, 'a', 'content')
    const before = await setup.cloudfront.send(new GetDistributionCommand({ Id: setup.distributionId }))
    await first.close()

    const second = await start({ dataDirectory: folder })
    expect(second.credentials).toEqual(first.credentials)
    expect(second.ca).toBe(first.ca)
    const { cloudfront } = clients(second)
    const after = await cloudfront.send(new GetDistributionCommand({ Id: setup.distributionId }))
    expect(after.Distribution).toEqual(before.Distribution)
    expect(after.ETag).toBe(before.ETag)
    const answer = await send(signed(setup, '/a'), { ca: second.ca })
    expect([answer.status, answer.text]).toEqual([200, 'content'])
    expect(statSync(join(folder, 'identity.json')).mode & 0o077).toBe(0)
  })

  it('begins with an empty cache', async () => {
    const first = await startSandbox({ dataDirectory: folder })
    const setup = await setUp(first)
    await putObject(setup, 'a', 'content')
    await send(signed(setup, '/a'), { ca: first.ca })
    const cached = () => readdirSync(join(folder, 'edge-cache'), { recursive: true, encoding: 'utf8' }).length
    expect(cached()).toBeGreaterThan(1)
    await first.close()
    const second = await start({ dataDirectory: folder })
    const answer = await send(signed(setup, '/a'), { ca: second.ca })
    expect(answer.headers['x-cache']).toBe('Miss from cloudfront')
  })

  it('is one sandbox’s at a time', async () => {
    const first = await startSandbox({ dataDirectory: folder })
    const failure = await failureOf({ dataDirectory: folder })
    expect(failure.kind).toBe('conflict')
    expect(failure.message).toMatch(/^another sandbox is running on this data directory \(.*\)$/)
    expect((await clients(first).s3.send(new ListBucketsCommand({}))).$metadata.httpStatusCode).toBe(200)
    await first.close()
    await start({ dataDirectory: folder })
  })

  it.each([
    ['nobody listens', async () => 1],
    [
      'somebody else listens',
      async () => {
        const server = createServer((socket) => socket.end('hello'))
          .unref()
          .listen(0, '127.0.0.1')
        await new Promise((resolve) => server.once('listening', resolve))
        return (server.address() as { port: number }).port
      },
    ],
    ['nothing sensible is written', async () => 'x'],
  ])('is taken over from a killed sandbox when %s', async (_title, port) => {
    writeFileSync(join(folder, 'sandbox.lock'), JSON.stringify({ port: await port(), token: 'abc' }))
    await start({ dataDirectory: folder })
  })

  it('must be one', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const failure = await failureOf({ dataDirectory: file })
    expect(failure.kind).toBe('usage')
    expect(failure.message).toContain(file)
    expect(failure.remedy?.text).toBeTruthy()
  })

  it.each(['cloudfront.json', 'identity.json'])('is refused with a damaged %s', async (name) => {
    await (await startSandbox({ dataDirectory: folder })).close()
    writeFileSync(join(folder, name), '{"distributions": 1}')
    const failure = await failureOf({ dataDirectory: folder })
    expect(failure.kind).toBe('usage')
    expect(failure.message).toContain(name)
    rmSync(join(folder, name))
    await start({ dataDirectory: folder })
  })

  it('is refused when the port of a distribution is taken', async () => {
    const first = await startSandbox({ dataDirectory: folder })
    const other = await clients(first).cloudfront.send(
      new CreateDistributionCommand({ DistributionConfig: minimalConfig({ CallerReference: 'other' }) }),
    )
    expect(other.$metadata.httpStatusCode).toBe(201)
    const setup = await setUp(first)
    await first.close()
    const port = Number(setup.edge.split(':')[2])
    const squatter = createServer().listen(port, '127.0.0.1')
    await new Promise((resolve) => squatter.once('listening', resolve))
    const failure = await failureOf({ dataDirectory: folder })
    expect(failure.message).toContain(`the port ${port} of distribution ${setup.distributionId}`)
    await new Promise((resolve) => squatter.close(resolve))
    const second = await start({ dataDirectory: folder })
    const list = await clients(second).cloudfront.send(new ListDistributionsCommand({}))
    expect(list.DistributionList?.Quantity).toBe(2)
  })

  it('is made when it is not there', async () => {
    const inner = join(folder, 'a', 'b')
    await start({ dataDirectory: inner })
    expect(existsSync(join(inner, 'ca.pem'))).toBe(true)
  })
})
