import { configuration } from '../../../src/registry-config/schema/configuration.ts'
import type { Key, Type } from '../../../src/registry-config/schema/type.ts'
import type { Random } from './random.ts'

/** Configs of all kinds for the parser: every key of the tables, values that fit and values that do not, odd YAML. */
export interface Case {
  readonly config: string
  readonly environment: Readonly<Record<string, string>>
}

/** Scalars that readers of YAML disagree about. */
export const oddScalars: readonly string[] = [
  'yes', '"yes"', 'on', 'off', 'n', 'Y', 'true', "'true'", 'TRUE', 'tRUE', '012', '08', '0x1F', '0X1f', '1_000', '_1', '1__0',
  '1e3', '1e+3', '1.5e3', '.5', '5.', '-.5', '+.5', '~', 'null', '"null"', "'~'", 'Null', 'NULL', "''", '', '-1', '+5', '3.7', '-3.7',
  '1:30', '190:20:30', '2001-01-01', '2001-1-1', '2001-13-01', '2001-01-01T00:00:00Z', '0b11', '0o17', '-0b11', '0b-1', '0b2',
  '10s', '"10s"', '1h30m', '7d', '1.5h', '-5m', '0', '!!str 5', '!!int "5"', '!!float 3', '!!bool "true"', '!!bool yes',
  '!!binary aGVsbG8=', '!!int abc', '!!null x', '!foo x', '! 12', '[a, b]', '[]', '{a: b}', '{}', '[1, yes, ~, {x: 1}]',
  '99999999999999999999', '18446744073709551615', '9223372036854775808', '-9223372036854775808', '9223372036854775807', '9007199254740993',
  '.inf', '-.inf', '.nan', '<<', 'abc', '"a: b"', "'it''s'", '"\\u0041\\n"', 'a b  c', 'info', 'debug', 'Warn', 'trace', '123456789012',
  '1e400', '-', '?', '+', '.', '0.0', '-0', '0e0', '1e', '0x', '0_7', '0x_1', '1_', '+0x5', '12e03', '12e', '.e3', '=', '1,000',
] // biome-ignore format: a pool reads better in rows

const fitting: Readonly<Record<string, readonly string[]>> = {
  string: ['abc', '/path/to/file', '":5000"', 'x-y', '5', 'true'],
  bool: ['true', 'false', 'yes', 'Off'],
  int: ['0', '5', '1000', '-1', '012', '0x10', '1_0'],
  duration: ['10s', '1h', '5m30s', '0', '3000', '1500ms'],
}

/** One case for the parser. `odd` is the share of values that are drawn from the odd ones. */
export function parserCase(rng: Random, odd = 0.012): Case {
  const writer = { rng, odd, anchors: [] as string[] }
  const version = `version: ${rng.chance(0.02) ? rng.pick(oddScalars) : rng.pick(['0.1', '"0.1"', "'0.1'"])}`
  const rest = configuration.filter(({ name }) => name !== 'version' && name !== 'storage')
  const sections = rng.some(rest, 0.25).map((key) => keyLines(writer, key, ''))
  if (rng.chance(0.98)) sections.splice(rng.integer(sections.length + 1), 0, storageLines(writer))
  if (rng.chance(0.05))
    sections.push([
      `${rng.pick(['unknown', 'HTTP', 'Version', 'storag', '"quoted key"'])}: ${rng.pick(oddScalars)}`,
    ])
  if (rng.chance(0.08)) sections.push(keyLines(writer, rng.pick(rest), ''))
  const lines = [version, ...sections.flat()]
  return { config: `${lines.join('\n')}\n`, environment: rng.chance(0.9) ? variables(rng) : {} }
}

interface Writer {
  readonly rng: Random
  readonly odd: number
  readonly anchors: string[]
}

function keyLines(writer: Writer, key: Key, indent: string): string[] {
  const { rng } = writer
  const name = rng.chance(0.01) ? key.name.toUpperCase() : rng.chance(0.02) ? `"${key.name}"` : key.name
  return entry(`${indent}${name}:`, valueLines(writer, key.type, `${indent}  `))
}

function entry(head: string, value: string | string[]): string[] {
  return typeof value === 'string' ? [`${head}${value === '' ? '' : ' '}${value}`] : [head, ...value]
}

