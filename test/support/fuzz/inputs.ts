import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rules } from '../../../src/lint/all.ts'
import { type Case, oddScalars, parserCase } from '../oracle/generate.ts'
import type { Random } from '../oracle/random.ts'
import { yamlText } from './yaml.ts'

/** One call of lint: the files it finds, the first of which it is to judge, and how it is called. */
export interface Input {
  readonly files: Readonly<Record<string, Buffer>>
  readonly options: Readonly<Record<string, unknown>>
}

/** Inputs of every kind, from random bytes to sound configs in Kubernetes objects; `folder` holds sound configs. */
export function inputs(folder: string): (rng: Random) => Input {
  const sound = readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
  const examples = rules.flatMap(({ examples }) => examples.flatMap(({ bad, good }) => [bad, good]))
  return (rng) => {
    const { config, environment } = source(rng, rng.chance(0.5) ? sound : examples)
    const text = rng.chance(0.6) ? mutated(rng, config) : config
    const files: Record<string, Buffer> = { 'config.yml': Buffer.from(text) }
    if (rng.chance(0.35)) Object.assign(files, embedded(rng, text, environment))
    if (rng.chance(0.06)) files['config.yml'] = encoded(rng, files['config.yml'] ?? Buffer.alloc(0))
    const options = optionsFor(rng)
    if (rng.chance(0.5)) options.env = variableLines(rng, environment)
    if (rng.chance(0.1)) {
      options.environmentFile = 'registry.env'
      const lines = variableLines(rng, environment).join('\n')
      files['registry.env'] = Buffer.from(rng.chance(0.5) ? mutated(rng, lines) : lines)
    }
    return { files, options }
  }
}

function source(rng: Random, whole: readonly string[]): Case {
  switch (rng.integer(10)) {
    case 0:
      return { config: bytes(rng).toString('utf8'), environment: {} }
    case 1:
      return { config: pieces(rng, 40), environment: {} }
    case 2:
    case 3:
      return { config: yamlText(rng), environment: {} }
    case 4:
      return { config: bomb(rng), environment: {} }
    case 5:
    case 6:
      return parserCase(rng, 0.05)
    default:
      return { config: rng.pick(whole), environment: rng.chance(0.5) ? parserCase(rng).environment : {} }
  }
}

function bytes(rng: Random): Buffer {
  return Buffer.from(Array.from({ length: rng.integer(600) }, () => rng.integer(256)))
}

const odd = [
  ...':-{}[],&*#?|>@`"\'%!~\t \n\r\\aA0.<=é\u2028\u0085😀\0\ufeff',
  ...[
    '\n  ',
    '\n\n',
    ': ',
    '- ',
    '? ',
    '<<: ',
    '&a ',
    '*a',
    '!!int ',
    '!!binary ',
    '!<x> ',
    '---\n',
    '...\n',
    '%YAML 1.2\n',
  ],
  ...[
    'storage:',
    's3:',
    'version: 0.1\n',
    '{{ x }}',
    '$' + '{X}',
    '\r\n',
    '|2-\n',
    '>+\n',
    '0x1F',
    '1e400',
    '.inf',
  ],
  ...[
    'kind: ConfigMap\napiVersion: v1\n',
    'services:\n',
    '# regctl-ignore x: y\n',
    '# regctl-ignore-file value-type: z\n',
  ],
  ...oddScalars,
]

function pieces(rng: Random, most: number): string {
  return Array.from({ length: rng.integer(most) }, () => rng.pick(odd)).join('')
}

function mutated(rng: Random, given: string): string {
  let text = given
  for (let change = rng.integer(12); change >= 0; change -= 1) {
    const at = rng.integer(text.length + 1)
    const lines = text.split('\n')
    const line = rng.integer(lines.length)
    switch (rng.integer(8)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + rng.integer(9))
        break
      case 1:
        text = lines.toSpliced(line, 1).join('\n')
        break
      case 2:
        text = lines.toSpliced(rng.integer(lines.length), 0, lines[line] ?? '').join('\n')
        break
      case 3:
        text = lines.with(line, ' '.repeat(rng.integer(4)) + (lines[line] ?? '')).join('\n')
        break
      case 4:
        text = lines.with(line, (lines[line] ?? '').replace(/:.*/, `: ${rng.pick(oddScalars)}`)).join('\n')
        break
      case 5:
        text = lines.with(line, (lines[line] ?? '').toUpperCase()).join('\n')
        break
      default:
        text = text.slice(0, at) + rng.pick(odd) + text.slice(at + rng.integer(2))
    }
    // What doubles must end somewhere.
    text = text.slice(0, 20_000)
  }
  return text
}

