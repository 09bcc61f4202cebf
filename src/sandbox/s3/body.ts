import { createHash } from 'node:crypto'
import { checksumHeader, checksumLength, type RunningChecksum, runningChecksum } from './checksums.ts'
import { decodeChunked } from './chunked.ts'
import { notImplemented, s3Error } from './errors.ts'
import { type ChecksumAlgorithm, checksumAlgorithms } from './records.ts'
import type { S3Request } from './service.ts'

/** What was found out about a body while it was read. */
interface BodyFacts {
  readonly size: number
  /** In hex. */
  readonly md5: string
  /** The checksum that the client announced, or the one asked for. Base64. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string }
}

export interface BodyOptions {
  /** Bytes. */
  readonly maxSize: number
  /** Whether x-amz-checksum-* is about something else than this body, as with CompleteMultipartUpload. */
  readonly foreignChecksum?: boolean
  /** The checksum to compute when the client announces none. */
  readonly checksum?: ChecksumAlgorithm | undefined
}

/**
 * Reads a request's body to its end through `sink`, without aws-chunked framing, and holds it against
 * everything the client said: length, Content-MD5, x-amz-content-sha256, x-amz-checksum-*, chunk signatures.
 * Throws S3's errors for what does not hold, inside `sink`'s iteration so that it can throw away what it has.
 */
export async function readBody<T>(
  request: S3Request,
  options: BodyOptions,
  sink: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<BodyFacts & { readonly sunk: T }> {
  const claims = claimsOf(request, options)
  let facts: BodyFacts | undefined
  const sunk = await sink(
    (async function* () {
      facts = yield* verified(request, claims)
    })(),
  )
  if (facts === undefined) throw new Error('The sink did not read the body to its end')
  return { ...facts, sunk }
}

/** The body as text. Throws as readBody does. */
export async function readText(request: S3Request, options: BodyOptions): Promise<string> {
  const { sunk } = await readBody(request, options, async (bytes) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of bytes) chunks.push(chunk)
    return Buffer.concat(chunks).toString('utf8')
  })
  return sunk
}

/** Throws InvalidRequest unless the client says by what its body can be verified, as S3 wants it for a few operations. */
export function requireDigest({ headers }: S3Request): void {
  const digests = /^(content-md5|x-amz-trailer|x-amz-checksum-(?!algorithm|type|mode).+)$/
  if (Object.keys(headers).some((name) => digests.test(name))) return
  throw s3Error('InvalidRequest', 'Missing required header for this request: Content-MD5')
}

/** What a client says about its body before it sends it. */
interface Claims {
  readonly size: number
  readonly md5: string | undefined
  readonly sha256: string | undefined
  readonly framing: { readonly signed: boolean; readonly trailer: boolean } | undefined
  readonly algorithm: ChecksumAlgorithm | undefined
  /** Base64; undefined when it comes in the trailer, or is not claimed. */
  readonly checksum: string | undefined
  readonly checksumInTrailer: boolean
}

