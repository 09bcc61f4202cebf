import { parseGoUrl } from './go-url.ts'
import { parseBool, parseIntBase0, scanInteger, sprint } from './go-values.ts'
import { atLeast, before, type Release } from './releases.ts'
import { objectAcls, regionsOf, s3LogLevels, storageClassesOf } from './s3-values.ts'
import { s3 } from './schema/s3.ts'
import { knows } from './schema/type.ts'
import type { MapValue, Value } from './value.ts'

/**
 * The S3 driver's parameters as a release reads them, and every reason it would refuse them, in its own words.
 * Sizes are bytes. Source: the driver's FromParameters and New; facts registry 1.
 */
export interface S3Parameters {
  readonly accessKey: string
  readonly secretKey: string
  readonly region: string
  readonly bucket: string
  readonly rootDirectory: string
  readonly regionEndpoint: string
  readonly encrypt: boolean
  readonly keyId: string
  readonly secure: boolean
  readonly skipVerify: boolean
  readonly v4Auth: boolean
  /** With an endpoint 2.x always uses path style. */
  readonly forcePathStyle: boolean
  readonly accelerate: boolean
  readonly useDualStack: boolean
  readonly useFipsEndpoint: boolean
  readonly redirectEndpoint: string
  readonly chunkSize: number | bigint
  readonly multipartCopyChunkSize: number | bigint
  readonly multipartCopyMaxConcurrency: number | bigint
  readonly multipartCopyThresholdSize: number | bigint
  readonly storageClass: string
  readonly objectAcl: string
  readonly logLevel: string
}

/** One reason why a part of the registry refuses its parameters. */
export interface ParameterProblem {
  readonly name: string
  /** The registry's own words. */
  readonly message: string
}

export interface ReadS3 {
  readonly values: S3Parameters
  readonly problems: readonly ParameterProblem[]
}

/** Reads the parameters of `storage.s3` for `release`; a refused value is replaced by its default. */
export function readS3(parameters: MapValue, release: Release): ReadS3 {
  const problems: ParameterProblem[] = []
  const refuse = (name: string, message: string) => {
    problems.push({ name, message })
  }
  const get = (name: string): Value | undefined => {
    const known = s3.some((key) => key.name === name && knows(release, key))
    const value = known ? parameters.entries.get(name)?.value : undefined
    return value?.kind === 'scalar' && value.type === 'null' ? undefined : value
  }
  const text = (name: string) => {
    const value = get(name)
    return value === undefined ? '' : sprint(value)
  }
  const flag = (name: string, fallback: boolean) => {
    const read = readBool(get(name))
    if (read === 'refused') refuse(name, `the ${spelling(name, release)} parameter should be a boolean`)
    return typeof read === 'boolean' ? read : fallback
  }
  const size = (name: string, fallback: number, min: number, max: number | bigint) => {
    const read = readSize(get(name), release)
    if (typeof read === 'object') refuse(name, read.message(name))
    const value = typeof read === 'number' || typeof read === 'bigint' ? read : fallback
    if (value >= min && value <= max) return value
    refuse(name, `the ${name} ${value} parameter should be a number between ${min} and ${max} (inclusive)`)
    return fallback
  }
  const mebibyte = 1_048_576
  // 2.4 and 2.5 had no upper bound.
  const most = atLeast(release, '2.6.0') ? 5120 * mebibyte : 2n ** 63n - 1n
  const regionEndpoint = text('regionendpoint')
  const values: S3Parameters = {
    accessKey: text('accesskey'),
    secretKey: text('secretkey'),
    regionEndpoint,
    forcePathStyle: flag('forcepathstyle', before(release, '3.0.0') && regionEndpoint !== ''),
    region: readRegion(get('region'), regionEndpoint, release, refuse),
    bucket: readBucket(text('bucket'), refuse),
    encrypt: flag('encrypt', false),
    secure: flag('secure', true),
    skipVerify: flag('skipverify', false),
    v4Auth: readV4Auth(flag, regionEndpoint, text('region'), release, refuse),
    keyId: text('keyid'),
    chunkSize: size('chunksize', 10 * mebibyte, 5 * mebibyte, most),
    multipartCopyChunkSize: size('multipartcopychunksize', 32 * mebibyte, 5 * mebibyte, most),
    multipartCopyMaxConcurrency: size('multipartcopymaxconcurrency', 100, 1, 2n ** 63n - 1n),
    multipartCopyThresholdSize: size('multipartcopythresholdsize', 32 * mebibyte, 0, most),
    rootDirectory: text('rootdirectory'),
    storageClass: readStorageClass(get('storageclass'), release, refuse),
    objectAcl: readAcl(get('objectacl'), refuse),
    useDualStack: flag('usedualstack', false),
    accelerate: flag('accelerate', false),
    useFipsEndpoint: flag('usefipsendpoint', false),
    redirectEndpoint: readRedirectEndpoint(text('redirectendpoint'), refuse),
    logLevel: readLogLevel(get('loglevel'), release, refuse),
  }
  return { values, problems }
}

