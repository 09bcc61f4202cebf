/**
 * What the sandbox is started with and what it gives. One process holds S3, the CloudFront API and one
 * edge a distribution, all on loopback.
 */
export interface SandboxOptions {
  /** Kept across restarts when given; otherwise a temporary folder that `close` removes. */
  readonly dataDirectory?: string
  /** 0 or undefined: any free port. */
  readonly s3Port?: number
  readonly cloudfrontPort?: number
  readonly region?: string
  /** Milliseconds a changed distribution stays `InProgress`. Default 0. */
  readonly deployTime?: number
  /** Refuse every canned ACL but bucket-owner-full-control on a bucket with ACLs disabled (reports on AWS differ). */
  readonly strictAcl?: boolean
  /** An account key pair for `TrustedSigners: self`, which on AWS only the console can make: id (APKA…) and public key (PEM). */
  readonly accountKeyPairs?: readonly { readonly id: string; readonly publicKey: string }[]
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: () => number
}

export interface Sandbox {
  readonly s3Endpoint: string
  readonly cloudfrontEndpoint: string
  readonly region: string
  readonly accountId: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The certificate authority of the edges, and the same with the public roots, as PEM files. */
  readonly caFile: string
  readonly caBundleFile: string
  readonly ca: string
  /** Every decision of every edge, oldest first. */
  readonly edgeLog: readonly EdgeDecision[]
  /** The requests S3 got over HTTP, oldest first: method, path with query, status, and who asked. */
  readonly s3Log: readonly {
    readonly method: string
    readonly path: string
    readonly status: number
    readonly caller: string
  }[]
  close(): Promise<void>
}

/** One request to an edge and what was decided: enough to prove who was let in and why. */
export interface EdgeDecision {
  readonly time: string
  readonly distributionId: string
  readonly scheme: 'http' | 'https'
  readonly method: string
  readonly path: string
  /** `accepted`: by a valid signature; `open`: the behaviour asks for none; otherwise why it was refused. */
  readonly decision: 'accepted' | 'open' | 'refused' | 'redirected'
  /**
   * For `refused`: MissingKey, InvalidKey, MalformedSignature, MalformedPolicy; for what CloudFront calls AccessDenied
   * the true reason (signature, hash, expired, not yet valid, resource, address); or protocol, method, body, host,
   * disabled, target, url too long, origin.
   */
  readonly reason?: string
  readonly keyPairId?: string
  /** The object key that the origin was asked for. */
  readonly originKey?: string
  readonly status: number
  readonly cache: 'Hit' | 'Miss' | 'RefreshHit' | 'Error' | 'none'
}
