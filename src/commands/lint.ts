import { Failure } from '../core/errors.ts'
import type { Finding, Severity } from '../core/finding.ts'
import type { Outcome } from '../core/outcome.ts'
import { redact } from '../core/redact.ts'
import { rules } from '../lint/all.ts'
import { besideOf } from '../lint/compose.ts'
import { findSubjects, wantedFiles } from '../lint/find.ts'
import { applyEdits, unifiedDiff } from '../lint/fix.ts'
import { meant } from '../lint/look.ts'
import { maskSecrets } from '../lint/mask.ts'
import { releasesText, ruleList, rulePage } from '../lint/pages.ts'
import type { Edit, Rule } from '../lint/rule.ts'
import { effectiveOf, judge, type LintFinding, type LintOptions } from '../lint/run.ts'
import { judgeUpgrade } from '../lint/upgrade.ts'
import type { Environment } from '../registry-config/environment.ts'
import { enoughBytes, isTooLong } from '../registry-config/limits.ts'
import { latest, parseRelease, type Release } from '../registry-config/releases.ts'
import { readVariable, readVariables } from '../registry-config/variables.ts'
import { viewOf } from '../registry-config/view.ts'
import { choice, command, flag, list, parsed, text } from './command.ts'
import type { World } from './world.ts'

interface Range {
  readonly from: Release | undefined
  readonly to: Release
}

export const lint = command({
  name: 'lint',
  summary: 'judge a config.yml as the registry will read it',
  about: `Reads config files as the chosen registry release reads them, with the environment variables that change them, and
says what that release will do: refuse to start, ignore a key, or do something else than was meant. Finds the configs in
Kubernetes ConfigMaps and Secrets and in compose files. Offline; changes nothing unless told to. Exits 1 from \`--fail-on\` on,
2 when a file cannot be read. \`# regctl-ignore RULE: reason\` in a config silences a rule for its line. Node itself looks for
--env-file among all arguments and obeys NODE_OPTIONS in that file; --environment-file is the same to regctl alone.`,
  arguments: '[files...]',
  options: {
    registry: parsed<Range | undefined>(
      '--registry <release>',
      `the registry's release: 2.8, 3.0.0, main, …; by default what an image's tag says, else ${latest}; 2.8..3.1 judges an upgrade`,
      undefined,
      parseRange,
    ),
    env: list('--env <NAME=VALUE>', 'a variable of the registry’s environment'),
    environmentFile: text(
      '--env-file, --environment-file <file>',
      'a file of NAME=VALUE lines: the registry’s environment; by its longer name Node leaves it alone',
    ),
    useEnv: flag('--use-env', 'take the REGISTRY_, AWS_, OTEL_ and proxy variables of this process'),
    key: text('--key <file>', 'the private key that the config names, to be looked at too'),
    only: list('--only <rule>', 'run these rules only'),
    ignore: list('--ignore <rule>', 'leave these rules out'),
    failOn: choice(
      '--fail-on <severity>',
      'exit 1 from this severity on',
      ['error', 'warning', 'note'],
      'error',
    ),
    maxWarnings: parsed<number | undefined>(
      '--max-warnings <count>',
      'exit 1 too when there are more warnings',
      undefined,
      parseCount,
    ),
    effective: flag('--effective', 'show every value that the registry uses, and where it comes from'),
    fix: flag('--fix', 'correct in the files what is certain'),
    diff: flag('--diff', 'show what --fix would change, and change nothing'),
    explain: text('--explain <rule>', 'explain a rule'),
    listRules: flag('--list-rules', 'list the rules'),
  },
  formats: ['sarif', 'junit', 'github', 'gitlab'],
  examples: [
    'regctl lint config.yml',
    'regctl lint config.yml --registry 2.8..3.1',
    'regctl lint config.yml --env REGISTRY_STORAGE_S3_BUCKET=my-registry --key cloudfront.pem',
    'regctl lint --effective config.yml',
    'regctl lint "deploy/*.yml" --format github --fail-on warning',
    'regctl lint -',
  ],
  async run({ args, options }, world): Promise<Outcome> {
    if (options.listRules) return { kind: 'value', text: ruleList(), data: rules.map(ruleData) }
    if (options.explain !== undefined) {
      const rule = knownRule(options.explain)
      return { kind: 'value', text: rulePage(rule), data: ruleData(rule) }
    }
    if (args.length === 0) {
      throw new Failure('usage', 'lint needs a file', {
        remedy: { text: 'For example:', commands: ['regctl lint config.yml'] },
      })
    }
    const range = options.registry
    const settings: LintOptions = {
      release: range?.to,
      environment: await environmentOf(options, world),
      privateKey: options.key === undefined ? undefined : await readSmall(options.key, world),
      rules: chosenRules(options.only, options.ignore),
    }
    const files: Judged[] = []
    for (const argument of args) {
      for (const file of await filesOf(argument, world))
        files.push(await judgeFile(file, settings, range?.from, world))
    }
    if (options.effective) return effectiveOutcome(files)
    if (options.diff) return diffOutcome(files, range?.from)
    const judged = options.fix
      ? await Promise.all(files.map((file) => fixed(file, range?.from, world)))
      : files
    return outcomeOf(judged, range, options.failOn, options.maxWarnings)
  },
})

