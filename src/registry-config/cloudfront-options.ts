import { parseDuration } from './duration.ts'
import { parseGoUrl } from './go-url.ts'
import { atLeast, before, type Release } from './releases.ts'
import type { ParameterProblem } from './s3-parameters.ts'
import type { MapValue, Value } from './value.ts'

/**
 * The CloudFront middleware's options as a release reads them. Source: its middleware.go; facts registry 5.1, 5.2.
 */
export interface CloudFrontOptions {
  /** As the registry puts it before an object key: from 2.4 on with a scheme and a slash at the end. */
  readonly baseUrl: string
  /** The path of the private key's file, where the registry runs. */
  readonly privateKey: string
  readonly keyPairId: string
  /** How long a signed URL is good for, in seconds. */
  readonly duration: number
  readonly ipFilteredBy: 'none' | 'aws' | 'awsregion'
  readonly awsRegions: readonly string[]
}

export interface ReadCloudFront {
  readonly values: CloudFrontOptions
  readonly problems: readonly ParameterProblem[]
}

const defaultDuration = 20 * 60

/** Reads the options for `release`; a refused value is replaced by its default or "". Looks at no file. */
export function readCloudFront(options: MapValue, release: Release): ReadCloudFront {
  const problems: ParameterProblem[] = []
  const get = (name: string): Value | undefined => options.entries.get(name)?.value
  const required = (name: string): string => {
    const value = get(name)
    const problem =
      value === undefined
        ? `no ${name} provided`
        : text(value) === undefined
          ? `${name} must be a string`
          : undefined
    if (problem !== undefined) problems.push({ name, message: problem })
    return value === undefined ? '' : (text(value) ?? '')
  }
  const duration = (name: string, called = name): number | undefined => {
    const value = get(name)
    const written = value === undefined ? undefined : text(value)
    if (written === undefined) return undefined
    const read = parseDuration(written)
    if ('nanoseconds' in read) return Number(read.nanoseconds) / 1e9
    problems.push({ name, message: `invalid ${called}: ${read.error}` })
    return undefined
  }

  const baseUrl = normalize(required('baseurl'), release)
  const url = atLeast(release, '2.4.0') && get('baseurl') !== undefined ? parseGoUrl(baseUrl) : {}
  if ('error' in url) problems.push({ name: 'baseurl', message: `invalid baseurl: ${url.error}` })
  const privateKey = required('privatekey')
  const keyPairId = required('keypairid')
  let seconds = duration('duration') ?? defaultDuration
  if (atLeast(release, '2.7.0')) {
    const misspelt = duration(
      'updatefrenquency',
      atLeast(release, '3.0.0') ? 'updatefrequency' : 'updatefrenquency',
    )
    if (before(release, '3.0.0')) seconds = misspelt ?? seconds
    else if (get('updatefrenquency') === undefined) duration('updatefrequency')
    const ranges = get('iprangesurl')
    if (ranges !== undefined && text(ranges) === undefined) {
      problems.push({ name: 'iprangesurl', message: 'iprangesurl must be a string' })
    }
  }
  const filter = readFilter(options, release, problems)
  return { values: { baseUrl, privateKey, keyPairId, duration: seconds, ...filter }, problems }
}

function text(value: Value): string | undefined {
  return value.kind === 'scalar' && value.type === 'string' ? String(value.value) : undefined
}

function normalize(baseUrl: string, release: Release): string {
  if (before(release, '2.4.0')) return baseUrl
  const withScheme = baseUrl.includes('://') ? baseUrl : `https://${baseUrl}`
  return withScheme.endsWith('/') ? withScheme : `${withScheme}/`
}

type Filter = Pick<CloudFrontOptions, 'ipFilteredBy' | 'awsRegions'>

function readFilter(options: MapValue, release: Release, problems: ParameterProblem[]): Filter {
  const none: Filter = { ipFilteredBy: 'none', awsRegions: [] }
  if (before(release, '2.7.0')) return none
  const value = options.entries.get('ipfilteredby')?.value
  const refuse = (name: string, message: string): Filter => {
    problems.push({ name, message })
    return none
  }
  if (value === undefined) {
    if (atLeast(release, '2.8.0')) return none
    return refuse('ipfilteredby', 'interface conversion: interface {} is nil, not string')
  }
  const word = text(value)
  if (word === undefined) {
    return refuse(
      'ipfilteredby',
      'ipfilteredby only allows a string with the following value: none|aws|awsregion',
    )
  }
  switch (word.trim().toLowerCase()) {
    case '':
    case 'none':
      return none
    case 'aws':
      return { ipFilteredBy: 'aws', awsRegions: [] }
    case 'awsregion': {
      const regions = options.entries.get('awsregion')?.value
      if (regions === undefined) return refuse('awsregion', 'awsRegion is not defined')
      const list = text(regions)
      if (list === undefined) {
        return refuse('awsregion', 'awsRegion must be a comma separated string of valid aws regions')
      }
      return {
        ipFilteredBy: 'awsregion',
        awsRegions: list.split(',').map((region) => region.trim().toLowerCase()),
      }
    }
    default:
      return refuse(
        'ipfilteredby',
        'ipfilteredby only allows a string the following value: none|aws|awsregion',
      )
  }
}
