import { CommanderError, Command as Program, Option as ProgramOption } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { commands } from './commands/all.ts'
import type { Command, Option } from './commands/command.ts'
import { Failure, messageOf } from './core/errors.ts'
import { exitCode, exitCodes, failureExitCode, type Outcome } from './core/outcome.ts'
import { redact, redactAll } from './core/redact.ts'
import { reporters } from './reporters/all.ts'
import { openWorld } from './wiring/world.ts'

interface GlobalOptions {
  readonly json?: boolean
  readonly format?: string
  readonly color?: boolean
  readonly input: boolean
}

/**
 * Runs the command that the arguments name, prints what it found on stdout and what went wrong on stderr, and sets
 * the exit code. Never calls exit, so that output drains; a second Ctrl-C is the exception.
 */
export async function main(proc: NodeJS.Process): Promise<void> {
  // The SDK's notice about Node versions is for its callers, not for ours; it is read when the first client is built.
  proc.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'
  const interrupt = new AbortController()
  proc.on('SIGINT', () => {
    if (interrupt.signal.aborted) proc.exit(exitCodes.interrupted)
    proc.stderr.write('Stopping; Ctrl-C again stops at once, without cleaning up.\n')
    interrupt.abort(new Failure('interrupted', 'interrupted'))
  })
  proc.on('SIGTERM', () => interrupt.abort(new Failure('interrupted', 'stopped by SIGTERM')))
  // A reader that went away (`| head`) is no error, but there is nobody left to work for: unwind and clean up.
  proc.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE')
      interrupt.abort(new Failure('interrupted', 'nobody reads the output any more'))
  })
  // Without anybody to tell, the work itself goes on.
  proc.stderr.on('error', () => undefined)
  try {
    proc.exitCode = await run(proc, interrupt.signal)
  } catch (error) {
    proc.exitCode = report(error, interrupt.signal, proc)
  }
}

async function run(proc: NodeJS.Process, signal: AbortSignal): Promise<number> {
  const args = withHelp(proc.argv.slice(2))
  // `sandbox -- COMMAND`: what follows is not ours to read.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const entry = commands.find(({ name }) => name === own.find((arg) => !arg.startsWith('-')))
  let code: number = exitCodes.clean
  const program = describeProgram()
  for (const { name, summary, load } of commands) {
    if (name !== entry?.name) {
      program.command(name).summary(summary)
      continue
    }
    const spec = await load()
    describe(program.command(name), spec).action(async (...received: unknown[]) => {
      const sub = received.at(-1) as Program
      const { options, globals } = collect(spec, sub)
      const format = globals.json ? 'json' : (globals.format ?? 'text')
      const world = openWorld(proc, { signal, colour: globals.color, input: globals.input })
      const outcome = await spec.run({ args: sub.args, options }, world)
      proc.stdout.write(await print(outcome, format, world.stdout.colour))
      code = exitCode(outcome)
    })
  }
  if (args.length === 0) program.outputHelp()
  else await program.parseAsync(args, { from: 'user' })
  return code
}

/** `regctl help lint` is `regctl lint --help`; help about no command is the mistake that the command would be. */
function withHelp(args: readonly string[]): readonly string[] {
  const [first, name] = args
  if (first !== 'help') return args
  if (name === undefined || name === 'help') return ['--help']
  return commands.some((command) => command.name === name) ? [name, '--help'] : [name]
}

/** Signed URLs are the product of sign-url; every text of any other outcome is redacted, whoever wrote it. */
async function print(outcome: Outcome, format: string, colour: boolean): Promise<string> {
  const reporter = await reporters[format]?.()
  if (reporter === undefined) throw new Error(`no reporter for ${format}`)
  const { version } = manifest
  return reporter(outcome.kind === 'value' ? outcome : redactAll(outcome), { colour, version })
}

