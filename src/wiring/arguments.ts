import type { Command, Option } from '../commands/command.ts'

/** What the arguments of a command say: its own options under the names of its spec, and those that every command has. */
export interface Arguments {
  readonly args: readonly string[]
  readonly options: Readonly<Record<string, unknown>>
  readonly globals: GlobalOptions
}

export interface GlobalOptions {
  readonly format: string
  readonly color: boolean | undefined
  readonly input: boolean
}

/**
 * Reads arguments that need no explaining: options by their whole names, each with its value, and as many arguments
 * as the command takes. Undefined for anything else, help and mistakes above all: usage.ts reads those as well, and
 * takes several times as long to load. Throws what an option's `parse` throws.
 */
export function readPlain(args: readonly string[], spec: Command): Arguments | undefined {
  const options = new Map(
    Object.entries(spec.options).flatMap(([name, option]) =>
      longNames(option.flags).map((flag) => [flag, [name, option] as const] as const),
    ),
  )
  const written: (readonly [string, Option<unknown>, string])[] = []
  const globals: { format?: string; json?: boolean; color?: boolean; input?: boolean } = {}
  const operands: string[] = []
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? ''
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg)
      continue
    }
    const [, flag = '', attached] = /^(--[a-z][a-z0-9-]*)(?:=(.+))?$/s.exec(arg) ?? []
    const [name, option] = options.get(flag) ?? []
    const takesValue = option === undefined ? flag === '--format' : option.shape !== 'flag'
    if (!takesValue && attached !== undefined) return undefined
    if (takesValue && attached === undefined) index += 1
    const value = takesValue ? (attached ?? args[index]) : undefined
    if (takesValue && (value === undefined || value.startsWith('-'))) return undefined
    if (name !== undefined && option !== undefined) {
      if (option.choices !== undefined && !option.choices.includes(value ?? '')) return undefined
      written.push([name, option, value ?? ''])
    } else if (flag === '--format' && value !== undefined && formatsOf(spec).includes(value)) {
      globals.format = value
    } else if (flag === '--json') globals.json = true
    else if (flag === '--no-input') globals.input = false
    else if (flag === '--color' || flag === '--no-color') globals.color = flag === '--color'
    else return undefined
  }
  if (!takes(spec, operands.length)) return undefined
  const given: Record<string, unknown> = {}
  for (const [name, option, value] of written) given[name] = read(option, value, given[name])
  return {
    args: operands,
    options: withFallbacks(spec, given),
    globals: {
      format: globals.json ? 'json' : (globals.format ?? 'text'),
      color: globals.color,
      input: globals.input ?? true,
    },
  }
}

/** The names of an option with two dashes. */
function longNames(flags: string): readonly string[] {
  return flags.match(/--[a-z][a-z0-9-]*/g) ?? []
}

/** What `--format` takes for a command. */
export function formatsOf({ formats = [] }: Command): readonly string[] {
  return ['text', 'json', ...formats]
}

/** The values under the names of the command's spec, each with its fallback where the person gave none. */
export function withFallbacks(
  spec: Command,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(spec.options).map(([name, option]) => [name, given[name] ?? option.fallback]),
  )
}

function read(option: Option<unknown>, value: string, before: unknown): unknown {
  if (option.shape === 'flag') return true
  if (option.shape === 'list') return [...((before as readonly string[] | undefined) ?? []), value]
  return option.parse?.(value) ?? value
}

function takes(spec: Command, count: number): boolean {
  const names = spec.arguments?.split(/ (?=[<[])/) ?? []
  const least = names.filter((name) => name.startsWith('<')).length
  const most = names.some((name) => name.includes('...')) ? Number.POSITIVE_INFINITY : names.length
  return count >= least && count <= most
}
