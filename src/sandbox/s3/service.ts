import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { ChunkSignatures } from '../sigv4.ts'

/**
 * The sandbox's S3 as a function from request to answer. Who is asking has been decided before: the HTTP
 * front verifies the signature and calls it, and so does the edge, as the CloudFront service principal.
 */
export interface S3Service {
  handle(request: S3Request, caller: Caller): Promise<S3Answer>
}

export interface S3Request {
  readonly method: string
  /** Undefined for the service itself (ListBuckets). */
  readonly bucket: string | undefined
  /** Decoded; undefined for the bucket itself. */
  readonly key: string | undefined
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** As the client sent it: aws-chunked framing is still in place. */
  readonly body: Readable
  /** What the signatures of the body's chunks continue from; undefined unless the request announced signed chunks. */
  readonly chunkSignatures?: ChunkSignatures | undefined
  /** What a policy sees as `aws:SecureTransport`. Undefined counts as true. */
  readonly secure?: boolean
}

export interface S3Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A stream must be read to its end or destroyed: it holds on to the bytes of an object that may be gone. */
  readonly body?: string | Buffer | Readable
}

export type Caller =
  | { readonly kind: 'account' }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'service'; readonly service: 'cloudfront.amazonaws.com'; readonly sourceArn: string }
