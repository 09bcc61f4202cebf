import { Failure } from '../core/errors.ts'
import { before, latest, type Release } from '../registry-config/releases.ts'
import { readS3 } from '../registry-config/s3-parameters.ts'
import { parameters as untyped } from '../registry-config/schema/type.ts'
import type { Entry, MapValue, ScalarValue } from '../registry-config/value.ts'

/** The registry's parameters for its s3 driver as the driver uses them. Sizes in bytes. */
export interface S3Settings {
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
  /** Presigned URLs are made for it. */
  readonly redirectEndpoint: string | undefined
  readonly userAgent: string | undefined
  readonly logLevel: string
  /** What the registry would do with these values that the person may not expect, as sentences. */
  readonly warnings: readonly string[]
}

/** The smallest part that S3 takes, but for the last: 5 MiB. */
export const minimumPart = 5_242_880

/**
 * Reads the parameters as `release` does. Throws Failure('usage') with the registry's own message where the
 * registry would not start. Unknown parameters, and those newer than `release`, are ignored, as there.
 */
export function readS3Settings(
  given: Readonly<Record<string, unknown>>,
  release: Release = latest,
): S3Settings {
  const { values, problems } = readS3(toMapValue(given), release)
  const [problem] = problems
  if (problem !== undefined)
    throw refuse(problem.message, cures[problem.name] ?? `Correct storage.s3.${problem.name}.`)
  const warnings: string[] = []
  if (!values.v4Auth) {
    if (given.v4auth !== undefined)
      throw refuse(
        'v4auth is false, and regctl signs with version 4 only',
        'Remove v4auth, or use a store that takes version 4.',
      )
    warnings.push(
      `Registry ${release} signs with version 2 unless v4auth is true; regctl signs with version 4.`,
    )
  }
  if (values.region === '<nil>' || values.region === '') {
    const signed = values.region === '' ? 'no region' : 'a region called <nil>'
    warnings.push(
      `No region is set: the registry signs for ${signed}, regctl for us-east-1. Set storage.s3.region.`,
    )
  }
  const endpoint = endpointOf(values.regionEndpoint, values.secure)
  const address = endpoint !== undefined && isAddress(endpoint.hostname)
  if (address && !values.forcePathStyle) {
    warnings.push(
      `The registry asks ${values.bucket}.${endpoint.host}, which is no name; regctl asks ${endpoint.host}/${values.bucket}. Set storage.s3.forcepathstyle: true.`,
    )
  }
  const custom = endpoint !== undefined && !(values.accelerate && isAmazon(endpoint.hostname))
  if (values.accelerate) checkAccelerate(values.bucket, custom)
  for (const name of ['usedualstack', 'usefipsendpoint'] as const) {
    const set = { usedualstack: values.useDualStack, usefipsendpoint: values.useFipsEndpoint }[name]
    if (custom && set) warnings.push(`${name} has no effect beside regionendpoint. Remove one of the two.`)
  }
  return {
    bucket: values.bucket,
    region: values.region === '<nil>' || values.region === '' ? 'us-east-1' : values.region,
    endpoint: custom ? `${endpoint.origin}${endpoint.pathname}`.replace(/\/+$/, '') : undefined,
    pathStyle: values.forcePathStyle || address,
    rootDirectory: values.rootDirectory,
    credentials: credentialsOf(values.accessKey, values.secretKey, warnings),
    encrypt: values.encrypt,
    keyId: values.keyId || undefined,
    secure: values.secure,
    skipVerify: values.skipVerify,
    chunkSize: Number(values.chunkSize),
    copyChunkSize: Number(values.multipartCopyChunkSize),
    copyConcurrency: Number(values.multipartCopyMaxConcurrency),
    copyThreshold: Number(values.multipartCopyThresholdSize),
    storageClass: values.storageClass === 'NONE' ? undefined : values.storageClass,
    acl: values.objectAcl,
    dualStack: values.useDualStack && !custom,
    accelerate: values.accelerate,
    fips: values.useFipsEndpoint && !custom,
    redirectEndpoint: values.redirectEndpoint || undefined,
    // 2.x overwrites it.
    userAgent: before(release, '3.0.0') ? undefined : String(given.useragent ?? '') || undefined,
    logLevel: values.logLevel,
    warnings,
  }
}