/** The files that an argument names: itself, or those like it where no shell did that. Throws Failure('usage') for none. */
async function filesOf(argument: string, world: World): Promise<readonly string[]> {
  if (!/[*?[{]/.test(argument) || (await world.files.exists(argument))) return [argument]
  const found = await world.files.glob(argument)
  if (found.length > 0) return found
  throw new Failure('usage', `no file is like ${argument}`, {
    remedy: { text: 'Name a file that exists, or a pattern of such files.' },
  })
}

/** The registry's environment: this process' if asked for, the file over it, the flags over that. */
async function environmentOf(
  options: {
    readonly env: readonly string[]
    readonly environmentFile: string | undefined
    readonly useEnv: boolean
  },
  world: World,
): Promise<Environment> {
  const own = Object.entries(world.env).filter(
    ([name]) => options.useEnv && /^(REGISTRY_|AWS_|OTEL_|https?_proxy$)/i.test(name),
  )
  const file =
    options.environmentFile === undefined
      ? {}
      : readVariables(await readSmall(options.environmentFile, world), options.environmentFile)
  return Object.assign(
    Object.fromEntries(own),
    file,
    ...options.env.map((line) => readVariable(line, '--env')),
  )
}

/** A file that is no longer than a config. Throws Failure('usage') when it is. */
async function readSmall(path: string, world: World): Promise<string> {
  const content = await world.files.readText(path, enoughBytes)
  if (!isTooLong(content)) return content
  throw new Failure('usage', `${path} is far too long for what it is to hold`, {
    remedy: { text: 'Name the right file.' },
  })
}

function ruleData({ id, severity, summary, why, releases }: Rule): object {
  return { id, severity, summary, why, releases: releasesText(releases) }
}

interface Judged {
  readonly file: string
  readonly content: string
  readonly findings: readonly LintFinding[]
  /** The release that each config in it was judged for. */
  readonly releases: readonly Release[]
  readonly settings: LintOptions
}

async function judgeFile(
  argument: string,
  options: LintOptions,
  from: Release | undefined,
  world: World,
): Promise<Judged> {
  const content =
    argument === '-' ? await world.readStdin(enoughBytes) : await world.files.readText(argument, enoughBytes)
  const file = argument === '-' ? '<stdin>' : argument
  const files: Record<string, string> = {}
  for (const wanted of wantedFiles(content, file)) {
    const path = besideOf(argument, wanted)
    if (await world.files.exists(path)) files[wanted] = await world.files.readText(path, enoughBytes)
  }
  const settings = { ...options, files }
  return { file, content, settings, ...judgeText(content, file, settings, from) }
}

function judgeText(
  content: string,
  file: string,
  settings: LintOptions,
  from: Release | undefined,
): Pick<Judged, 'findings' | 'releases'> {
  const subjects = findSubjects(content, file, settings.files)
  if (subjects.length === 0) return { findings: [nothingIn(file)], releases: [] }
  return {
    findings: subjects.flatMap((subject) =>
      from === undefined
        ? judge(subject, settings)
        : judgeUpgrade(subject, from, settings.release ?? latest, settings),
    ),
    releases: subjects.map((subject) => settings.release ?? subject.release ?? latest),
  }
}

/** Of Kubernetes objects or compose services without a registry: that nothing was judged is no clean bill. */
function nothingIn(file: string): LintFinding {
  return {
    id: 'no-config',
    severity: 'note',
    refuses: false,
    message: 'there is no registry and no registry’s config in this file, so nothing was judged',
    place: { kind: 'file', file, line: 1, column: 1 },
    remedy: { text: 'Name the file with the ConfigMap, or with the service that runs the registry.' },
  }
}

function outcomeOf(
  files: readonly Judged[],
  range: Range | undefined,
  failOn: Severity,
  maxWarnings: number | undefined,
): Outcome {
  const findings: Finding[] = files.flatMap((file) => file.findings.map(withoutFix))
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  if (maxWarnings !== undefined && warnings > maxWarnings) {
    findings.push({
      id: 'max-warnings',
      severity: 'error',
      message: `there are ${warnings} warnings, and ${maxWarnings} are allowed`,
      ...(files[0] && { place: { kind: 'file', file: files[0].file, line: 1, column: 1 } }),
    })
  }
  const what = files.length === 1 ? (files[0]?.file ?? '') : `${files.length} files`
  const releases = [...new Set(files.flatMap((file) => file.releases))]
  const release =
    range?.from === undefined
      ? `registry ${releases.join(', ') || (range?.to ?? latest)}`
      : `the upgrade from ${range.from} to ${range.to}`
  return {
    kind: 'findings',
    findings,
    sources: Object.fromEntries(
      files.flatMap(({ file, content, settings }) => [
        [file, maskSecrets(content)],
        ...Object.entries(settings.files ?? {}).map(([name, text]) => [
          besideOf(file, name),
          maskSecrets(text),
        ]),
      ]),
    ),
    subject: `${what} for ${release}`,
    failOn,
    rules: Object.fromEntries(
      rules
        .filter(({ id }) => findings.some((finding) => finding.id === id))
        .map(({ id, summary, why }) => [id, { summary, why }]),
    ),
  }
}

/** What a fix would write may hold what the file holds, secrets too. */
function withoutFix({ fix: _, ...finding }: LintFinding): Finding {
  return finding
}

/**
 * The file with all that is certain corrected, again until nothing is left, since one correction may make another one
 * certain. A correction that would keep a registry from starting which starts now is left out.
 */
function corrected(file: Judged, from: Release | undefined): Judged {
  let now = file
  for (let run = 0; run < 10; run += 1) {
    const next = (fixes: readonly (readonly Edit[])[]) => edited(now, fixes.flat(), from)
    const mayStart = (one: Judged) =>
      now.findings.some(({ refuses }) => refuses) || one.findings.every(({ refuses }) => !refuses)
    const all = now.findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]))
    if (all.length === 0) return now
    const sound = mayStart(next(all)) ? all : all.filter((fix) => mayStart(next([fix])))
    const together = next(sound)
    const better = mayStart(together) ? together : next(sound.slice(0, 1))
    if (better.content === now.content) return now
    now = better
  }
  return now
}