function valueLines(writer: Writer, type: Type, indent: string): string | string[] {
  const { rng } = writer
  if (rng.chance(writer.odd)) return rng.pick(oddScalars)
  switch (type.kind) {
    case 'struct': {
      const lines = rng.some(type.keys, 0.35).flatMap((key) => keyLines(writer, key, indent))
      if (rng.chance(0.03)) lines.push(`${indent}nosuchkey: 1`)
      if (rng.chance(0.05) && lines.length > 0) lines.push(...keyLines(writer, rng.pick(type.keys), indent))
      return lines.length === 0 ? '{}' : lines
    }
    case 'list': {
      const count = rng.integer(3)
      if (count === 0) return '[]'
      return Array.from({ length: count }).flatMap(() => {
        const value = valueLines(writer, type.of, `${indent}  `)
        if (typeof value === 'string') return [`${indent}- ${value}`]
        const [first = '', ...rest] = value
        return [`${indent}- ${first.trimStart()}`, ...rest]
      })
    }
    case 'map': {
      const names = rng.some(['storage', 'registry', 'X-Header', 'a', 'yes', '12', '~'], 0.35)
      if (names.length === 0) return '{}'
      return names.flatMap((name) => entry(`${indent}${name}:`, valueLines(writer, type.of, `${indent}  `)))
    }
    case 'choice':
      return authLines(writer, indent)
    case 'word':
      return rng.pick(type.words)
    case 'version':
      return '0.1'
    case 'any':
      return parameter(rng)
    default:
      return rng.pick(fitting[type.kind] ?? ['abc'])
  }
}

function storageLines(writer: Writer): string[] {
  const { rng } = writer
  if (rng.chance(0.05)) return [`storage: ${rng.pick(['inmemory', 'filesystem', ...oddScalars])}`]
  const lines = ['storage:']
  const drivers = rng.chance(0.03) ? rng.some(['s3', 'inmemory', 'tag', 'redirects'], 0.5) : ['s3']
  for (const driver of drivers)
    lines.push(
      ...parameterLines(writer, driver, ['bucket', 'region', 'chunksize', 'encrypt', 'yes', '1'], '  '),
    )
  for (const section of rng.some(['delete', 'redirect', 'cache', 'maintenance'], 0.3)) {
    lines.push(
      ...parameterLines(
        writer,
        section,
        ['enabled', 'disable', 'uploadpurging', 'readonly', 'blobdescriptor'],
        '  ',
      ),
    )
  }
  if (lines.length === 1) return ['storage: {}']
  return lines
}

function authLines(writer: Writer, indent: string): string[] {
  const { rng } = writer
  const providers = rng.chance(0.05) ? ['silly', 'htpasswd'] : [rng.pick(['silly', 'token', 'none'])]
  return providers.flatMap((name) => parameterLines(writer, name, ['realm', 'service', 'path'], indent))
}

function parameterLines({ rng }: Writer, name: string, keys: readonly string[], indent: string): string[] {
  const chosen = rng.some(keys, 0.5)
  if (chosen.length === 0) return [`${indent}${name}: ${rng.pick(['{}', '', '~', '{a: 1}'])}`]
  const anchor = rng.chance(0.05) ? ' &x' : ''
  const merge = anchor !== '' && rng.chance(0.2) ? [`${indent}other: {<<: *x, b: 2}`] : []
  const lines = chosen.map((key) => `${indent}  ${key}: ${rng.chance(0.3) ? nested(rng) : parameter(rng)}`)
  if (rng.chance(0.05)) lines.push(`${indent}  ${rng.pick(chosen)}: ${rng.pick(oddScalars)}`)
  if (rng.chance(0.04)) lines.push(`${indent}  <<: {a: 1, ${rng.pick(chosen)}: merged}`)
  return [`${indent}${name}:${anchor}`, ...lines, ...merge]
}

/** Mostly one that YAML takes: parameters are many, and one bad scalar is the end of the whole. */
function parameter(rng: Random): string {
  return rng.pick(rng.chance(0.03) ? oddScalars : mildScalars)
}

const mildScalars = oddScalars.filter((text) => !/^[-?]$|^!!(?:int abc|null x|int "5"|bool)/.test(text))

function nested(rng: Random): string {
  return `{enabled: ${rng.pick(['true', 'yes', '1'])}, ${rng.pick(['age', '1', 'yes', '~', '1.5'])}: ${rng.pick(['168h', '[a]', '{b: c}', '~'])}}`
}

/** Variables that reach every kind of place, and some that reach none. */
function variables(rng: Random): Record<string, string> {
  const found: Record<string, string> = {}
  const count = rng.pick([1, 1, 2, 3])
  for (let i = 0; i < count; i += 1) {
    if (rng.chance(0.6)) {
      const { name, type } = schemaVariable(rng)
      found[`REGISTRY_${name}`] = rng.chance(0.8) ? payloadFor(type, rng) : rng.pick(oddScalars)
    } else {
      found[`REGISTRY_${rng.pick(fixed)}`] = rng.chance(0.4) ? rng.pick(oddScalars) : rng.pick(payloads)
    }
  }
  return found
}

