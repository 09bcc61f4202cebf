import { Failure } from '../core/errors.ts'
import { shellLine } from '../core/shell.ts'
import { readCloudFront } from './cloudfront-options.ts'
import type { EffectiveConfig, Middleware } from './effective.ts'
import { before, latest, majorOf, type Release } from './releases.ts'
import { readS3 } from './s3-parameters.ts'
import { storageMiddlewares } from './schema/middleware.ts'
import { knows } from './schema/type.ts'
import { textOf } from './value.ts'

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
  /** Whether the registry asks S3 to encrypt, and with which KMS key; "" for S3's own. */
  readonly encrypt: boolean
  readonly keyId: string
  /** With a scheme and a slash at the end. */
  readonly baseUrl: string
  /** The path of `baseUrl`, "/" when it has none. */
  readonly basePath: string
  readonly keyPairId: string
  /** The key's file, as the registry will open it. */
  readonly privateKey: string
  /** Lifetime of a signed URL, in whole seconds; 1 or more. */
  readonly duration: number
}

/**
 * The settings of a config that stores on S3 and signs for CloudFront. Throws Failure('usage') for any other, saying
 * what the registry does with it instead. `file` is only for the messages.
 */
export function edgeSettings(effective: EffectiveConfig, file: string): EdgeSettings {
  const { storage, storageMiddleware, release } = effective
  const refuse = (what: string) =>
    new Failure('usage', `${file} ${what}`, {
      remedy: { text: 'Lint says what to change.', commands: [lintCommand(file, release)] },
    })
  if (storage === undefined || !['s3', 's3aws'].includes(storage.driver)) {
    throw refuse(
      `stores on ${storage?.driver ?? 'nothing'}, and only S3 has object keys that CloudFront can serve`,
    )
  }
  if (effective.redirectDisabled) {
    throw refuse('disables redirects, so the registry serves every blob itself and never asks CloudFront')
  }
  const known = storageMiddlewares.filter((section) => knows(release, section)).map(({ name }) => name)
  const unknown = storageMiddleware.find(({ name }) => !known.includes(name))
  if (unknown !== undefined)
    throw refuse(`has the storage middleware ${unknown.name}, without which ${release} does not start`)
  const [entry] = storageMiddleware
  const urls = urlsOf(storageMiddleware)
  if (entry === undefined || urls !== 'signed') {
    const hidden = urls !== 'altered' && storageMiddleware.some(({ name }) => name === 'cloudfront')
    throw refuse(
      `${instead[urls === 'signed' ? 'presigned' : urls]}${hidden ? ' (cloudfront is asked and signs only where it stands first and nothing after it hides it)' : ''}`,
    )
  }
  const s3 = readS3(storage.parameters, release)
  const cloudfront = readCloudFront(entry.options, release)
  const [problem] = [...s3.problems, ...cloudfront.problems]
  if (problem !== undefined) throw refuse(`is refused by the registry: ${problem.message}`)
  const { baseUrl, keyPairId, privateKey } = cloudfront.values
  const url = parse(baseUrl)
  if (url === undefined) throw refuse(`has the base URL ${JSON.stringify(baseUrl)}, which is none`)
  if (before(release, '2.4.0') && !/^https?:\/\/[^/?#@]+\/$/i.test(baseUrl)) {
    throw refuse(
      `has the base URL ${JSON.stringify(baseUrl)}: before 2.4 it must be exactly scheme://host/, or no signature fits`,
    )
  }
  // The registry cuts the time at whole seconds.
  const duration = Math.floor(cloudfront.values.duration)
  if (duration < 1) {
    throw refuse(
      `lets signed URLs live for ${cloudfront.values.duration} s: each has expired before it is used`,
    )
  }
  const { bucket, region, regionEndpoint, rootDirectory, encrypt, keyId } = s3.values
  return {
    release,
    major: majorOf(release),
    middleware: 'cloudfront',
    bucket,
    region,
    regionEndpoint,
    rootDirectory,
    encrypt,
    keyId,
    baseUrl,
    basePath: url.pathname,
    keyPairId,
    privateKey,
    duration,
  }
}

/** The command that judges `file` as the same release reads it. */
export function lintCommand(file: string, release: Release): string {
  return shellLine('regctl', 'lint', file, ...(release === latest ? [] : ['--registry', release]))
}

type Urls = 'signed' | 'altered' | 'unsigned' | 'presigned' | 'presigned, altered'

/**
 * What clients are redirected to. Each entry wraps the one before it: the last is asked first, and cloudfront signs
 * only directly on the driver (facts: registry 5.4, 5.6, 5.7).
 */
function urlsOf(entries: readonly Middleware[]): Urls {
  const last = entries.at(-1)
  const below = entries.slice(0, -1)
  if (last === undefined) return 'presigned'
  if (last.name === 'redirect') return 'unsigned'
  if (last.name === 'cloudfront') return below.length === 0 ? 'signed' : urlsOf(below)
  const made = urlsOf(below)
  const options = ['scheme', 'host', 'trimpathprefix'].map((name) =>
    textOf(last.options.entries.get(name)?.value),
  )
  if (options.every((text) => text === '')) return made
  return made === 'signed' ? 'altered' : made === 'presigned' ? 'presigned, altered' : made
}

const instead: Readonly<Record<Exclude<Urls, 'signed'>, string>> = {
  altered: 'lets rewrite alter the URLs after cloudfront has signed them, so that no signature fits',
  unsigned: 'answers with the redirect middleware’s unsigned URLs, which a restricted distribution refuses',
  presigned: 'signs no URL for CloudFront: clients get presigned URLs of S3',
  'presigned, altered': 'signs no URL for CloudFront: clients get presigned URLs of S3, altered by rewrite',
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
