import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { canonicalRequest, type Pairs, parseQuery, queryValue } from './canonical-request.ts'

/**
 * AWS Signature Version 4 from the server's side, for headers and presigned queries. Codes, messages and
 * limits are S3's (API reference, "Authenticating Requests" and "Error responses"); a service other than
 * `s3` differs in its canonical path, which is encoded twice, and in always signing the body's hash.
 */

export interface SignedRequest {
  readonly method: string
  /** Path and query exactly as they came over the wire. */
  readonly rawUrl: string
  readonly headers: IncomingHttpHeaders
  /** SHA-256 of the body in hex. Needed for services other than s3, whose clients need not send it as a header. */
  readonly bodySha256?: string
}

interface SigV4Settings {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly service: string
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

type SigV4Answer =
  | { readonly kind: 'account'; readonly chunkSignatures?: ChunkSignatures }
  /** The request carries no credentials at all. */
  | { readonly kind: 'anonymous' }
  | SigV4Refusal

export interface SigV4Refusal {
  readonly kind: 'refused'
  readonly status: number
  readonly code: string
  readonly message: string
  /** Further members of the error body, such as `Region`. */
  readonly details: Readonly<Record<string, string>>
}

/** Verifies the chain of signatures in an aws-chunked body. Calls must come in the body's order. */
export interface ChunkSignatures {
  /** Whether `signature` is right for the next chunk, whose bytes hash to `sha256` (hex). */
  chunk(sha256: string, signature: string): boolean
  /** Whether `signature` is right for the trailing headers, whose canonical text hashes to `sha256` (hex). */
  trailer(sha256: string, signature: string): boolean
}

/** SHA-256 of nothing, in hex. */
const emptySha256 = createHash('sha256').digest('hex')

const algorithm = 'AWS4-HMAC-SHA256'
const maxSkew = 15 * 60 * 1000
const maxPresignedSeconds = 604_800
const payloadMarkers = new Set([
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
])

/** Who signed the request: the account, nobody, or an error as AWS would answer it. Never throws. */
export function verifySigV4(request: SignedRequest, settings: SigV4Settings): SigV4Answer {
  const query = parseQuery(request.rawUrl)
  const authorization = request.headers.authorization
  const presigned = queryValue(query, 'X-Amz-Algorithm') !== undefined
  const legacyQuery =
    queryValue(query, 'Signature') !== undefined || queryValue(query, 'AWSAccessKeyId') !== undefined
  if ([presigned, legacyQuery, authorization !== undefined].filter(Boolean).length > 1) {
    return refuse(400, 'InvalidArgument', onlyOneMechanism, {
      ArgumentName: 'Authorization',
      ArgumentValue: '',
    })
  }
  if (authorization !== undefined) return verifyHeader(request, settings, query, authorization)
  if (presigned) return verifyQuery(request, settings, query)
  if (legacyQuery) return refuseLegacyQuery(query)
  return { kind: 'anonymous' }
}

const onlyOneMechanism =
  'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified'
const v4Only = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'

function refuseLegacyQuery(query: Pairs): SigV4Refusal {
  const complete = ['Signature', 'Expires', 'AWSAccessKeyId'].every(
    (name) => queryValue(query, name) !== undefined,
  )
  if (complete) return refuse(400, 'InvalidRequest', v4Only)
  const message = 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters'
  return refuse(403, 'AccessDenied', message)
}

interface Claim {
  readonly scope: Scope
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** `yyyyMMdd'T'HHmmss'Z'` */
  readonly date: string
  readonly payload: string
}

interface Scope {
  readonly accessKeyId: string
  readonly text: string
  readonly date: string
  readonly region: string
  readonly service: string
}

function verifyHeader(
  request: SignedRequest,
  settings: SigV4Settings,
  query: Pairs,
  authorization: string,
): SigV4Answer {
  if (/^AWS /.test(authorization)) return refuse(400, 'InvalidRequest', v4Only)
  if (!authorization.startsWith(`${algorithm} `)) {
    return refuse(400, 'InvalidArgument', 'Unsupported Authorization Type', {
      ArgumentName: 'Authorization',
      ArgumentValue: authorization.split(' ')[0] ?? '',
    })
  }
  const fields = new Map(
    authorization
      .slice(algorithm.length + 1)
      .split(',')
      .map((field): [string, string] => {
        const [name = '', ...value] = field.trim().split('=')
        return [name, value.join('=')]
      }),
  )
  const malformed = (what: string, details = {}) =>
    refuse(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; ${what}`, details)
  const missing = ['Credential', 'SignedHeaders', 'Signature'].find((name) => !fields.get(name))
  if (missing !== undefined)
    return malformed(
      `the authorization header requires three components: Credential, SignedHeaders, and Signature.`,
    )
  const scope = parseScope(fields.get('Credential') ?? '')
  if (scope === undefined)
    return malformed(
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  const date = requestDate(request.headers)
  if (date === undefined)
    return refuse(403, 'AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  const wrongScope = judgeScope(scope, settings, date)
  if (wrongScope !== undefined) return malformed(wrongScope.what, wrongScope.details)

  const payload = payloadOf(request, settings)
  if (typeof payload !== 'string') return payload
  const claim: Claim = {
    scope,
    signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
    signature: fields.get('Signature') ?? '',
    date,
    payload,
  }
  const skew = Math.abs(parseDate(date) - settings.now)
  const wrong = verifyClaim(request, settings, query, claim)
  if (wrong !== undefined) return wrong
  if (skew > maxSkew) {
    const message = 'The difference between the request time and the current time is too large.'
    return refuse(403, 'RequestTimeTooSkewed', message, {
      RequestTime: date,
      ServerTime: isoSeconds(settings.now),
      MaxAllowedSkewMilliseconds: String(maxSkew),
    })
  }
  if (!payload.startsWith('STREAMING-AWS4-HMAC-SHA256')) return { kind: 'account' }
  return { kind: 'account', chunkSignatures: chunkSignatures(claim, settings) }
}

function verifyQuery(request: SignedRequest, settings: SigV4Settings, query: Pairs): SigV4Answer {
  const wrongQuery = (message: string, details = {}) =>
    refuse(400, 'AuthorizationQueryParametersError', message, details)
  const given = (name: string) => queryValue(query, name) ?? ''
  const names = [
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Signature',
    'X-Amz-Date',
    'X-Amz-SignedHeaders',
    'X-Amz-Expires',
  ]
  if (names.some((name) => given(name) === '')) {
    return wrongQuery(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  if (given('X-Amz-Algorithm') !== algorithm)
    return wrongQuery(`X-Amz-Algorithm only supports "${algorithm}"`)
  const scope = parseScope(given('X-Amz-Credential'))
  if (scope === undefined) {
    return wrongQuery(
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  }
  const date = given('X-Amz-Date')
  if (Number.isNaN(parseDate(date))) {
    return wrongQuery(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
  }
  const expires = Number(given('X-Amz-Expires'))
  if (!Number.isInteger(expires)) return wrongQuery('X-Amz-Expires should be a number')
  if (expires < 0) return wrongQuery('X-Amz-Expires must be non-negative')
  if (expires > maxPresignedSeconds) {
    return wrongQuery(
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    )
  }
  const wrongScope = judgeScope(scope, settings, date)
  if (wrongScope !== undefined) {
    return wrongQuery(`Error parsing the X-Amz-Credential parameter; ${wrongScope.what}`, wrongScope.details)
  }
  const signedAt = parseDate(date)
  const expiresAt = signedAt + expires * 1000
  if (signedAt > settings.now + maxSkew) return refuse(403, 'AccessDenied', 'Request is not yet valid')
  if (expiresAt < settings.now) {
    return refuse(403, 'AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(expires),
      Expires: isoSeconds(expiresAt),
      ServerTime: isoSeconds(settings.now),
    })
  }
  const declared = request.headers['x-amz-content-sha256']
  const payload =
    queryValue(query, 'X-Amz-Content-Sha256') ??
    (typeof declared === 'string' ? declared : 'UNSIGNED-PAYLOAD')
  const claim: Claim = {
    scope,
    signedHeaders: given('X-Amz-SignedHeaders').split(';'),
    signature: given('X-Amz-Signature'),
    date,
    payload,
  }
  const unsigned = query.filter(([name]) => name !== 'X-Amz-Signature')
  return verifyClaim(request, settings, unsigned, claim) ?? { kind: 'account' }
}

function parseScope(credential: string): Scope | undefined {
  // An access key may hold slashes; the scope is always the last four parts.
  const parts = credential.split('/')
  const [date, region, service, terminal] = parts.slice(-4)
  const accessKeyId = parts.slice(0, -4).join('/')
  if (parts.length < 5 || !date || !region || !service || terminal !== 'aws4_request') return undefined
  return { accessKeyId, text: parts.slice(-4).join('/'), date, region, service }
}

function judgeScope(scope: Scope, settings: SigV4Settings, date: string) {
  if (scope.region !== settings.region) {
    return {
      what: `the region '${scope.region}' is wrong; expecting '${settings.region}'`,
      details: { Region: settings.region },
    }
  }
  if (scope.service !== settings.service) {
    return {
      what: `incorrect service "${scope.service}". This endpoint belongs to "${settings.service}".`,
      details: {},
    }
  }
  if (scope.date !== date.slice(0, 8)) {
    const what = `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${date.slice(0, 8)}".`
    return { what, details: {} }
  }
  return undefined
}

function payloadOf(request: SignedRequest, settings: SigV4Settings): string | SigV4Refusal {
  const declared = request.headers['x-amz-content-sha256']
  if (settings.service !== 's3') return request.bodySha256 ?? emptySha256
  if (typeof declared !== 'string') {
    return refuse(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  if (!payloadMarkers.has(declared) && !/^[0-9a-f]{64}$/.test(declared)) {
    const message = `x-amz-content-sha256 must be ${[...payloadMarkers].join(', ')}, or a valid sha256 value.`
    return refuse(400, 'InvalidArgument', message, {
      ArgumentName: 'x-amz-content-sha256',
      ArgumentValue: declared,
    })
  }
  return declared
}

/** What is wrong with the claim, or undefined when its signature is right. */
function verifyClaim(
  request: SignedRequest,
  settings: SigV4Settings,
  query: Pairs,
  claim: Claim,
): SigV4Refusal | undefined {
  const { accessKeyId } = claim.scope
  if (accessKeyId !== settings.credentials.accessKeyId) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.'
    return refuse(403, 'InvalidAccessKeyId', message, { AWSAccessKeyId: accessKeyId })
  }
  if (
    request.headers['x-amz-security-token'] !== undefined ||
    queryValue(query, 'X-Amz-Security-Token') !== undefined
  ) {
    return refuse(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.')
  }
  const signed = new Set(claim.signedHeaders)
  const bare = Object.keys(request.headers).filter((name) => mustBeSigned(name) && !signed.has(name))
  if (bare.length > 0) {
    const message = 'There were headers present in the request which were not signed'
    return refuse(403, 'AccessDenied', message, { HeadersNotSigned: bare.join(', ') })
  }
  const canonical = canonicalRequest({
    method: request.method,
    rawUrl: request.rawUrl,
    headers: request.headers,
    service: settings.service,
    query,
    signedHeaders: claim.signedHeaders,
    payload: claim.payload,
  })
  const text = [algorithm, claim.date, claim.scope.text, canonical.sha256].join('\n')
  if (sameText(hmac(signingKey(claim.scope, settings), text).toString('hex'), claim.signature))
    return undefined
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
  return refuse(403, 'SignatureDoesNotMatch', message, {
    AWSAccessKeyId: accessKeyId,
    StringToSign: text,
    CanonicalRequest: canonical.text,
  })
}

const mustBeSigned = (name: string) =>
  name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256')

function chunkSignatures(claim: Claim, settings: SigV4Settings): ChunkSignatures {
  const key = signingKey(claim.scope, settings)
  let previous = claim.signature
  const advance = (kind: string, hashes: string[], signature: string) => {
    const text = [kind, claim.date, claim.scope.text, previous, ...hashes].join('\n')
    previous = hmac(key, text).toString('hex')
    return sameText(previous, signature)
  }
  return {
    chunk: (hash, signature) => advance(`${algorithm}-PAYLOAD`, [emptySha256, hash], signature),
    trailer: (hash, signature) => advance('AWS4-HMAC-SHA256-TRAILER', [hash], signature),
  }
}

/** The key made last, and of what: a client signs a whole day's requests with one. */
let made: { readonly of: string; readonly key: Buffer } = { of: '', key: Buffer.alloc(0) }

function signingKey(scope: Scope, settings: SigV4Settings): Buffer {
  const { secretAccessKey } = settings.credentials
  const steps = [scope.date, scope.region, scope.service, 'aws4_request']
  const of = JSON.stringify([secretAccessKey, ...steps])
  if (made.of !== of) {
    made = {
      of,
      key: steps.reduce<Buffer>((key, step) => hmac(key, step), Buffer.from(`AWS4${secretAccessKey}`)),
    }
  }
  return made.key
}

function requestDate(headers: IncomingHttpHeaders): string | undefined {
  const amzDate = headers['x-amz-date']
  if (typeof amzDate === 'string') return Number.isNaN(parseDate(amzDate)) ? undefined : amzDate
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? undefined : new Date(date).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function parseDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (parts === null) return Number.NaN
  const [, year, month, day, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

const isoSeconds = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()

function sameText(expected: string, actual: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(actual)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function refuse(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, string>> = {},
): SigV4Refusal {
  return { kind: 'refused', status, code, message, details }
}