const cures: Readonly<Record<string, string>> = {
  region:
    'Set storage.s3.region to the region of the bucket; for a newer region set regionendpoint: https://s3.REGION.amazonaws.com as well.',
  bucket: 'Name the bucket in storage.s3.bucket.',
  v4auth: 'Remove v4auth.',
  chunksize: 'Write chunksize in bytes, as digits only; the default is 10485760.',
  multipartcopychunksize: 'Write it in bytes, as digits only; the default is 33554432.',
  multipartcopythresholdsize: 'Write it in bytes, as digits only; the default is 33554432.',
  multipartcopymaxconcurrency: 'Write a whole number; the default is 100.',
}

function refuse(message: string, cure: string): Failure {
  return new Failure('usage', `s3: ${message}`, { remedy: { text: cure } })
}

/** Plain parameters in the form that the config's reader has them in. */
function toMapValue(given: Readonly<Record<string, unknown>>): MapValue {
  const origin = { from: 'variable', name: 'parameters' } as const
  const entries = Object.entries(given).flatMap(([name, value]): [string, Entry][] =>
    value === undefined ? [] : [[name, { key: undefined, value: scalar(value) }]],
  )
  return { kind: 'map', entries: new Map(entries), keys: 'text', of: untyped, origin }

  function scalar(value: unknown): ScalarValue {
    const text = String(value)
    const rest = { kind: 'scalar', text, origin } as const
    if (value === null) return { ...rest, type: 'null', value: null }
    if (typeof value === 'boolean') return { ...rest, type: 'bool', value }
    if (typeof value === 'bigint') return { ...rest, type: 'int', value }
    if (typeof value === 'number') return { ...rest, type: Number.isInteger(value) ? 'int' : 'float', value }
    return { ...rest, type: 'string', value: text }
  }
}

function credentialsOf(
  accessKeyId: string,
  secretAccessKey: string,
  warnings: string[],
): S3Settings['credentials'] {
  if (accessKeyId.startsWith('ASIA')) {
    warnings.push(
      'The accesskey is a temporary one, and the registry has no parameter for its session token. Pass all three in the environment.',
    )
  }
  if (accessKeyId !== '' && secretAccessKey !== '') return { accessKeyId, secretAccessKey }
  if (accessKeyId !== '' || secretAccessKey !== '') {
    warnings.push(
      'Only one of accesskey and secretkey is set, so both are ignored and the credential chain decides. Set both or none.',
    )
  }
  return undefined
}

function endpointOf(endpoint: string, secure: boolean): URL | undefined {
  if (endpoint === '') return undefined
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint)
    ? endpoint
    : `${secure ? 'https' : 'http'}://${endpoint}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw refuse(
      `regionendpoint ${endpoint} is not a URL of http`,
      'Write it as https://host or https://host:port.',
    )
  return url
}

function isAmazon(host: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(host)
}

/** Acceleration is at hosts of Amazon that have the bucket as one label. */
function checkAccelerate(bucket: string, custom: boolean): void {
  if (custom)
    throw refuse('accelerate is a service of Amazon, and regionendpoint is not', 'Remove one of the two.')
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket))
    throw refuse(
      `accelerate takes no bucket called ${bucket}`,
      'Remove accelerate, or use a bucket whose name has only lower-case letters, digits and dashes.',
    )
}

/** An address can have no bucket in front. */
function isAddress(host: string): boolean {
  return /^\[|^\d+(\.\d+){3}$|^localhost$/.test(host)
}
