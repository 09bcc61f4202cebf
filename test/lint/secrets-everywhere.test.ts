import { expect, it } from 'vitest'
import { Failure, messageOf } from '../../src/core/errors.ts'
import { redact, redactAll } from '../../src/core/redact.ts'
import { call, printed } from '../support/fuzz/check.ts'
import type { Input } from '../support/fuzz/inputs.ts'
import { type Random, random } from '../support/oracle/random.ts'

const secret = 'q7Zr2Vn8Xk4W9'
/** What a config calls secrets: the registry's own names, and what people write where they know no better. */
const names = [
  'storage.s3.secretkey',
  'storage.s3.accesskey',
  'storage.s3.SecretKey',
  'storage.s3.SECRETKEY',
  'storage.s3.secret_key',
  'storage.s3.secretaccesskey',
  'storage.s3.aws_secret_access_key',
  'storage.azure.accountkey',
  'storage.swift.password',
  'storage.oss.accesskeysecret',
  'http.secret',
  'http.Secret',
  'http.tls.password',
  'redis.password',
  'redis.sentinelpassword',
  'redis.options.password',
  'redis.passwd',
  'proxy.password',
  'auth.silly.password',
  'auth.token.password',
  'notifications.endpoints.0.headers.Authorization',
  'notifications.endpoints.0.headers.X-Api-Key',
  'notifications.endpoints.0.headers.Cookie',
  'log.hooks.0.options.smtp.password',
  'reporting.bugsnag.apikey',
  'reporting.newrelic.licensekey',
  'middleware.storage.0.options.secretkey',
  'middleware.storage.0.options.password',
  'log.fields.password',
  'log.fields.api_key',
]

const values = [
  secret,
  `"${secret}"`,
  `'${secret}'`,
  `"${secret}`,
  `@${secret}`,
  `*${secret}`,
  `%${secret}`,
  `{a: ${secret}}`,
  `[${secret}]`,
  `!!int ${secret}`,
  `!!float "${secret}"`,
  `!!bool ${secret}`,
  `&x ${secret}`,
  `${secret} # comment`,
  `${secret}: x`,
  `Bearer ${secret}`,
  `Basic ${secret}`,
  `|\n  ${secret}`,
  `>-\n  ${secret}\n  ${secret}`,
  `\n  ${secret}`,
  `"\\x41${secret}"`,
]

/** A config with the secret at the path, and something wrong beside it. */
function config(rng: Random): string {
  const path = rng.pick(names).split('.')
  const value = rng.pick(values)
  const lines = rng.chance(0.75) ? block(path, value) : [flow(path, value.replaceAll('\n', ' ')).slice(1, -1)]
  const wrong = rng.pick([
    '',
    '',
    '',
    '\tx: y\n',
    'a: [\n',
    'a: b: c\n',
    '"x\n',
    '? {\n',
    'a: *b\n',
    '- a\n',
    '\0',
    '%YAML 1.2\n',
    ' bad\n',
  ])
  const repeated = rng.chance(0.15) ? [...lines, ...lines] : lines
  const rest =
    path[0] === 'storage' || rng.chance(0.3)
      ? ''
      : 'storage: {s3: {region: nowhere-1, forcePathStyle: true}}\n'
  const text = `version: ${rng.pick(['0.1', '0.2'])}\n${rest}${repeated.join('\n')}\n`
  return rng.chance(0.5) ? text + wrong : wrong + text
}

function block([name = '', ...rest]: readonly string[], value: string, indent = ''): string[] {
  if (rest.length === 0) return `${name}: ${value}`.split('\n').map((line) => indent + line)
  const [next = '', ...after] = rest
  if (next !== '0') return [`${indent}${name}:`, ...block(rest, value, `${indent}  `)]
  const [first = '', ...others] = block(after, value, `${indent}    `)
  return [`${indent}${name}:`, `${indent}  - ${first.trimStart()}`, ...others]
}

function flow([name, ...rest]: readonly string[], value: string): string {
  if (name === undefined) return value
  return name === '0' ? `[${flow(rest, value)}]` : `{${name}: ${flow(rest, value)}}`
}

const indented = (text: string, by: string) => text.replace(/^(?=.)/gm, by)
const variables = [
  'REGISTRY_STORAGE_S3_SECRETKEY',
  'REGISTRY_STORAGE_S3_ACCESSKEY',
  'REGISTRY_STORAGE_S3_SECRET_KEY',
  'REGISTRY_HTTP_SECRET',
  'REGISTRY_REDIS_PASSWORD',
  'REGISTRY_REDIS_OPTIONS_PASSWORD',
  'REGISTRY_PROXY_PASSWORD',
  'REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_AUTHORIZATION',
  'REGISTRY_AUTH_TOKEN_PASSWORD',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'REGISTRY_PASSWORD',
  'REGISTRY_STORAGE_S3',
  'REGISTRY_REDIS',
  'REGISTRY_HTTP',
  'REGISTRY_STORAGE',
]