/** Small to write, big to read. */
function bomb(rng: Random): string {
  const n = rng.pick([10, 90, 101, 1000, 20_000])
  const letters = [...'abcdefghijklmnopqrstuvwxyz'].slice(0, 2 + rng.integer(24))
  const before = (index: number) => letters[Math.max(0, index - 1)]
  return `version: 0.1\nstorage: inmemory\n${rng.pick([
    () => `log: ${rng.pick(['[', '{a: ', '{"a":', '- ', '? ', '!!x ', '&a '])}`.repeat(n),
    () => `log: {fields: ${'['.repeat(n)}${']'.repeat(n)}}\n`,
    () => Array.from({ length: Math.min(n, 200) }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
    () =>
      letters.map((letter, index) => `${letter}: &${letter} [${`*${before(index)},`.repeat(9)}]`).join('\n'),
    () =>
      letters
        .map((letter, index) => `${letter}: &${letter} {<<: [*${before(index)}, *${before(index)}]}`)
        .join('\n'),
    () => `log: {fields: ${JSON.stringify('x'.repeat(n))}}\n`,
    () => `${'x'.repeat(n)}: 1\n`,
    () => 'a: 1\n'.repeat(Math.min(n, 3000)),
    () => '# regctl-ignore a: b\n'.repeat(n),
    () => '---\na: 1\n'.repeat(Math.min(n, 1000)),
    () => `log: {fields: {a: |\n${'  x\n'.repeat(n)}}}\n`,
    () => `http: {headers: {A: [${'a, '.repeat(n)}]}}\n`,
  ])()}`
}

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by)

/** The config where people put it: in a ConfigMap, a Secret, a List, beside a Deployment, or mounted by a compose file. */
function embedded(
  rng: Random,
  config: string,
  environment: Case['environment'],
): Readonly<Record<string, Buffer>> {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value: value ?? '' }))
  const data = rng.pick([
    `data:\n  config.yml: ${rng.pick(['|', '|-', '|+', '>', '|2'])}\n${indent(config, '    ')}`,
    `data: {config.yml: ${JSON.stringify(config)}}`,
    `data:\n  config.yml: '${config.replaceAll("'", "''")}'`,
  ])
  const map = `apiVersion: v1\nkind: ${rng.pick(['ConfigMap', 'Secret'])}\nmetadata: {name: registry}\n${data}\n`
  const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: registry\ndata:\n  config.yml: ${Buffer.from(config).toString('base64')}\n`
  const pod = `apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - image: registry:${rng.pick(['2', '2.8.3', '3.0.0', '3', 'latest', 'x'])}\n          env: ${JSON.stringify(variables)}\n          volumeMounts: [{name: c, mountPath: /etc/distribution}]\n      volumes: [{name: c, configMap: {name: registry}}]\n`
  const compose = `services:\n  registry:\n    image: registry:3\n    environment: ${JSON.stringify(environment)}\n    volumes: ["./mounted.yml:/etc/distribution/config.yml"]\n`
  const text = rng.pick([
    map,
    secret,
    `${map}---\n${pod}`,
    `${secret}---\n${pod}`,
    `apiVersion: v1\nkind: List\nitems:\n  -\n${indent(map, '    ')}`,
    compose,
    compose,
    pod,
  ])
  return {
    'config.yml': Buffer.from(rng.chance(0.2) ? mutated(rng, text) : text),
    'mounted.yml': Buffer.from(config),
  }
}

function encoded(rng: Random, text: Buffer): Buffer {
  return rng.pick([
    () => Buffer.from(text.toString('utf8'), 'utf16le'),
    () => Buffer.concat([Buffer.from('\ufeff'), text]),
    () => Buffer.from(`\ufeff${text.toString('utf8')}`, 'utf16le').swap16(),
    () => Buffer.from(text.toString('utf8').replaceAll('\n', '\r\n')),
    () => Buffer.from(text.toString('utf8').replaceAll('  ', '\t')),
    () => Buffer.from(text.toString('utf8'), 'latin1'),
  ])()
}

function variableLines(rng: Random, environment: Case['environment']): string[] {
  const own = Object.entries(environment).map(([name, value]) => `${name}=${value ?? ''}`)
  return rng.chance(0.3)
    ? [...own, `REGISTRY_${rng.pick(['HTTP', 'LOG_LEVEL', 'STORAGE_S3', 'X', ''])}=${pieces(rng, 6)}`]
    : own
}

function optionsFor(rng: Random): Record<string, unknown> {
  const releases = ['2.0.0', '2.3.1', '2.6.2', '2.8.3', '3.0.0', '3.1.1', 'main'] as const
  const to = rng.pick(releases)
  return {
    ...(rng.chance(0.7) && { registry: { from: rng.chance(0.2) ? rng.pick(releases) : undefined, to } }),
    ...(rng.chance(0.1) && { maxWarnings: 0 }),
    ...(rng.chance(0.1) && { failOn: 'note' }),
  }
}
