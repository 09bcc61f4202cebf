import { Failure } from '../core/errors.ts'
import { atLeast, before, latest, type Release } from '../registry-config/releases.ts'

/** The registry's parameters for its s3 driver, typed. Sizes in bytes. Facts: registry 1. */
export interface S3Parameters {
  readonly bucket: string
  readonly region: string
  /** With its scheme; undefined for AWS's own. */
  readonly endpoint: string | undefined
  readonly pathStyle: boolean
  readonly rootDirectory: string
  /** Undefined: the credential chain. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  readonly encrypt: boolean
  readonly keyId: string | undefined
  readonly secure: boolean
  readonly skipVerify: boolean
  readonly chunkSize: number
  readonly copyChunkSize: number
  readonly copyConcurrency: number
  readonly copyThreshold: number
  /** Undefined: the header is not sent (`NONE`). */
  readonly storageClass: string | undefined
  readonly acl: string
  readonly dualStack: boolean
  readonly accelerate: boolean
  readonly fips: boolean
  readonly userAgent: string | undefined
  readonly logLevel: string
  /** What the registry would do with these values that the person may not expect, as sentences. */
  readonly warnings: readonly string[]
}

export const minimumPart = 5_242_880
const maximumPart = 5_368_709_120

const acls = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]

function storageClasses(release: Release): readonly string[] {
  const classes = ['STANDARD', 'REDUCED_REDUNDANCY']
  if (atLeast(release, '2.6.0')) classes.unshift('NONE')
  if (atLeast(release, '3.0.0')) classes.push('STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'OUTPOSTS', 'GLACIER_IR')
  if (atLeast(release, '3.1.1')) classes.push('EXPRESS_ONEZONE')
  return classes
}

/**
 * Reads the parameters as `release` does. Throws Failure('usage') with the registry's own message where the
 * registry would not start. Unknown parameters, and those newer than `release`, are ignored, as there.
 */
export function readS3Parameters(given: Readonly<Record<string, unknown>>, release: Release = latest): S3Parameters {
  const raw = (name: string, since: Release) => (atLeast(release, since) ? given[name] : undefined)
  const text = (name: string, since: Release = '2.0.0') => {
    const value = raw(name, since)
    return value === undefined || value === null ? '' : String(value)
  }
  const bool = (name: string, fallback: boolean, since: Release = '2.0.0') =>
    toBoolean(name, raw(name, since), fallback)
  const size = (name: string, fallback: number, min: number, max: number, since: Release = '2.0.0') =>
    toInteger(name, raw(name, since), { fallback, min, max, release })

  const warnings: string[] = []
  const secure = bool('secure', true)
  const regionEndpoint = text('regionendpoint', '2.4.0')
  const region = readRegion(text('region'), regionEndpoint, release, warnings)
  const bucket = text('bucket')
  if (bucket === '') throw refuse('no bucket parameter provided', 'Name the bucket in storage.s3.bucket.')
  const storageClass = text('storageclass', '2.4.0').toUpperCase() || 'STANDARD'
  const classes = storageClasses(release)
  if (!classes.includes(storageClass)) {
    throw refuse(
      `the storageclass parameter must be one of [${classes.join(' ')}], ${storageClass} invalid`,
      'Use one of the listed classes.',
    )
  }
  const acl = given.objectacl === undefined || given.objectacl === null ? 'private' : text('objectacl', '2.6.0')
  if (!acls.includes(acl)) throw refuse(`invalid value for objectacl parameter: ${acl}`, `Use one of ${acls.join(', ')}.`)
  const v4auth = bool('v4auth', true, '2.6.0')
  if (!v4auth && !(regionEndpoint !== '' && !regionEndpoint.includes('s3.amazonaws.com'))) {
    throw refuse('on Amazon S3 this storage driver can only be used with v4 authentication', 'Remove v4auth.')
  }
  if (!v4auth) throw refuse('v4auth is false, and regctl signs with version 4 only', 'Remove v4auth, or use a store that takes version 4.')
  const endpoint = endpointOf(regionEndpoint, secure)
  return {
    bucket,
    region,
    endpoint,
    pathStyle: pathStyleOf(endpoint, bool('forcepathstyle', false, '3.0.0'), release),
    rootDirectory: text('rootdirectory'),
    credentials: readCredentials(text('accesskey'), text('secretkey'), warnings),
    encrypt: bool('encrypt', false),
    keyId: text('keyid', '2.4.0') || undefined,
    secure,
    skipVerify: bool('skipverify', false, '2.7.0'),
    chunkSize: size('chunksize', 10_485_760, minimumPart, maximumPart),
    copyChunkSize: size('multipartcopychunksize', 33_554_432, minimumPart, maximumPart, '2.6.0'),
    copyConcurrency: size('multipartcopymaxconcurrency', 100, 1, Number.MAX_SAFE_INTEGER, '2.6.0'),
    copyThreshold: size('multipartcopythresholdsize', 33_554_432, 0, maximumPart, '2.6.0'),
    storageClass: storageClass === 'NONE' ? undefined : storageClass,
    acl,
    dualStack: bool('usedualstack', false, '3.0.0'),
    accelerate: bool('accelerate', false, '3.0.0'),
    fips: bool('usefipsendpoint', false, '3.1.0'),
    userAgent: text('useragent', '3.0.0') || undefined,
    logLevel: text('loglevel', '3.0.0').toLowerCase() || 'off',
    warnings,
  }
}

function refuse(message: string, cure: string): Failure {
  return new Failure('usage', `s3: ${message}`, { remedy: { text: cure } })
}

/** Go's ParseBool, which the registry uses for texts. */
function toBoolean(name: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback
  if (typeof value === 'boolean') return value
  if (typeof value === 'string' && /^(1|t|T|TRUE|true|True)$/.test(value)) return true
  if (typeof value === 'string' && /^(0|f|F|FALSE|false|False)$/.test(value)) return false
  throw refuse(`the ${name} parameter should be a boolean`, `Write ${name}: true or ${name}: false.`)
}

/** From 3.0 on the text is read up to its first character that is no digit, so `32MB` is 32. */
function toInteger(
  name: string,
  value: unknown,
  { fallback, min, max, release }: { fallback: number; min: number; max: number; release: Release },
): number {
  if (value === undefined || value === null) return fallback
  const written = String(value)
  const digits = atLeast(release, '3.0.0') ? /^\s*[+-]?\d+/.exec(written)?.[0] : /^[+-]?\d+$/.exec(written)?.[0]
  if (digits === undefined) {
    throw refuse(`${name} parameter must be an integer, ${written} invalid`, `Write ${name} in bytes, as digits only.`)
  }
  const number = Number(digits)
  if (number < min || number > max) {
    throw refuse(
      `the ${name} ${number} parameter should be a number between ${min} and ${max} (inclusive)`,
      `Write ${name} in bytes; the default is ${fallback}.`,
    )
  }
  return number
}

function readRegion(region: string, endpoint: string, release: Release, warnings: string[]): string {
  if (region !== '') return region
  if (endpoint === '' || before(release, '3.0.0')) {
    throw refuse('no region parameter provided', 'Set storage.s3.region to the region of the bucket.')
  }
  warnings.push('no region: the registry signs for the region "<nil>", regctl for us-east-1. Set storage.s3.region.')
  return 'us-east-1'
}

function readCredentials(accessKeyId: string, secretAccessKey: string, warnings: string[]): S3Parameters['credentials'] {
  if (accessKeyId.startsWith('ASIA')) {
    warnings.push('accesskey is a temporary one, and the registry has no parameter for its session token. Pass all three in the environment.')
  }
  if (accessKeyId !== '' && secretAccessKey !== '') return { accessKeyId, secretAccessKey }
  if (accessKeyId !== '' || secretAccessKey !== '') {
    warnings.push('only one of accesskey and secretkey is set, so both are ignored and the credential chain decides. Set both or none.')
  }
  return undefined
}

function endpointOf(endpoint: string, secure: boolean): string | undefined {
  if (endpoint === '') return undefined
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `${secure ? 'https' : 'http'}://${endpoint}`
}

/** 2.x uses path style with any endpoint of its own. An address can carry no bucket in front, so it is path style always. */
function pathStyleOf(endpoint: string | undefined, forced: boolean, release: Release): boolean {
  if (endpoint === undefined) return forced
  if (before(release, '3.0.0')) return true
  let host: string
  try {
    host = new URL(endpoint).hostname
  } catch (error) {
    throw new Failure('usage', `s3: regionendpoint ${endpoint} is not a URL`, {
      cause: error,
      remedy: { text: 'Write it as https://host or https://host:port.' },
    })
  }
  return forced || /^\[|^\d+(\.\d+){3}$|^localhost$/.test(host)
}