function edited(file: Judged, edits: readonly Edit[], from: Release | undefined): Judged {
  const content = applyEdits(file.content, edits)
  return { ...file, content, ...judgeText(content, file.file, file.settings, from) }
}

async function fixed(file: Judged, from: Release | undefined, world: World): Promise<Judged> {
  const better = corrected(file, from)
  if (better.content === file.content) return file
  if (file.file === '<stdin>') {
    throw new Failure('usage', 'standard input cannot be corrected in place', {
      remedy: { text: 'Name a file, or use --diff.' },
    })
  }
  await world.files.writeText(file.file, better.content, { mode: 0o644, overwrite: true })
  return better
}

function diffOutcome(files: readonly Judged[], from: Release | undefined): Outcome {
  const diffs = files.map((file) => ({
    file: file.file,
    diff: unifiedDiff(file.content, corrected(file, from).content, file.file, maskSecrets),
  }))
  return { kind: 'value', text: diffs.map(({ diff }) => diff).join(''), data: diffs }
}

function effectiveOutcome(files: readonly Judged[]): Outcome {
  const views = files.flatMap(({ file, content, settings }) =>
    findSubjects(content, file, settings.files).map((subject) => {
      const effective = effectiveOf(subject, settings)
      return {
        file,
        release: effective.release,
        // By every rule: what else was chosen is for findings.
        refuses: judge(subject, { ...settings, rules })
          .filter(({ refuses }) => refuses)
          .map(({ message }) => message.replace(/^the registry will not start: /, '')),
        ...viewOf(effective),
      }
    }),
  )
  return { kind: 'value', text: views.map(viewText).join('\n'), data: views }
}

