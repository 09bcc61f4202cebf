import type { SigningKey } from '../signing/private-key.ts'
import { signUrl } from '../signing/sign.ts'
import type { S3BucketKeyer, StorageDriver } from '../storage/driver.ts'

export interface CloudFrontMiddlewareOptions {
  /** With a scheme and a slash at the end, as the registry makes it of `baseurl`. */
  readonly baseUrl: string
  readonly keyPairId: string
  readonly key: SigningKey
  /** Seconds that a URL is good for. */
  readonly duration: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * A driver that sends clients to CloudFront with a signed URL of the object's whole key, root directory included
 * (facts: registry 5.2). It needs the keys of the driver below and has none itself, so, as in the registry, only the
 * first of several storage middlewares can be this one. What the URL cannot hold makes `redirectURL` throw
 * Failure('usage').
 */
export function cloudfront(
  inner: StorageDriver & S3BucketKeyer,
  options: CloudFrontMiddlewareOptions,
): StorageDriver {
  const { baseUrl, keyPairId, key, duration, now } = options
  const { s3BucketKey, ...driver } = inner
  return {
    ...driver,
    capabilities: { ...driver.capabilities, redirect: true },
    async redirectURL(_, path) {
      const expires = Math.floor(now() / 1000) + duration
      return signUrl({ url: baseUrl + s3BucketKey(path), keyPairId, key, expires })
    },
  }
}
