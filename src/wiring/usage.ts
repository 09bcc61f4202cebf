import { CommanderError, Command as Program, Option as ProgramOption } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import type { Command, CommandEntry, Option } from '../commands/command.ts'
import { type Arguments, formatsOf, withFallbacks } from './arguments.ts'

/**
 * Reads all that a command line may say. Prints help, the version or what is wrong with it instead, and gives an exit
 * code, which is 0 unless something is wrong. `spec` is that of the command that is named, if one is.
 */
export async function readArguments(
  args: readonly string[],
  commands: readonly CommandEntry[],
  spec: Command | undefined,
): Promise<Arguments | { readonly exitCode: number }> {
  let read: Arguments | { readonly exitCode: number } = { exitCode: 0 }
  const program = describeProgram()
  for (const { name, summary } of commands) {
    if (name !== spec?.name) {
      program.command(name).summary(summary)
      continue
    }
    describe(program.command(name), spec).action((...received: unknown[]) => {
      read = collect(spec, received.at(-1) as Program)
    })
  }
  try {
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode }
    throw error
  }
  return read
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
    new ProgramOption('--format <format>', 'how to print the result').choices([...formatsOf(spec)]),
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

function collect(spec: Command, sub: Program): Arguments {
  const given = sub.opts<Record<string, unknown>>()
  return {
    args: sub.args,
    options: withFallbacks(spec, given),
    globals: {
      format: given.json === true ? 'json' : String(given.format ?? 'text'),
      color: given.color as boolean | undefined,
      input: given.input === true,
    },
  }
}