type ViewData = ReturnType<typeof viewOf> & {
  readonly file: string
  readonly release: Release
  readonly refuses: readonly string[]
}

function viewText({ file, release, refuses, settings, dropped }: ViewData): string {
  const place = (from: ViewData['settings'][number]['from']) =>
    from.kind === 'file' ? `${file}:${from.line}` : from.kind === 'variable' ? `$${from.name}` : 'default'
  const rows = settings.map(({ path, value, written, from }) => [
    path,
    written === undefined ? value : `${value} (written ${written})`,
    place(from),
  ])
  const widths = [0, 1].map((column) =>
    Math.min(60, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const lost = dropped.map(({ path, from, reason }) => `${path}  ${reason}  ${place(from)}`)
  return redact(
    [
      `# ${file}, as registry ${release} reads it`,
      ...refuses.map((message) => `# it will not start: ${message}`),
      ...lines,
      ...(lost.length === 0 ? [] : ['', '# dropped', ...lost]),
      '',
    ].join('\n'),
  )
}

function chosenRules(only: readonly string[], ignore: readonly string[]) {
  const kept = only.flatMap((ids) => ids.split(',')).map(knownRule)
  const dropped = ignore.flatMap((ids) => ids.split(',')).map(knownRule)
  return rules.filter((rule) => (kept.length === 0 || kept.includes(rule)) && !dropped.includes(rule))
}

function knownRule(id: string) {
  const ids = rules.map((rule) => rule.id)
  const found = rules.find((rule) => rule.id === id.trim())
  if (found !== undefined) return found
  const close = meant(id.trim(), ids)
  throw new Failure('usage', `there is no rule ${JSON.stringify(id)}`, {
    remedy: {
      text: close === undefined ? 'These are the rules:' : `Did you mean ${close}? These are the rules:`,
      commands: ['regctl lint --list-rules'],
    },
  })
}

function parseRange(given: string): Range {
  const [from, to, ...more] = given.split('..')
  if (to === undefined || from === undefined) return { from: undefined, to: parseRelease(given) }
  if (more.length > 0)
    throw new Failure('usage', `"${given}" is no range of releases`, {
      remedy: { text: 'Write two releases, as in 2.8..3.1.' },
    })
  return { from: parseRelease(from), to: parseRelease(to) }
}

function parseCount(given: string): number {
  if (/^\d+$/.test(given)) return Number(given)
  throw new Failure('usage', `--max-warnings takes a number, not "${given}"`)
}
