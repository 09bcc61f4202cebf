import { Failure } from '../core/errors.ts'
import type { Severity } from '../core/finding.ts'
import { lint as judge, type LintFinding } from '../lint/run.ts'
import type { Environment } from '../registry-config/environment.ts'
import { latest, parseRelease } from '../registry-config/releases.ts'
import { choice, command, flag, list, parsed, text } from './command.ts'
import type { World } from './world.ts'

export const lint = command({
  name: 'lint',
  summary: 'judge a config.yml as the registry will read it',
  about: `Reads config files as the chosen registry release reads them, with the environment variables that change them, and
says what that release will do: refuse to start, ignore a key, or do something else than was meant. Offline; changes nothing.`,
  arguments: '<files...>',
  options: {
    registry: parsed(
      '--registry <release>',
      `the registry's release: 2.8, 3.0.0, main, …; by default ${latest}`,
      latest,
      parseRelease,
    ),
    env: list('--env <NAME=VALUE>', 'a variable of the registry’s environment'),
    envFile: text('--env-file <file>', 'a file of NAME=VALUE lines: the registry’s environment'),
    useEnv: flag('--use-env', 'take the REGISTRY_ and AWS_ variables of this process'),
    failOn: choice(
      '--fail-on <severity>',
      'exit 1 from this severity on',
      ['error', 'warning', 'note'],
      'error',
    ),
  },
  examples: [
    'regctl lint config.yml',
    'regctl lint config.yml --registry 2.8',
    'regctl lint config.yml --env REGISTRY_STORAGE_S3_BUCKET=my-registry',
    'cat config.yml | regctl lint -',
  ],
  async run({ args, options }, world) {
    const environment = await environmentOf(options, world)
    const findings: LintFinding[] = []
    const sources: Record<string, string> = {}
    for (const file of args) {
      const content = file === '-' ? await world.readStdin() : await world.files.readText(file)
      const name = file === '-' ? '<stdin>' : file
      sources[name] = content
      findings.push(...judge(content, name, { release: options.registry, environment, files: {} }))
    }
    const failOn: Severity = options.failOn
    const subject = `${args.join(', ')} for registry ${options.registry}`
    return { kind: 'findings', findings, sources, subject, failOn }
  },
})

interface EnvironmentOptions {
  readonly env: readonly string[]
  readonly envFile: string | undefined
  readonly useEnv: boolean
}

/** The registry's environment: this process' if asked for, the file over it, the flags over that. */
async function environmentOf(options: EnvironmentOptions, world: World): Promise<Environment> {
  const environment: Record<string, string> = {}
  if (options.useEnv) {
    for (const [name, value] of Object.entries(world.env)) {
      if (value !== undefined && /^(REGISTRY_|AWS_|OTEL_)/.test(name)) environment[name] = value
    }
  }
  if (options.envFile !== undefined) {
    for (const line of (await world.files.readText(options.envFile)).split(/\r?\n/)) {
      if (line.trim() === '' || line.startsWith('#')) continue
      Object.assign(environment, variable(line, options.envFile))
    }
  }
  for (const given of options.env) Object.assign(environment, variable(given, '--env'))
  return environment
}

function variable(line: string, from: string): Record<string, string> {
  const equals = line.indexOf('=')
  if (equals < 1) {
    throw new Failure('usage', `${from}: "${line.slice(0, 40)}" is no variable`, {
      remedy: { text: 'Write NAME=VALUE, with nothing around the equals sign.' },
    })
  }
  return { [line.slice(0, equals)]: line.slice(equals + 1) }
}
