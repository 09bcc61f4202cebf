import { Failure } from '../core/errors.ts'
import { atLeast, before, latest, type Release } from '../registry-config/releases.ts'
import { s3 } from '../registry-config/schema/s3.ts'
import type { Reads } from '../registry-config/schema/type.ts'

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
export function readS3Parameters(given: Readonly<Record<string, unknown>>, release: Release = latest): S3Parameters {
  const { text, flag, size, word } = reading(given, release)
  const warnings: string[] = []
  const secure = flag('secure')
  const endpoint = endpointOf(text('regionendpoint'), secure)
  const region = endpoint === undefined ? word('region') : text('region')
  if (region === '' && (endpoint === undefined || before(release, '3.0.0'))) {
    throw refuse('no region parameter provided', 'Set storage.s3.region to the region of the bucket.')
  }
  if (region === '') {
    warnings.push('no region: the registry signs for the region "<nil>", regctl for us-east-1. Set storage.s3.region.')
  }
  const bucket = text('bucket')
  if (bucket === '') throw refuse('no bucket parameter provided', 'Name the bucket in storage.s3.bucket.')
  if (!flag('v4auth')) {
    if (endpoint === undefined || endpoint.includes('s3.amazonaws.com')) {
      throw refuse('on Amazon S3 this storage driver can only be used with v4 authentication', 'Remove v4auth.')
    }
    throw refuse('v4auth is false, and regctl signs with version 4 only', 'Remove v4auth, or use a store that takes version 4.')
  }
  const storageClass = word('storageclass')
  return {
    bucket,
    region: region || 'us-east-1',
    endpoint,
    pathStyle: pathStyleOf(endpoint, flag('forcepathstyle'), release),
    rootDirectory: text('rootdirectory'),
    credentials: readCredentials(text('accesskey'), text('secretkey'), warnings),
    encrypt: flag('encrypt'),
    keyId: text('keyid') || undefined,
    secure,
    skipVerify: flag('skipverify'),
    chunkSize: size('chunksize'),
    copyChunkSize: size('multipartcopychunksize'),
    copyConcurrency: size('multipartcopymaxconcurrency'),
    copyThreshold: size('multipartcopythresholdsize'),
    storageClass: storageClass === 'NONE' ? undefined : storageClass,
    acl: word('objectacl'),
    dualStack: flag('usedualstack'),
    accelerate: flag('accelerate'),
    fips: flag('usefipsendpoint'),
    redirectEndpoint: readRedirectEndpoint(text('redirectendpoint')),
    userAgent: atLeast(release, '3.0.0') ? text('useragent') || undefined : undefined,
    logLevel: text('loglevel').toLowerCase(),
    warnings,
  }
}

function refuse(message: string, cure: string): Failure {
  return new Failure('usage', `s3: ${message}`, { remedy: { text: cure } })
}

/** Reads one parameter by the table of the registry's parameters: since when, its type, range and default. */
function reading(given: Readonly<Record<string, unknown>>, release: Release) {
  const find = (name: string) => {
    const key = s3.find((candidate) => candidate.name === name)
    if (key === undefined || key.type.kind !== 'any') throw new Error(`no S3 parameter is called ${name}`)
    const known = key.since === undefined || atLeast(release, key.since)
    const value = known ? (given[name] ?? undefined) : undefined
    return { value, fallback: key.fallback ?? '', reads: key.type.reads }
  }
  const text = (name: string) => {
    const { value, fallback } = find(name)
    return String(value ?? fallback)
  }
  return {
    text,
    flag: (name: string) => toBoolean(name, text(name)),
    size: (name: string) => {
      const { reads } = find(name)
      return toInteger(name, text(name), reads, release)
    },
    word: (name: string) => {
      const { reads } = find(name)
      return toWord(name, text(name), reads, release)
    },
  }
}

/** Go's ParseBool, which the registry uses for texts. */
function toBoolean(name: string, text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false
  throw refuse(`the ${name} parameter should be a boolean`, `Write ${name}: true or ${name}: false.`)
}

/** From 3.0 on the text is read up to its first character that is no digit, so `32MB` is 32. */
function toInteger(name: string, text: string, reads: Reads, release: Release): number {
  const { min, max } = reads.as === 'size' ? reads : { min: 0, max: Number.MAX_SAFE_INTEGER }
  const digits = (atLeast(release, '3.0.0') ? /^\s*[+-]?\d+/ : /^[+-]?\d+$/).exec(text)?.[0]
  const number = Number(digits)
  if (digits === undefined) {
    throw refuse(`${name} parameter must be an integer, ${text} invalid`, `Write ${name} in bytes, as digits only.`)
  }
  if (number >= min && number <= max) return number
  throw refuse(
    `the ${name} ${number} parameter should be a number between ${min} and ${max} (inclusive)`,
    `Write ${name} as a plain number${max > 1_000_000 && min > 1 ? ' of bytes' : ''}.`,
  )
}

function toWord(name: string, text: string, reads: Reads, release: Release): string {
  if (reads.as !== 'word') return text
  const words = reads.words(release)
  const word = reads.fold ? text.toUpperCase() : text
  if (words.includes(word) || (name === 'region' && word === '')) return word
  if (name === 'region') {
    throw refuse(
      `invalid region provided: ${text}`,
      `Registry ${release} knows no such region. Correct it, or set regionendpoint: https://s3.${text}.amazonaws.com as well.`,
    )
  }
  const message = name === 'storageclass' ? `the storageclass parameter must be one of [${words.join(' ')}], ${text} invalid` : `invalid value for ${name} parameter: ${text}`
  throw refuse(message, `Use one of ${words.join(', ')}.`)
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

/** Only scheme and host; the registry checks as much (main). */
function readRedirectEndpoint(text: string): string | undefined {
  if (text === '') return undefined
  const [, scheme, host = '', path = '', query] = /^([a-z][a-z0-9+.-]*:)?(?:\/\/)?([^/?]*)([^?]*)(\?.*)?$/i.exec(text) ?? []
  const wrong = (message: string) => refuse(message, 'Write redirectendpoint as https://host.')
  if (scheme === undefined) throw wrong('no scheme specified for redirectendpoint')
  if (host === '') throw wrong('no host specified for redirectendpoint')
  if (path !== '' && path !== '/') throw wrong(`redirectendpoint cannot contain a base path: ${path}`)
  if (query !== undefined) throw wrong('redirectendpoint cannot contain query parameters')
  return text
}
