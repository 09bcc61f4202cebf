/** Asks an S3 origin as CloudFront does: which bucket and key, with which headers, in whose name. */
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { commonHeaders, errorAnswer, newIds, S3Error, s3Error } from '../s3/errors.ts'
import type { Caller, S3Answer, S3Service } from '../s3/service.ts'
import { parseXml } from '../xml.ts'
import type { Policies } from './behavior.ts'
import type { Head } from './cache.ts'
import type { Origin } from './distribution-config.ts'
import { arnOf } from './distributions.ts'
import { bucketOf } from './origin-domain.ts'
import type { State } from './state.ts'
import type { ViewerRequest } from './viewer-request.ts'

export interface OriginAnswer extends Head {
  readonly body: Readable
  /** The object key that was asked for; undefined for the bucket itself. */
  readonly key: string | undefined
}

export interface OriginWorld {
  readonly s3: S3Service
  readonly state: State
  readonly accountId: string
  readonly distributionId: string
}

/** One request to the origin. `path` is the viewer's, encoded, without the origin path. */
export interface OriginRequest {
  readonly viewer: ViewerRequest
  readonly origin: Origin
  readonly policies: Policies
  readonly path: string
  readonly method: string
  /** Conditional and range headers in place of the viewer's. */
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
}

/** Gives the origin's answer, an S3 error among them. Never throws for what S3 refuses. */
export async function askOrigin(world: OriginWorld, request: OriginRequest): Promise<OriginAnswer> {
  const { origin, path } = request
  let key: string | undefined
  let answer: S3Answer
  try {
    key = decodeURIComponent(`${origin.OriginPath}${path}`.slice(1)) || undefined
    answer = await fetchFromS3(world, request, key)
  } catch (error) {
    const refusal = error instanceof URIError ? s3Error('InvalidURI') : error
    if (!(refusal instanceof S3Error)) throw error
    answer = withIds(refusal, path)
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const given = answer.body ?? Readable.from([])
  const body = given instanceof Readable ? given : Readable.from([Buffer.from(given)])
  if (!(given instanceof Readable)) headers['content-length'] = String(Buffer.byteLength(given))
  delete headers.connection
  delete headers.date
  return {
    status: answer.status,
    headers,
    body,
    key,
  }
}

function withIds(error: S3Error, resource: string): S3Answer {
  const ids = newIds()
  const answer = errorAnswer(error, resource, ids)
  return { ...answer, headers: { ...commonHeaders(ids), ...answer.headers } }
}

async function fetchFromS3(
  world: OriginWorld,
  request: OriginRequest,
  key: string | undefined,
): Promise<S3Answer> {
  const { origin, viewer, policies } = request
  const domain = bucketOf(origin.DomainName)
  if (domain === undefined) throw new Error(`not an S3 origin: ${origin.DomainName}`)
  const control = world.state.originAccessControls.find((c) => c.id === origin.OriginAccessControlId)?.config
  const authorization = forwardedAuthorization(request)
  const signs =
    control?.SigningBehavior === 'always' ||
    (control?.SigningBehavior === 'no-override' && authorization === undefined)

  if (policies.forward.headers('host')) {
    // What CloudFront signs names the origin's host, and S3 is told the viewer's.
    if (signs) throw s3Error('SignatureDoesNotMatch')
    throw s3Error('NoSuchBucket', undefined, { BucketName: viewer.url.host })
  }
  if (!signs && authorization !== undefined) throw refuseAuthorization(authorization)
  await checkRegion(world, request, domain, signs)

  const caller: Caller = signs
    ? {
        kind: 'service',
        service: 'cloudfront.amazonaws.com',
        sourceArn: arnOf(world.accountId, world.distributionId),
      }
    : { kind: 'anonymous' }
  return world.s3.handle(
    {
      method: request.method,
      bucket: domain.bucket,
      key,
      query: forwardedQuery(request),
      headers: { ...forwardedHeaders(request), ...request.headers, host: origin.DomainName },
      body: request.body,
      secure: viewer.url.scheme === 'https',
    },
    caller,
  )
}

/** CloudFront takes Authorization away from GET and HEAD unless a policy names it (facts: cloudfront 1.7). */
function forwardedAuthorization({ viewer, policies }: OriginRequest): string | undefined {
  const reading = viewer.method === 'GET' || viewer.method === 'HEAD'
  return reading && !policies.forward.headers('authorization') ? undefined : viewer.headers.authorization
}

function refuseAuthorization(authorization: string): S3Error {
  // A SigV4 signature of the viewer's is for the edge's host, never for the bucket's.
  if (/^AWS4-HMAC-SHA256 /.test(authorization)) return s3Error('SignatureDoesNotMatch')
  return s3Error('InvalidArgument', 'Unsupported Authorization Type', {
    ArgumentName: 'Authorization',
    ArgumentValue: authorization.split(' ')[0] ?? '',
  })
}

/** Throws what S3 answers when the origin's host is not that of the bucket's region (facts: cloudfront 1.4, 3.5). */
async function checkRegion(
  world: OriginWorld,
  { origin, path }: OriginRequest,
  domain: { readonly bucket: string; readonly region: string | undefined },
  signed: boolean,
): Promise<void> {
  const region = await regionOf(world.s3, domain.bucket)
  const asked = domain.region ?? 'us-east-1'
  if (region === undefined || region === asked) return
  const endpoint = `${domain.bucket}.s3.${region}.amazonaws.com`
  const details = { Bucket: domain.bucket, Endpoint: endpoint }
  if (domain.region === undefined)
    throw new S3Error(
      307,
      'TemporaryRedirect',
      'Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests.',
      details,
      { Location: `https://${endpoint}${origin.OriginPath}${path}` },
    )
  if (!signed)
    throw new S3Error(
      301,
      'PermanentRedirect',
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      details,
    )
  throw new S3Error(
    400,
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; the region '${asked}' is wrong; expecting '${region}'`,
    { Region: region },
  )
}

/** The bucket's region; undefined when there is no such bucket, or its policy hides it. */
async function regionOf(s3: S3Service, bucket: string): Promise<string | undefined> {
  const request = {
    method: 'GET',
    bucket,
    key: undefined,
    query: new URLSearchParams('location'),
    headers: {},
    body: Readable.from([]),
  }
  const answer = await s3.handle(request, { kind: 'account' })
  if (answer.status !== 200 || typeof answer.body !== 'string') return undefined
  return parseXml(answer.body).text || 'us-east-1'
}

function forwardedQuery({ viewer, policies }: OriginRequest): URLSearchParams {
  const own = new URLSearchParams(viewer.url.query ?? '')
  return new URLSearchParams([...own].filter(([name]) => policies.forward.query(name)))
}

/** Of a request with a body everything that describes the body and the object; of every request what a policy names. */
function forwardedHeaders({ viewer, policies }: OriginRequest): IncomingHttpHeaders {
  const always = /^(content-|x-amz-|cache-control$|expires$|if-|range$|transfer-encoding$)/
  const chosen = Object.entries(viewer.headers).filter(
    ([name]) => always.test(name) || policies.forward.headers(name),
  )
  const { authorization, host, connection, ...rest } = Object.fromEntries(chosen)
  return rest
}
