import { Failure } from '../core/errors.ts'
import { readCloudFront } from './cloudfront-options.ts'
import type { EffectiveConfig } from './effective.ts'
import { majorOf, type Release } from './releases.ts'
import { readS3 } from './s3-parameters.ts'

/** What the registry does on a pull: where the blob is, and how the URL of the redirect is made. */
export interface EdgeSettings {
  readonly release: Release
  readonly major: 2 | 3
  readonly middleware: 'cloudfront'
  readonly bucket: string
  readonly region: string
  /** "" for AWS itself. */
  readonly regionEndpoint: string
  readonly rootDirectory: string
  /** With a scheme and a slash at the end. */
  readonly baseUrl: string
  /** The path of `baseUrl`, "/" when it has none. */
  readonly basePath: string
  readonly keyPairId: string
  /** The key's file, as the registry will open it. */
  readonly privateKey: string
  /** Lifetime of a signed URL, in seconds. */
  readonly duration: number
}

/**
 * The settings of a config that stores on S3 and signs for CloudFront. Throws Failure('usage') for any other, saying
 * what the registry does with it instead. `file` is only for the messages.
 */
export function edgeSettings(effective: EffectiveConfig, file: string): EdgeSettings {
  const { storage, storageMiddleware, release } = effective
  if (storage === undefined || !['s3', 's3aws'].includes(storage.driver)) {
    throw refuse(
      file,
      `stores on ${storage?.driver ?? 'nothing'}, and only S3 has object keys that CloudFront can serve`,
    )
  }
  if (effective.redirectDisabled) {
    throw refuse(
      file,
      'disables redirects, so the registry serves every blob itself and never asks CloudFront',
    )
  }
  // Each entry wraps the one before it: the last is asked first, and only the first sees the S3 driver (facts: registry 5.4).
  const names = storageMiddleware.map(({ name }) => name)
  const [entry] = storageMiddleware
  if (entry?.name !== 'cloudfront' || names.some((name) => name !== 'cloudfront')) {
    const what =
      names.length === 0 ? 'has no storage middleware' : `has the storage middleware ${names.join(', ')}`
    throw refuse(file, `${what}, so the registry signs no URL for CloudFront`)
  }
  const s3 = readS3(storage.parameters, release)
  const cloudfront = readCloudFront(entry.options, release)
  const [problem] = [...s3.problems, ...cloudfront.problems]
  if (problem !== undefined) throw refuse(file, `is refused by the registry: ${problem.message}`)
  const { baseUrl, keyPairId, privateKey, duration } = cloudfront.values
  const url = parse(baseUrl)
  if (url === undefined) throw refuse(file, `has the base URL ${JSON.stringify(baseUrl)}, which is none`)
  const { bucket, region, regionEndpoint, rootDirectory } = s3.values
  return {
    release,
    major: majorOf(release),
    middleware: 'cloudfront',
    bucket,
    region,
    regionEndpoint,
    rootDirectory,
    baseUrl,
    basePath: url.pathname,
    keyPairId,
    privateKey,
    duration,
  }
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function refuse(file: string, what: string): Failure {
  return new Failure('usage', `${file} ${what}`, {
    remedy: { text: 'Lint says what to change.', commands: [`regctl lint ${file}`] },
  })
}
