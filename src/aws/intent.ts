import { Failure } from '../core/errors.ts'

/** What the user asked for: everything that desired AWS state is computed from. */
export interface Intent {
  /** Names what init makes: `<name>-oac`, `<name>-keys`, the distribution's comment. */
  readonly name: string
  readonly bucket: string
  readonly region: string
  readonly rootDirectory: string
  /** The origin path that the registry release needs (storage/edge-path.ts). */
  readonly originPath: string
  readonly methods: 'all' | 'read-only'
  /** Whether the bucket policy refuses plain HTTP; false only where S3 itself is reached over plain HTTP. */
  readonly requireTls: boolean
  /** The public half of the signing key, PEM, and the SHA-256 of its DER in hex. */
  readonly publicKey: string
  readonly publicKeyHash: string
}

export type Methods = Intent['methods']

/** What the guide prescribes, or with `read-only` what a pull needs. The CloudFront API knows three sets; these are two of them. */
export function methodsFor(methods: Methods): {
  readonly allowed: readonly string[]
  readonly cached: readonly string[]
} {
  const read = ['GET', 'HEAD', 'OPTIONS']
  return { allowed: methods === 'all' ? [...read, 'PUT', 'POST', 'PATCH', 'DELETE'] : read, cached: read }
}

/** The bucket's regional host: the only form that works at once for a new bucket (facts: cloudfront 1.4). */
export function bucketHost(bucket: string, region: string): string {
  return `${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
}

/** The partition a region belongs to, for ARNs. */
export function partition(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : 'aws'
}

/** Throws Failure('usage') for a region of a partition that has no CloudFront of its own. */
export function checkRegion(region: string): void {
  if (!/^(us-gov|us-iso|eu-iso|eusc)/.test(region)) return
  throw new Failure('usage', `CloudFront is not offered in the partition of ${region}`, {
    remedy: { text: 'Use a region of another partition; a distribution reads no bucket across partitions.' },
  })
}

/**
 * Throws Failure('usage') unless every resource can be called after `name`: 1 to 63 letters, digits, - and _, as a bucket's.
 */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9_-]{1,63}$/.test(name)) return
  throw new Failure(
    'usage',
    `${JSON.stringify(name)} is no name for CloudFront's resources: 1 to 63 letters, digits, - and _ are needed`,
  )
}

/**
 * Throws Failure('usage') unless S3 takes the bucket's name and CloudFront can reach it: 3 to 63 lower-case letters,
 * digits and hyphens. Dots are refused because S3's certificate does not cover them.
 */
export function checkBucketName(bucket: string): void {
  if (/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket) && !bucket.startsWith('xn--')) return
  const dots = bucket.includes('.') ? "; a name with dots is not covered by S3's certificate" : ''
  throw new Failure(
    'usage',
    `${JSON.stringify(bucket)} is no bucket name for a registry: 3 to 63 lower-case letters, digits and hyphens are needed${dots}`,
    {
      remedy: { text: 'Choose another name.', commands: ['regctl init --bucket my-registry'] },
    },
  )
}
