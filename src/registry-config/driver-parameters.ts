import { parseDuration } from './duration.ts'
import { parseAtoi, parseIntBase0, sprint } from './go-values.ts'
import { majorOf, type Release } from './releases.ts'
import type { ParameterProblem } from './s3-parameters.ts'
import type { MapValue, Value } from './value.ts'

/**
 * What the drivers other than s3 refuse in their parameters, in their own words; what needs a file or a network is
 * not looked at. Source: each driver's FromParameters.
 */
export function driverProblems(
  driver: string,
  parameters: MapValue,
  release: Release,
): readonly ParameterProblem[] {
  const get = (name: string) => parameters.entries.get(name)?.value
  switch (driver) {
    case 'filesystem':
      return limit(get('maxthreads'), 'maxthreads', release)
    case 'gcs':
      return gcs(get, release)
    case 'azure':
      return majorOf(release) === 3 ? azure(get) : azure2(get)
    case 'swift':
      return required(get, ['username', 'password', 'authurl', 'container'], 'no')
    case 'oss':
      return required(get, ['accesskeyid', 'accesskeysecret', 'region', 'bucket'], 'No')
    default:
      return []
  }
}

type Get = (name: string) => Value | undefined

function isNull(value: Value | undefined): boolean {
  return value === undefined || (value.kind === 'scalar' && value.type === 'null')
}

function limit(value: Value | undefined, name: string, release: Release): readonly ParameterProblem[] {
  if (value === undefined || isNull(value)) return []
  const problem = (message: string) => [{ name, message: `${name} config error: ${message}` }]
  if (value.kind === 'scalar' && value.type === 'string') {
    const number = parseIntBase0(String(value.value)) ?? unsigned(String(value.value))
    if (number !== undefined && number >= 0 && !/^[-+]/.test(String(value.value))) return []
    return problem(`parameter must be an integer, '${sprint(value)}' invalid`)
  }
  if (value.kind === 'scalar' && value.type === 'int') return []
  return majorOf(release) === 2 || value.kind !== 'scalar' || value.type !== 'int'
    ? problem(`invalid value '${sprint(value)}'`)
    : []
}

/** ParseUint reads one bit more than ParseInt. */
function unsigned(text: string): bigint | undefined {
  return /^\d+$/.test(text) && BigInt(text) < 2n ** 64n ? BigInt(text) : undefined
}

function gcs(get: Get, release: Release): readonly ParameterProblem[] {
  if (get('bucket') === undefined || sprint(get('bucket')) === '') {
    return [
      {
        name: 'bucket',
        message: majorOf(release) === 3 ? 'no bucket parameter provided' : 'No bucket parameter provided',
      },
    ]
  }
  const given = get('chunksize')
  if (given === undefined) return []
  const size =
    given.kind === 'scalar' && given.type === 'string'
      ? parseAtoi(String(given.value))
      : given.kind === 'scalar' && given.type === 'int'
        ? given.value
        : undefined
  if (typeof size !== 'number' && typeof size !== 'bigint') {
    return [{ name: 'chunksize', message: `chunksize must be an integer, ${sprint(given)} invalid` }]
  }
  if (size < 262_144)
    return [{ name: 'chunksize', message: `chunksize ${size} must be larger than or equal to 262144` }]
  return Number(size) % 262_144 === 0
    ? []
    : [{ name: 'chunksize', message: 'chunksize should be a multiple of 262144' }]
}

function azure2(get: Get): readonly ParameterProblem[] {
  for (const name of ['accountname', 'accountkey', 'container']) {
    if (get(name) === undefined || sprint(get(name)) === '')
      return [{ name, message: `no ${name} parameter provided` }]
  }
  return []
}

/** 3.x decodes into a struct, which converts nothing. */
function azure(get: Get): readonly ParameterProblem[] {
  const problems: ParameterProblem[] = []
  for (const [name, type] of azureFields) {
    const value = get(name)
    if (value === undefined || isNull(value)) continue
    const fits =
      type === 'map'
        ? value.kind === 'map'
        : value.kind === 'scalar' && (value.type === type || (type === 'int' && value.type === 'float'))
    if (!fits)
      problems.push({
        name,
        message: `'${name}' expected type '${type === 'bool' ? 'bool' : type}', got ${sprint(value)}`,
      })
  }
  if (problems.length > 0) return problems
  if (isNull(get('accountname')) || sprint(get('accountname')) === '')
    return [{ name: 'accountname', message: 'no accountname parameter provided' }]
  if (isNull(get('container')) || sprint(get('container')) === '')
    return [{ name: 'container', message: 'no container parameter provider' }]
  const credentials = get('credentials')
  const type = credentials?.kind === 'map' ? sprint(credentials.entries.get('type')?.value) : ''
  if (!['client_secret', 'shared_key', 'default_credentials'].includes(type)) {
    problems.push({
      name: 'credentials',
      message: `invalid credentials type: ${JSON.stringify(type === '<nil>' ? '' : type)}`,
    })
  }
  const delay = get('retry_delay')
  if (delay?.kind !== 'scalar' || delay.type !== 'string' || delay.value === '') return problems
  const read = parseDuration(String(delay.value))
  if ('error' in read) problems.push({ name: 'retry_delay', message: read.error })
  return problems
}

const azureFields: readonly (readonly [string, 'string' | 'int' | 'bool' | 'map'])[] = [
  ['credentials', 'map'],
  ['container', 'string'],
  ['accountname', 'string'],
  ['accountkey', 'string'],
  ['connectionstring', 'string'],
  ['realm', 'string'],
  ['rootdirectory', 'string'],
  ['serviceurl', 'string'],
  ['max_retries', 'int'],
  ['retry_delay', 'string'],
  ['skipverify', 'bool'],
]

function required(get: Get, names: readonly string[], no: string): readonly ParameterProblem[] {
  for (const name of names) {
    if (isNull(get(name)) || sprint(get(name)) === '')
      return [{ name, message: `${no} ${name} parameter provided` }]
  }
  return []
}