function describeProgram(): Program {
  const program = new Program('regctl')
    .description('Set up, prove and keep healthy a container registry on Amazon S3 behind CloudFront.')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help, or that of a command')
    .showSuggestionAfterError()
    .showHelpAfterError('  regctl help shows the commands, regctl help COMMAND its options.')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'regctl: ')) })
    .exitOverride()
  program.addHelpText(
    'after',
    `
Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 could not finish, 130 interrupted.

Examples:
  regctl demo                                  the whole journey, no account needed
  regctl init --bucket my-registry             plan, show, ask, apply
  regctl lint config.yml --registry 2.8        what will the registry make of it?
  regctl doctor --config config.yml            is the live system healthy, and if not, why?`,
  )
  return program
}

function describe(target: Program, spec: Command): Program {
  target.summary(spec.summary).description(spec.about.replaceAll('\n', ' '))
  if (spec.arguments !== undefined)
    for (const argument of spec.arguments.split(/ (?=[<[])/)) target.argument(argument)
  for (const option of Object.values(spec.options)) target.addOption(toProgramOption(option))
  target.addOption(
    new ProgramOption('--format <format>', 'how to print the result').choices([
      'text',
      'json',
      ...(spec.formats ?? []),
    ]),
  )
  target.option('--json', 'the same as --format json')
  target.option('--no-input', 'never ask; refuse instead')
  target.addOption(new ProgramOption('--color', 'colour even without a terminal'))
  target.addOption(new ProgramOption('--no-color', 'no colour'))
  target.addHelpText('after', `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join('\n')}`)
  return target
}

function toProgramOption(option: Option<unknown>): ProgramOption {
  const made = new ProgramOption(option.flags, option.about)
  if (option.choices) made.choices([...option.choices])
  if (option.shape === 'list') {
    made.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
  } else if (option.parse) {
    made.argParser((value: string) => option.parse?.(value))
  }
  // Texts only: commander prints the default in the help, and an absent one says nothing.
  if (typeof option.fallback === 'string' || typeof option.fallback === 'number')
    made.default(option.fallback)
  return made
}

/** The values under the names of the command's spec, each with its fallback where the person gave none. */
function collect(spec: Command, sub: Program): { options: Record<string, unknown>; globals: GlobalOptions } {
  const given = sub.opts<Record<string, unknown>>()
  const options: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(spec.options)) options[name] = given[name] ?? option.fallback
  return { options, globals: given as unknown as GlobalOptions }
}

/** Prints what went wrong, and gives the exit code: an expected failure in words with its cure, a defect of ours with its stack. */
function report(error: unknown, signal: AbortSignal, proc: NodeJS.Process): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage
  const told = error instanceof Failure && error.kind === 'interrupted'
  const failure = signal.aborted && !told ? signal.reason : error
  if (failure instanceof Failure) {
    const code = failureExitCode(failure.kind)
    proc.stderr.write(`${redact(failureText(failure))}\n`)
    // A script that asked for JSON gets a document in every case.
    if (wantsJson(proc.argv)) proc.stdout.write(failureJson(failure, code))
    return code
  }
  const stack = error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error)
  proc.stderr.write(`${redact(`regctl: this is a defect of regctl, not of your set-up: ${stack}`)}\n`)
  return exitCodes.unfinished
}

function wantsJson(argv: readonly string[]): boolean {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  return (
    own.includes('--json') || own.includes('--format=json') || own[own.indexOf('--format') + 1] === 'json'
  )
}

function failureJson({ kind, message, remedy }: Failure, code: number): string {
  return `${JSON.stringify(redactAll({ schemaVersion: 1, exitCode: code, error: { kind, message, ...(remedy && { remedy }) } }), null, 2)}\n`
}

function failureText(failure: Failure): string {
  const { remedy } = failure
  return [
    `regctl: ${failure.message}`,
    ...(remedy === undefined
      ? []
      : [`  ${remedy.text}`, ...(remedy.commands ?? []).map((command) => `    $ ${command}`)]),
  ].join('\n')
}