type Refuse = (name: string, message: string) => void

/** Up to 3.0 three names are spelt with capitals in the message. */
function spelling(name: string, release: Release): string {
  if (atLeast(release, '3.1.0')) return name
  return (
    { skipverify: 'skipVerify', forcepathstyle: 'forcePathStyle', usedualstack: 'useDualStack' }[name] ?? name
  )
}

/** A boolean, or a text that Go's ParseBool takes; undefined for null and absent. */
function readBool(value: Value | undefined): boolean | 'refused' | undefined {
  if (value === undefined) return undefined
  if (value.kind !== 'scalar') return 'refused'
  if (typeof value.value === 'boolean') return value.value
  if (value.type === 'string') return parseBool(String(value.value)) ?? 'refused'
  return 'refused'
}

function readSize(
  value: Value | undefined,
  release: Release,
): number | bigint | undefined | { readonly message: (name: string) => string } {
  if (value === undefined) return undefined
  const shown = sprint(value)
  const notAnInteger = { message: (name: string) => `${name} parameter must be an integer, ${shown} invalid` }
  if (atLeast(release, '3.0.0')) return scanInteger(shown) ?? notAnInteger
  if (value.kind === 'scalar' && value.type === 'string')
    return parseIntBase0(String(value.value)) ?? notAnInteger
  if (value.kind === 'scalar' && typeof value.value === 'bigint') return BigInt.asIntN(64, value.value)
  if (value.kind === 'scalar' && value.type === 'int' && typeof value.value === 'number') return value.value
  return { message: (name) => `invalid value for ${name}: ${shown}` }
}

function readRegion(value: Value | undefined, endpoint: string, release: Release, refuse: Refuse): string {
  const region = value === undefined ? '' : sprint(value)
  if (region === '' && (endpoint === '' || before(release, '3.0.0'))) {
    refuse('region', 'no region parameter provided')
    return ''
  }
  // 3.x signs for this region then.
  if (value === undefined) return '<nil>'
  if (endpoint === '' && !regionsOf(release).includes(region))
    refuse('region', `invalid region provided: ${region}`)
  return region
}

function readBucket(bucket: string, refuse: Refuse): string {
  if (bucket === '') refuse('bucket', 'no bucket parameter provided')
  return bucket
}

function readV4Auth(
  flag: (name: string, fallback: boolean) => boolean,
  endpoint: string,
  region: string,
  release: Release,
  refuse: Refuse,
): boolean {
  if (before(release, '2.4.0')) {
    const v4 = flag('v4auth', false)
    if (!v4 && region === 'eu-central-1')
      refuse('v4auth', 'The eu-central-1 region only works with v4 authentication')
    return v4
  }
  if (before(release, '2.6.0')) return true
  const v4 = flag('v4auth', true)
  if (!v4 && (endpoint === '' || endpoint.includes('s3.amazonaws.com'))) {
    refuse('v4auth', 'on Amazon S3 this storage driver can only be used with v4 authentication')
  }
  return v4
}

function readStorageClass(value: Value | undefined, release: Release, refuse: Refuse): string {
  if (value === undefined) return 'STANDARD'
  const classes = storageClassesOf(release)
  const name =
    value.kind === 'scalar' && value.type === 'string' ? String(value.value).toUpperCase() : undefined
  if (name !== undefined && classes.includes(name)) return name
  refuse(
    'storageclass',
    `the storageclass parameter must be one of [${classes.join(' ')}], ${sprint(value)} invalid`,
  )
  return 'STANDARD'
}

function readAcl(value: Value | undefined, refuse: Refuse): string {
  if (value === undefined) return 'private'
  if (value.kind === 'scalar' && value.type === 'string' && objectAcls.includes(String(value.value)))
    return String(value.value)
  refuse('objectacl', `invalid value for objectacl parameter: ${sprint(value)}`)
  return 'private'
}

function readLogLevel(value: Value | undefined, release: Release, refuse: Refuse): string {
  if (value === undefined) return 'off'
  if (value.kind === 'scalar' && value.type === 'string') {
    const level = String(value.value).toLowerCase()
    return s3LogLevels.includes(level) ? level : 'off'
  }
  if (before(release, '3.1.0')) refuse('loglevel', 'interface conversion: interface {} is not string')
  return 'off'
}

/** `main` only. Source: facts registry 1.3, 1.4 (E11 to E15). */
function readRedirectEndpoint(text: string, refuse: Refuse): string {
  if (text === '') return ''
  const url = parseGoUrl(text)
  if ('error' in url) refuse('redirectendpoint', `unable to parse redirectendpoint: ${url.error}`)
  else if (url.scheme === '') refuse('redirectendpoint', 'no scheme specified for redirectendpoint')
  else if (url.host === '') refuse('redirectendpoint', 'no host specified for redirectendpoint')
  else if (url.path !== '' && url.path !== '/')
    refuse('redirectendpoint', `redirectendpoint cannot contain a base path: ${url.path}`)
  else if (url.query !== '') refuse('redirectendpoint', 'redirectendpoint cannot contain query parameters')
  return text
}
