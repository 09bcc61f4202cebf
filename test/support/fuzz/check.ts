import { XMLValidator } from 'fast-xml-parser'
import { lint } from '../../../src/commands/lint.ts'
import type { World } from '../../../src/commands/world.ts'
import { Failure } from '../../../src/core/errors.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import { redactAll } from '../../../src/core/redact.ts'
import { reporters } from '../../../src/reporters/all.ts'
import type { Input } from './inputs.ts'

/** A world of files in memory; `written` is what lint wrote. */
function worldOf(files: Readonly<Record<string, Buffer>>) {
  const written: Record<string, string> = {}
  const name = (path: string) => path.replace(/^\.\//, '')
  const partial: Partial<World> = {
    env: {},
    files: {
      readText: async (path: string, atMost?: number) => {
        const bytes = files[name(path)]
        if (bytes === undefined) throw new Failure('usage', `cannot read ${path}`)
        return bytes.subarray(0, atMost).toString('utf8')
      },
      exists: async (path: string) => files[name(path)] !== undefined,
      writeText: async (path: string, content: string) => {
        written[name(path)] = content
      },
    } as unknown as World['files'],
  }
  return { world: partial as World, written }
}

/** What lint makes of the first file, and what it wrote. */
export async function call({ files, options }: Input, more: Readonly<Record<string, unknown>> = {}) {
  const fallbacks = Object.fromEntries(
    Object.entries(lint.options).map(([name, { fallback }]) => [name, fallback]),
  )
  const { world, written } = worldOf(files)
  const outcome = await lint.run(
    { args: ['config.yml'], options: { ...fallbacks, ...options, ...more } },
    world,
  )
  return { outcome, written }
}

/** What is wrong with how lint deals with an input; nothing if all is well. Throws what lint throws but for wrong usage. */
export async function faults(input: Input): Promise<readonly string[]> {
  const found: string[] = []
  let judged: Outcome
  try {
    judged = (await call(input)).outcome
  } catch (error) {
    // Variables are the person's own words; a config never is wrong usage.
    if (error instanceof Failure && input.options.env !== undefined) return []
    if (error instanceof Failure && input.options.environmentFile !== undefined) return []
    throw error
  }
  const text = input.files['config.yml']?.toString('utf8') ?? ''
  const findings = judged.kind === 'findings' ? judged.findings : []
  found.push(...findings.flatMap((finding) => misplaced(finding, input)))
  for (const [format, text] of Object.entries(await printed(judged))) {
    const wrong = malformed(format, text)
    if (wrong !== undefined) found.push(`${format} is malformed: ${wrong}`)
  }
  await call(input, { effective: true })
  const { outcome: diff, written: none } = await call(input, { diff: true })
  if (Object.keys(none).length > 0) found.push('--diff writes')
  const { outcome: after, written } = await call(input, { fix: true })
  for (const file of Object.keys(written)) if (file !== 'config.yml') found.push(`--fix writes ${file}`)
  const fixed = written['config.yml']
  const shown = diff.kind === 'value' ? diff.text : ''
  if ((shown !== '') !== (fixed !== undefined && fixed !== text)) found.push('--diff and --fix do not agree')
  if (fixed !== undefined) found.push(...(await unsound(input, text, fixed, shown, findings, after)))
  return found
}

/** An outcome in every format, as it reaches stdout. */
export async function printed(outcome: Outcome): Promise<Readonly<Record<string, string>>> {
  const shown = outcome.kind === 'value' ? outcome : redactAll(outcome)
  const formats = Object.entries(reporters).map(async ([format, load]) => {
    const reporter = await load()
    return [format, reporter(shown, { colour: false, version: '0' })] as const
  })
  return Object.fromEntries(await Promise.all(formats))
}

/** A finding that points outside its file. */
function misplaced({ id, place }: Finding, { files }: Input): readonly string[] {
  if (place?.kind !== 'file') return []
  const lines = (files[place.file.replace(/^\.\//, '')]?.toString('utf8') ?? '').split('\n')
  const line = lines[place.line - 1]
  const fits = line !== undefined && place.column >= 1 && place.column <= line.length + 1
  return fits ? [] : [`${id} points outside: ${place.file}:${place.line}:${place.column}`]
}

function malformed(format: string, text: string): string | undefined {
  switch (format) {
    case 'json':
    case 'sarif':
    case 'gitlab':
      try {
        JSON.parse(text)
        return undefined
      } catch (error) {
        return String(error)
      }
    case 'junit': {
      const valid = XMLValidator.validate(text)
      return valid === true ? undefined : valid.err.msg
    }
    case 'github':
      return text
        .split('\n')
        .find((line) => line !== '' && !/^::(error|warning|notice) [^\r]*::[^\r]*$/.test(line))
    default:
      return undefined
  }
}

/** What is wrong with a correction. */
async function unsound(
  input: Input,
  text: string,
  fixed: string,
  shown: string,
  before: readonly Finding[],
  after: Outcome,
): Promise<readonly string[]> {
  const found: string[] = []
  const again = await call(
    { ...input, files: { ...input.files, 'config.yml': Buffer.from(fixed) } },
    { fix: true },
  )
  if (again.written['config.yml'] !== undefined)
    found.push(`--fix is not done after one run:\n${fixed}\n--\n${again.written['config.yml']}`)
  const findings = after.kind === 'findings' ? after.findings : []
  const refused = (all: readonly Finding[]) =>
    all.filter((finding) => 'refuses' in finding && finding.refuses === true)
  const [old, now] = [refused(before), refused(findings)]
  if (old.length === 0 && now.length > 0)
    found.push(`--fix made the registry refuse: ${now.map(({ message }) => message).join('; ')}`)
  if (fixed.split('\n').length !== text.split('\n').length) found.push('--fix changed the number of lines')
  const changed = text.split('\n').filter((line, index) => line !== fixed.split('\n')[index]).length
  const removed = shown.split('\n').filter((line) => /^-(?!-- )/.test(line)).length
  if (changed !== removed) found.push(`--diff shows ${removed} lines changed, --fix changes ${changed}`)
  return found
}
