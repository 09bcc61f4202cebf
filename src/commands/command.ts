import type { Outcome } from '../core/outcome.ts'
import type { World } from './world.ts'

/**
 * One command as data: main turns it into a commander command, the docs and the shell completion are made from it.
 * `run` gets parsed values, calls rooms and returns an outcome. Only sandbox and demo write to stdout
 * themselves: their product is what happens while they run.
 */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** A paragraph for the command's own help. */
  readonly about: string
  /** Positional arguments as commander writes them: `<digest-or-path>`, `[files...]`. */
  readonly arguments?: string
  readonly options: Readonly<Record<string, Option<unknown>>>
  readonly examples: readonly string[]
  /** What `--format` takes besides text and json. */
  readonly formats?: readonly string[]
  run(
    input: { readonly args: readonly string[]; readonly options: Readonly<Record<string, unknown>> },
    world: World,
  ): Promise<Outcome>
}

/** What the list of commands needs of one, and how to load the rest. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  load(): Promise<Command>
}

export interface Option<T> {
  /** As commander writes them: `--key <file>`. The last long name in camel case is the key it stands under. */
  readonly flags: string
  readonly about: string
  readonly shape: 'flag' | 'value' | 'list'
  readonly choices?: readonly string[]
  readonly fallback: T
  /** Throws Failure('usage') on a text that is not a T. */
  parse?(text: string): T
}

type Values<O> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never }

interface TypedCommand<O extends Readonly<Record<string, Option<unknown>>>>
  extends Omit<Command, 'options' | 'run'> {
  readonly options: O
  run(
    input: { readonly args: readonly string[]; readonly options: Values<O> },
    world: World,
  ): Promise<Outcome>
}

/** A command whose `run` sees each option with its own type. main guarantees the shapes, so the widening is sound. */
export function command<O extends Readonly<Record<string, Option<unknown>>>>(spec: TypedCommand<O>): Command {
  return spec as unknown as Command
}

/** A switch; false unless given. */
export function flag(flags: string, about: string): Option<boolean> {
  return { flags, about, shape: 'flag', fallback: false }
}

/** A text that may be absent. */
export function text(flags: string, about: string): Option<string | undefined> {
  return { flags, about, shape: 'value', fallback: undefined }
}

/** A text with a default. */
export function textOr(flags: string, about: string, fallback: string): Option<string> {
  return { flags, about, shape: 'value', fallback }
}

/** One of a few words. */
export function choice<const C extends string>(
  flags: string,
  about: string,
  choices: readonly C[],
  fallback: C,
): Option<C> {
  return { flags, about, shape: 'value', choices, fallback }
}

/** May be given several times. */
export function list(flags: string, about: string): Option<readonly string[]> {
  return { flags, about, shape: 'list', fallback: [] }
}

/** A text that `parse` turns into a T; `parse` throws Failure('usage') with what is expected. */
export function parsed<T>(flags: string, about: string, fallback: T, parse: (text: string) => T): Option<T> {
  return { flags, about, shape: 'value', fallback, parse }
}
