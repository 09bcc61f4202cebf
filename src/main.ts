import manifest from '../package.json' with { type: 'json' }
import { commands } from './commands/all.ts'
import { Failure, messageOf } from './core/errors.ts'
import { exitCode, exitCodes, failureExitCode, type Outcome } from './core/outcome.ts'
import { redact, redactAll } from './core/redact.ts'
import { reporters } from './reporters/all.ts'
import { readPlain } from './wiring/arguments.ts'
import { openWorld } from './wiring/world.ts'

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
  for (const name of ['SIGTERM', 'SIGHUP'] as const)
    proc.on(name, () => interrupt.abort(new Failure('interrupted', `stopped by ${name}`)))
  proc.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that went away (`| head`) is no error, but there is nobody left to work for: unwind and clean up.
    if (error.code === 'EPIPE')
      return void interrupt.abort(new Failure('interrupted', 'nobody reads the output any more'))
    proc.stderr.write(`regctl: the output cannot be written: ${messageOf(error)}\n`)
    proc.once('exit', () => {
      proc.exitCode = exitCodes.unfinished
    })
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
  const spec = await entry?.load()
  const read =
    (spec !== undefined && args[0] === spec.name && own.length === args.length
      ? readPlain(args.slice(1), spec)
      : undefined) ?? (await (await import('./wiring/usage.ts')).readArguments(args, commands, spec))
  if (spec === undefined || !('globals' in read)) {
    return 'exitCode' in read && read.exitCode !== 0 ? exitCodes.usage : exitCodes.clean
  }
  const { format, color, input } = read.globals
  const world = openWorld(proc, { signal, colour: color, input })
  const outcome = await spec.run({ args: read.args, options: read.options }, world)
  proc.stdout.write(await print(outcome, format, world.stdout.colour))
  return exitCode(outcome)
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
  if (outcome.kind === 'value' && format !== 'text' && format !== 'json') {
    throw new Failure('usage', `there is no ${format} of what holds no findings`, {
      remedy: { text: 'Leave --format out, or ask for json.' },
    })
  }
  return reporter(outcome.kind === 'value' ? outcome : redactAll(outcome), { colour, version })
}

/** Prints what went wrong, and gives the exit code: an expected failure in words with its cure, a defect of ours with its stack. */
function report(error: unknown, signal: AbortSignal, proc: NodeJS.Process): number {
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