function claimsOf(request: S3Request, options: BodyOptions): Claims {
  const header = (name: string) => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : undefined
  }
  const content = header('x-amz-content-sha256')
  const framing = content?.startsWith('STREAMING-')
    ? { signed: content.includes('HMAC'), trailer: content.endsWith('-TRAILER') }
    : undefined
  const length = header(framing === undefined ? 'content-length' : 'x-amz-decoded-content-length')
  if (length === undefined && header('transfer-encoding') !== undefined)
    throw notImplemented('Transfer-Encoding')
  if (length === undefined || !/^\d+$/.test(length)) throw s3Error('MissingContentLength')
  const size = Number(length)
  if (size > options.maxSize) {
    throw s3Error('EntityTooLarge', undefined, {
      ProposedSize: length,
      MaxSizeAllowed: String(options.maxSize),
    })
  }
  if (framing?.signed && request.chunkSignatures === undefined) throw s3Error('AccessDenied')

  const md5 = header('content-md5')
  if (md5 !== undefined && !isBase64Of(md5, 16)) throw s3Error('InvalidDigest')

  const claimed = options.foreignChecksum
    ? []
    : checksumAlgorithms.filter((algorithm) => header(checksumHeader(algorithm)) !== undefined)
  const announced = checksumAlgorithms.filter(
    (a) => header('x-amz-trailer')?.toLowerCase().trim() === checksumHeader(a),
  )
  if (header('x-amz-trailer') !== undefined && announced.length === 0) {
    throw s3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported')
  }
  if (claimed.length + announced.length > 1) {
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  const [algorithm] = [...claimed, ...announced]
  const named = header('x-amz-sdk-checksum-algorithm')?.toUpperCase()
  if (named !== undefined && algorithm === undefined) {
    throw s3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  }
  if (named !== undefined && named !== algorithm) {
    throw s3Error('InvalidRequest', 'Value for x-amz-sdk-checksum-algorithm header is invalid.')
  }
  const checksum = algorithm === undefined ? undefined : header(checksumHeader(algorithm))
  if (algorithm !== undefined && checksum !== undefined && !isBase64Of(checksum, checksumLength[algorithm])) {
    throw invalidChecksum(algorithm)
  }
  return {
    size,
    md5,
    sha256: content !== undefined && /^[0-9a-f]{64}$/.test(content) ? content : undefined,
    framing,
    algorithm: algorithm ?? options.checksum,
    checksum,
    checksumInTrailer: announced.length > 0,
  }
}

async function* verified(request: S3Request, claims: Claims): AsyncGenerator<Uint8Array, BodyFacts> {
  const md5 = createHash('md5')
  const sha256 = claims.sha256 === undefined ? undefined : createHash('sha256')
  const { algorithm } = claims
  const checksum: RunningChecksum | undefined =
    algorithm === undefined ? undefined : runningChecksum(algorithm)
  let trailer: string | undefined
  let size = 0
  for await (const chunk of unframed(request, claims, (name, value) => {
    if (algorithm !== undefined && name === checksumHeader(algorithm)) trailer = value
  })) {
    size += chunk.byteLength
    if (size > claims.size) throw s3Error('IncompleteBody')
    md5.update(chunk)
    sha256?.update(chunk)
    checksum?.update(chunk)
    yield chunk
  }
  if (size !== claims.size) throw s3Error('IncompleteBody')
  if (sha256 !== undefined && sha256.digest('hex') !== claims.sha256)
    throw s3Error('XAmzContentSHA256Mismatch')
  const digest = md5.digest()
  if (claims.md5 !== undefined && digest.toString('base64') !== claims.md5) throw s3Error('BadDigest')
  const facts = { size, md5: digest.toString('hex') }
  if (algorithm === undefined || checksum === undefined) return facts

  const value = await checksum.digest()
  if (claims.checksumInTrailer && trailer === undefined) {
    throw s3Error(
      'InvalidRequest',
      'The x-amz-trailer header announced a checksum that the trailer does not hold.',
    )
  }
  if (trailer !== undefined && !isBase64Of(trailer, checksumLength[algorithm]))
    throw invalidChecksum(algorithm)
  const expected = claims.checksum ?? trailer
  if (expected !== undefined && expected !== value) {
    throw s3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
  return { ...facts, checksum: { algorithm, value } }
}

function unframed(
  request: S3Request,
  claims: Claims,
  onTrailer: (name: string, value: string) => void,
): AsyncIterable<Uint8Array> {
  const raw = rawBody(request)
  if (claims.framing === undefined) return raw
  const signatures = claims.framing.signed ? request.chunkSignatures : undefined
  return decodeChunked(raw, { signatures, trailer: claims.framing.trailer, onTrailer })
}

async function* rawBody(request: S3Request): AsyncGenerator<Uint8Array> {
  try {
    // The connection outlives a body that was refused half-way: the front reads the rest and throws it away.
    yield* request.body.iterator({ destroyOnReturn: false })
  } catch {
    throw s3Error('IncompleteBody')
  }
}

const isBase64Of = (text: string, bytes: number) =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, 'base64').length === bytes

const invalidChecksum = (algorithm: ChecksumAlgorithm) =>
  s3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`)
