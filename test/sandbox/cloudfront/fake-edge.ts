import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { createAuthority, issueCertificate } from '../../../src/sandbox/certificate.ts'
import { distributionConfig } from '../../../src/sandbox/cloudfront/distribution-config.ts'
import { openEdges } from '../../../src/sandbox/cloudfront/edges.ts'
import { emptyState, type State } from '../../../src/sandbox/cloudfront/state.ts'
import type { Caller, S3Answer, S3Request } from '../../../src/sandbox/s3/service.ts'
import type { EdgeDecision } from '../../../src/sandbox/sandbox.ts'
import { minimalConfig } from './support.ts'

export interface Seen extends Pick<S3Request, 'method' | 'bucket' | 'key' | 'headers'> {
  readonly query: string
  readonly caller: Caller
  readonly body: string
}

export interface FakeEdge {
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly state: State
  readonly log: readonly EdgeDecision[]
  /** What S3 was asked, without the questions for a bucket's region. */
  readonly seen: Seen[]
  /** Moves the clock on. */
  advance(seconds: number): void
  invalidate(...paths: string[]): Promise<void>
  readonly cacheFolder: string
  close(): Promise<void>
}

type Behavior = Record<string, unknown>

/** An unrestricted edge whose S3 is `answer`. `config` and `behavior` are in the form that is stored. */
export async function fakeEdge(
  answer: (request: Seen) => S3Answer | Promise<S3Answer>,
  options: { behavior?: Behavior; config?: Record<string, unknown>; region?: string; oac?: string } = {},
): Promise<FakeEdge> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'regctl-edge-'))
  const log: EdgeDecision[] = []
  const seen: Seen[] = []
  const state = emptyState()
  let clock = Date.now()
  const created = new Date(clock).toISOString()
  if (options.oac !== undefined)
    state.originAccessControls.push({
      id: 'EOAC',
      etag: 'E1',
      created,
      modified: created,
      config: {
        Name: 'oac',
        Description: '',
        SigningProtocol: 'sigv4',
        SigningBehavior: options.oac as 'always',
        OriginAccessControlOriginType: 's3',
      },
    })
  const base = minimalConfig()
  const edges = await openEdges({
    state,
    accountId: '123456789012',
    accountKeys: new Map(),
    now: () => clock,
    certificate: await issueCertificate(await createAuthority()),
    cacheFolder,
    log: (decision) => log.push(decision),
    s3: {
      async handle(request, caller) {
        if (request.query.has('location') && caller.kind === 'account')
          return {
            status: 200,
            headers: {},
            body: `<LocationConstraint>${options.region ?? ''}</LocationConstraint>`,
          }
        let body = ''
        if (request.method !== 'GET' && request.method !== 'HEAD')
          for await (const chunk of request.body) body += String(chunk)
        const { method, bucket, key, headers } = request
        const question = { method, bucket, key, headers, query: request.query.toString(), caller, body }
        seen.push(question)
        return answer(question)
      },
    },
  })
  const port = await edges.open('EDISTRIBUTION')
  state.distributions.push({
    id: 'EDISTRIBUTION',
    etag: 'E1',
    created,
    modified: created,
    port,
    deployedAt: 0,
    tags: {},
    config: distributionConfig.parse({
      ...base,
      Origins: {
        Quantity: 1,
        Items: {
          Origin: {
            Id: 'origin',
            DomainName: 'bucket.s3.us-east-1.amazonaws.com',
            S3OriginConfig: { OriginAccessIdentity: '' },
            OriginAccessControlId: options.oac === undefined ? '' : 'EOAC',
          },
        },
      },
      DefaultCacheBehavior: { ...base.DefaultCacheBehavior, ...options.behavior },
      ...options.config,
    }),
  })
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    log,
    seen,
    cacheFolder,
    advance: (seconds) => {
      clock += seconds * 1000
    },
    invalidate: (...paths) => edges.invalidate('EDISTRIBUTION', paths),
    async close() {
      await edges.closeAll()
      rmSync(cacheFolder, { recursive: true, force: true })
    },
  }
}

/** An S3 that holds one object under every key, honours conditions and ranges, and counts on its ETag. */
export function object(body: string | (() => Readable), headers: Record<string, string> = {}) {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : undefined
  return ({ method, headers: asked }: Seen): S3Answer => {
    const all = {
      ETag: '"tag"',
      'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      ...(length === undefined ? {} : { 'Content-Length': String(length) }),
      ...headers,
    }
    if (asked['if-none-match'] === all.ETag) return { status: 304, headers: { ETag: all.ETag } }
    if (method === 'HEAD') return { status: 200, headers: all }
    return {
      status: 200,
      headers: all,
      body: typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body(),
    }
  }
}

/** An S3 error. */
export function s3Refusal(status: number, code: string, headers: Record<string, string> = {}): S3Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>m</Message><RequestId>r</RequestId><HostId>h</HostId></Error>`
  return { status, headers: { Server: 'AmazonS3', 'Content-Type': 'application/xml', ...headers }, body }
}