/** A value that the type takes. */
function payloadFor(type: Type, rng: Random): string {
  const value = valueLines({ rng, odd: 0, anchors: [] }, type, '')
  return typeof value === 'string' ? value : value.join('\n')
}

const payloads = [
  'abc', 'true', '5', '10s', '[a, b]', '{a: 1}', '{enabled: true}', '{storage: [{name: x, options: {a: b}}]}', '@bad', 'a: b: c', '%x', '*x', 'x # y',
  '[{name: cloudfront}]', '"quoted"', 'debug', '', '{s3: {bucket: b}}', '{inmemory: {}}', 'inmemory', '- a\n- b',
] // biome-ignore format: a pool reads better in rows

const fixed = [
  'STORAGE', 'STORAGE_S3', 'STORAGE_S3_BUCKET', 'STORAGE_S3_A_B', 'STORAGE_FILESYSTEM_ROOTDIRECTORY', 'STORAGE_DELETE_ENABLED', 'STORAGE_CACHE',
  'STORAGE_MAINTENANCE_READONLY_ENABLED', 'STORAGE_MAINTENANCE_READONLY', 'STORAGE_MAINTENANCE_UPLOADPURGING_AGE', 'STORAGE_REDIRECT_DISABLE',
  'AUTH', 'AUTH_SILLY', 'AUTH_SILLY_REALM', 'AUTH_TOKEN_A_B', 'MIDDLEWARE', 'MIDDLEWARE_STORAGE', 'MIDDLEWARE_STORAGE_0', 'MIDDLEWARE_STORAGE_0_NAME',
  'MIDDLEWARE_STORAGE_0_OPTIONS', 'MIDDLEWARE_STORAGE_0_OPTIONS_BASEURL', 'MIDDLEWARE_STORAGE_0_OPTIONS_A_B', 'MIDDLEWARE_STORAGE_1_NAME',
  'MIDDLEWARE_STORAGE_X_NAME', 'MIDDLEWARE_STORAGE_5_NAME', 'MIDDLEWARE_STORAGE_-1_NAME', 'HTTP_HEADERS_X-FOO', 'HTTP_HEADERS_X-FOO_0', 'HTTP_HEADERS',
  'HTTP_ADDR_X', 'HTTP_TLS_CLIENTCAS_0', 'HTTP_TLS_CLIENTCAS_1', 'HTTP_TLS_LETSENCRYPT_HOSTS_0', 'LOG_FIELDS_A', 'LOG_FIELDS_A_B', 'LOG_HOOKS_0',
  'LOG_HOOKS_0_TYPE', 'LOG_HOOKS_0_MAILOPTIONS_TO_0', 'LOG_HOOKS_0_LEVELS_0', 'LOG_HOOKS', 'NOTIFICATIONS_ENDPOINTS_0_NAME', 'NOTIFICATIONS_ENDPOINTS_0_HEADERS_A',
  'NOTIFICATIONS_ENDPOINTS_0_HEADERS_A_0', 'HEALTH_FILE_0_FILE', 'HEALTH_FILECHECKERS_0_FILE', 'REDIS_ADDRS', 'REDIS_ADDRS_0', 'REDIS_OPTIONS_ADDRS',
  'REDIS_OPTIONS', 'REDIS_TLS', 'REDIS_TLS_CERTIFICATE', 'REDIS', 'PROXY_TTL', 'PROXY_EXEC', 'PROXY_EXEC_COMMAND', 'VERSION', 'LOGLEVEL', '', '_', 'HTTP_',
  'HTTP__ADDR', 'http_addr', 'CONFIGURATION_PATH', 'NOSUCH', 'NOSUCH_THING', 'HTTP_NOSUCH', 'STORAGE_S3_', 'STORAGE__X', 'VALIDATION_MANIFESTS_URLS_ALLOW_0',
] // biome-ignore format: a pool reads better in rows

function schemaVariable(rng: Random): { readonly name: string; readonly type: Type } {
  const parts: string[] = []
  let keys: readonly Key[] = configuration
  for (;;) {
    const key = rng.pick(keys)
    parts.push(key.variable ?? key.name.toUpperCase())
    let type = key.type
    while (type.kind === 'list' && rng.chance(0.4)) {
      parts.push(rng.pick(['0', '0', '1']))
      type = type.of
    }
    if (type.kind === 'map' && rng.chance(0.7)) {
      parts.push('A')
      type = type.of
    }
    if (type.kind !== 'struct' || rng.chance(0.1)) return { name: parts.join('_'), type }
    keys = type.keys
  }
}