function input(rng: Random): Input {
  const text = config(rng)
  const inVariable = rng.chance(0.35)
  const name = rng.pick(variables)
  const given = inVariable ? [`${name}=${variableValue(rng, name)}`] : []
  const plain = 'version: 0.1\nstorage: {s3: {region: nowhere-1}}\n'
  const pairs = given.map((line) => line.split(/=(.*)/s).slice(0, 2))
  const files: Record<string, string> = {}
  const options: Record<string, unknown> = {
    registry: {
      from: rng.chance(0.2) ? '2.7.1' : undefined,
      to: rng.pick(['2.3.1', '2.8.3', '3.0.0', '3.1.1']),
    },
  }
  const place = rng.integer(8)
  const data = `  config.yml: ${rng.pick(['|', '>', '|-'])}\n${indented(text, '    ')}`
  const meta = 'apiVersion: v1\nmetadata: {name: r}\n'
  switch (place) {
    case 0:
      files['config.yml'] = `${meta}kind: ConfigMap\ndata:\n${data}`
      break
    case 1:
      files['config.yml'] = `${meta}kind: Secret\nstringData: {config.yml: ${JSON.stringify(text)}}\n`
      break
    case 2:
      files['config.yml'] =
        `${meta}kind: Secret\ndata:\n  config.yml: ${Buffer.from(text).toString('base64')}\n`
      break
    case 3:
      files['config.yml'] =
        `services:\n  r:\n    image: registry:3\n    environment:\n${pairs.map(([key, value]) => `      ${key}: ${JSON.stringify(value)}\n`).join('')}    volumes: ["./mounted.yml:/etc/distribution/config.yml"]\n`
      files['mounted.yml'] = text
      break
    case 4:
      files['config.yml'] =
        `services:\n  r:\n    image: registry:2\n    environment:\n${(given.length > 0 ? given : [`REGISTRY_HTTP_SECRET=${secret}`]).map((line) => `      - ${JSON.stringify(line)}\n`).join('')}`
      break
    case 5:
      files['config.yml'] =
        `${meta}kind: Deployment\nspec: {template: {spec: {containers: [{image: "registry:3", env: [${pairs.map(([key, value]) => `{name: ${key}, value: ${JSON.stringify(value)}}`).join(', ')}]}]}}}\n`
      break
    default:
      files['config.yml'] = inVariable ? plain : text
      if (rng.chance(0.5)) options.env = given
      else if (inVariable) {
        options.environmentFile = 'registry.env'
        files['registry.env'] =
          `${given.map((line) => line.replaceAll('\n', ' ')).join('\n')}\n${rng.chance(0.1) ? secret : ''}`
      }
  }
  const bytes = Object.entries(files).map(([file, content]) => [file, Buffer.from(content)] as const)
  return { files: Object.fromEntries(bytes), options }
}

/** A section's value holds the secret under a key, another variable is the secret. */
function variableValue(rng: Random, name: string): string {
  const value = rng.pick(values)
  const key = { REGISTRY_STORAGE_S3: 'secretkey', REGISTRY_REDIS: 'password', REGISTRY_HTTP: 'secret' }[name]
  if (name === 'REGISTRY_STORAGE') return `{s3: {secretkey: ${value}}}`
  return key === undefined ? value : rng.pick([`{${key}: ${value}}`, `${key}: ${value}`])
}

/** A part of the secret, or of its base64 in a Secret, that is long enough to matter. */
function shown(text: string, { files }: Input): string | undefined {
  const encoded =
    /config\.yml: ([A-Za-z0-9+/=]{20,})\n$/.exec(files['config.yml']?.toString('utf8') ?? '')?.[1] ?? ''
  const windows = (of: string, length: number) =>
    Array.from({ length: Math.max(0, of.length - length + 1) }, (_, at) => of.slice(at, at + length))
  return [...windows(secret, 6), ...windows(encoded, 16)].find((part) => text.includes(part))
}

it('never shows a secret, wherever it stands and whatever is wrong with it', {
  timeout: 300_000,
}, async () => {
  const count = Number(process.env.REGCTL_CASES ?? 600)
  const kinds = new Set<string>()
  for (let index = 0; index < count; index += 1) {
    const one = input(random(index))
    for (const more of [{}, { effective: true }, { diff: true }, { fix: true }]) {
      const texts: Record<string, string> = {}
      try {
        const { outcome } = await call(one, more)
        kinds.add(outcome.kind)
        Object.assign(texts, await printed(outcome))
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        kinds.add('failure')
        texts.failure = redact(messageOf(error)) + JSON.stringify(redactAll(error.remedy ?? {}))
      }
      for (const [format, text] of Object.entries(texts)) {
        const part = shown(text, one)
        const files = Object.values(one.files).map(String).join('\n--\n')
        expect(
          part,
          `case ${index} ${JSON.stringify(more)} ${JSON.stringify(one.options)} ${format}:\n${files}\n${text}`,
        ).toBeUndefined()
      }
    }
  }
  expect([...kinds].sort()).toEqual(['failure', 'findings', 'value'])
})
