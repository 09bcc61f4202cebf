import { cases } from '../conformance/all.ts'
import { type Baseline, readBaseline, withBaseline } from '../conformance/baseline.ts'
import type { Case, Profile } from '../conformance/case.ts'
import { certify } from '../conformance/certificate.ts'
import { type Intercept, parseFaults, type Saboteur, saboteur } from '../conformance/faults.ts'
import { cleanUp, isThere } from '../conformance/removal.ts'
import { removalId, runSuite, type SuiteOptions } from '../conformance/run.ts'
import { stores } from '../conformance/stores.ts'
import { inWords } from '../core/bytes.ts'
import { Failure } from '../core/errors.ts'
import type { Outcome } from '../core/outcome.ts'
import { shellLine } from '../core/shell.ts'
import { parseRelease } from '../registry-config/releases.ts'
import { signUrl } from '../signing/sign.ts'
import * as ledger from '../storage/ledger.ts'
import { objectKey } from '../storage/path.ts'
import { choice, command, flag, list, parsed, text } from './command.ts'
import { openKey, readEdgeSettings } from './config.ts'
import { watchProgress } from './progress.ts'
import { findTarget, type Target, type TargetOptions } from './target.ts'
import type { World } from './world.ts'

export const conformance = command({
  name: 'conformance',
  summary: 'prove a store against the storage-driver contract',
  about: `Runs the registry's storage-driver contract against a store: contents, streams, uploads that resume, listings, moves,
deletions, walks. Everything is written under one new name and removed afterwards; what else is in the store is not touched.
Shows where and how much it will write, and asks.`,
  options: {
    driver: choice(
      '--driver <name>',
      "the driver; by default the config's",
      ['config', 's3', 'filesystem', 'memory'],
      'config',
    ),
    config: text('--config <file>', "the registry's config; config.yml unless given"),
    registry: parsed(
      '--registry <release>',
      'the registry release that reads the config',
      undefined,
      parseRelease,
    ),
    root: text('--root <dir>', 'the folder of the filesystem driver'),
    key: text('--key <file>', 'for the profile edge: the private key, when it is not where the config says'),
    profile: choice<Profile>('--profile <name>', 'how much to run', ['quick', 'full', 'edge'], 'quick'),
    only: list('--only <id>', 'run only this case, or this family; may be given several times'),
    seed: parsed('--seed <n>', 'the same seed gives the same bytes and names', undefined, wholeNumber),
    jobs: parsed('--jobs <n>', 'cases at a time', 6, oneOrMore),
    faults: text('--faults <faults>', 'spoil requests on their way, for instance 503=20%,lost=5%'),
    baseline: text(
      '--baseline <file-or-store>',
      `known deviations of the store, which then fail no run: a file, or ${Object.keys(stores).join(', ')}`,
    ),
    certificate: text(
      '--certificate <file>',
      'when the store passes, write a page that shows it to others, and a badge beside it (.svg)',
    ),
    yes: flag('--yes', 'do not ask'),
    cleanup: text('--cleanup <run>', 'remove what a run that was killed has left, and nothing else'),
  },
  formats: ['junit', 'html', 'github'],
  examples: [
    'regctl conformance --config config.yml',
    'regctl conformance --driver filesystem --root /var/lib/registry --yes',
    'regctl conformance --only append --seed 7',
    'regctl conformance --config config.yml --profile full --certificate store.html',
    'regctl conformance --cleanup regctl-0123456789abcdef0123456789abcdef',
  ],
  async run({ options }, world) {
    if (options.cleanup !== undefined) return cleanUpRun(ledger.parseRun(options.cleanup), options, world)
    const target = await findTarget(options, world)
    const chosen = choose(options.profile, options.only)
    const edge = chosen.some(({ requires }) => requires?.includes('edge'))
      ? await openEdge(target, options.key, world)
      : undefined
    const seed = options.seed ?? world.randomBytes(4).readUInt32BE()
    const spoiler = options.faults === undefined ? undefined : saboteurFor(target, options.faults, seed)
    const baseline = await openBaseline(options.baseline, world)
    if (options.certificate !== undefined) await checkCertificate(options.certificate, options, world)
    const suite = suiteOf(target, world, spoiler?.wrap)
    // Makes no request, and refuses parameters that no registry would start with.
    await suite.open('')
    const run = ledger.runName(world.randomBytes(16))
    const bytes = chosen.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    world.stderr.write(
      `${chosen.length} ${chosen.length === 1 ? 'case' : 'cases'} of the profile ${options.profile} will write about ${inWords(bytes)} to ${target.place}, ` +
        `all under ${run}/, and remove it.\n`,
    )
    if (!options.yes && !(await world.confirm('Go on?', '--yes')))
      throw new Failure('interrupted', 'nothing was written')
    const entry = entryFor(run, target, world)
    await ledger.note(world.files, entry)
    const progress = watchProgress(world, chosen.length)
    const verdicts = await runSuite({
      ...suite,
      ...(edge && { edge }),
      cases: chosen,
      run,
      seed,
      concurrency: options.jobs,
      onProgress: progress.take,
    }).catch((error: unknown) => {
      if (world.signal.aborted) progress.tellEnd()
      throw error
    })
    if (spoiler !== undefined) {
      const hits = Object.entries(spoiler.hits).filter(([, count]) => count > 0)
      const told = hits.map(([kind, count]) => `${kind} ${count} times`).join(', ')
      world.stderr.write(`Spoilt on their way: ${told || 'no request'}.\n`)
    }
    if (verdicts.some(({ id, status }) => id === removalId && status === 'pass')) {
      await ledger.finish(world.files, entry, world.now())
    }
    const outcome = judged(verdicts, { target, seed, options, baseline })
    if (options.certificate !== undefined) {
      const { profile } = options
      await writeCertificate(options.certificate, outcome, { target, seed, profile }, world)
    }
    return outcome
  },
})

const badgeOf = (file: string) => file.replace(/\.html$/, '.svg')

/** Throws Failure('usage') where a certificate would say more than was looked at, or could not be written. */
async function checkCertificate(
  file: string,
  { only, faults }: { readonly only: readonly string[]; readonly faults: string | undefined },
  world: World,
): Promise<void> {
  const refuse = (message: string, text: string) => new Failure('usage', message, { remedy: { text } })
  if (!file.endsWith('.html'))
    throw refuse(`${file} does not end in .html`, 'Write --certificate store.html.')
  if (only.length > 0)
    throw refuse('a certificate is for a whole profile', 'Leave out --only, or --certificate.')
  if (faults !== undefined)
    throw refuse('a certificate is for a store as it is', 'Leave out --faults, or --certificate.')
  for (const name of [file, badgeOf(file)]) {
    if (await world.files.exists(name)) throw refuse(`${name} is there already`, 'Name another file.')
    await world.files.checkWritable(name)
  }
}

async function writeCertificate(
  file: string,
  outcome: Verdicts,
  { target, seed, profile }: { readonly target: Target; readonly seed: number; readonly profile: Profile },
  world: World,
): Promise<void> {
  const told = certify(outcome, {
    store: target.place,
    driver: target.driver,
    release: target.release,
    date: world.now().toISOString(),
    replay: outcome.replay ?? '',
    profile,
    seed,
  })
  if ('refused' in told) {
    world.stderr.write(`No certificate is written: ${told.refused}.\n`)
    return
  }
  const { html, svg } = await world.certificate(told)
  await world.files.writeText(file, html, { mode: 0o644, overwrite: false })
  await world.files.writeText(badgeOf(file), svg, { mode: 0o644, overwrite: false })
  world.stderr.write(`Wrote ${file} and ${badgeOf(file)}.\n`)
}

type Verdicts = Extract<Outcome, { readonly kind: 'verdicts' }>

function suiteOf(
  target: Target,
  world: World,
  spoil?: Intercept,
): Pick<SuiteOptions, 'open' | 'signal' | 'fetch'> {
  const base = String(target.parameters.rootdirectory ?? '').replace(/\/+$/, '')
  return {
    async open(root, parameters, watch) {
      // The drivers of cases are watched, and only they are spoilt: what was written must be removed in any case.
      const intercept: Intercept | undefined = watch && ((inner) => watch(spoil?.(inner) ?? inner))
      const opened = await world.openDriver(
        target.driver,
        { ...target.parameters, ...parameters, rootdirectory: `${base}${root}` },
        { release: target.release, ...(intercept && { intercept }) },
      )
      return { ...opened, requests: target.driver === 's3' }
    },
    signal: world.signal,
    fetch: (method, url, headers) =>
      world.request({ method, url, limit: 64 * 1_048_576, ...(headers && { headers }) }),
  }
}

/** Signs for CloudFront as the config's registry does. Throws Failure('usage') when the config has no such edge. */
async function openEdge(
  target: Target,
  keyFile: string | undefined,
  world: World,
): Promise<SuiteOptions['edge']> {
  const { config, release } = target
  if (config === undefined) {
    throw new Failure('usage', 'the profile edge needs a config with the cloudfront middleware', {
      remedy: { text: 'Name it:', commands: ['regctl conformance --profile edge --config config.yml'] },
    })
  }
  const settings = await readEdgeSettings(config, release, world)
  const key = await openKey(keyFile ?? settings.privateKey, keyFile === undefined ? config : undefined, world)
  const { baseUrl, keyPairId, rootDirectory, duration } = settings
  return (root) => ({
    async sign(path, { lifetime = duration } = {}) {
      const expires = Math.floor(world.now().getTime() / 1000) + lifetime
      return signUrl({
        url: baseUrl + objectKey(`${rootDirectory.replace(/\/+$/, '')}${root}`, path),
        keyPairId,
        key,
        expires,
      })
    },
  })
}

/** The baseline of a store that is known by name, or in a file. */
async function openBaseline(name: string | undefined, world: World): Promise<Baseline | undefined> {
  if (name === undefined) return undefined
  if (Object.hasOwn(stores, name)) return stores[name]
  const ids = cases.map(({ id }) => id)
  return readBaseline(await world.files.readText(name), name, ids)
}

function saboteurFor(target: Target, faults: string, seed: number): Saboteur {
  if (target.driver === 's3') return saboteur(parseFaults(faults, seed))
  throw new Failure('usage', `--faults spoils requests, and ${target.driver} makes none`, {
    remedy: { text: 'Leave it out, or name a config that stores on S3.' },
  })
}

/** The cases of a profile, or of `only`: ids and families. Throws Failure('usage') for one that is none. */
function choose(profile: Profile, only: readonly string[]): Case[] {
  const inProfile = ({ profiles }: Case) =>
    profiles === undefined ? profile !== 'edge' : profiles.includes(profile)
  if (only.length === 0) return cases.filter(inProfile)
  // A case that is named runs in any profile, a family as far as the profile goes.
  const named = (name: string) => {
    const exact = cases.filter(({ id }) => id === name || id.endsWith(`/${name}`))
    return exact.length > 0
      ? exact
      : cases.filter((item) => item.id.startsWith(`${name}/`) && inProfile(item))
  }
  for (const name of only) {
    if (named(name).length === 0) {
      const families = [...new Set(cases.map(({ id }) => id.split('/', 1)[0]))]
      throw new Failure('usage', `there is no case ${name} in the profile ${profile}`, {
        remedy: { text: `The families are ${families.join(', ')}.` },
      })
    }
  }
  const wanted = new Set(only.flatMap(named))
  return cases.filter((item) => wanted.has(item))
}

function entryFor(run: string, target: Target, world: World): ledger.LedgerEntry {
  return {
    run,
    command: 'conformance',
    driver: target.driver,
    place: target.place,
    release: target.release,
    ...(target.config !== undefined && { config: target.config }),
    ...(target.root !== undefined && { root: target.root }),
    started: world.now().toISOString(),
  }
}

async function cleanUpRun(run: string, options: TargetOptions, world: World): Promise<Outcome> {
  const noted = await ledger.find(world.files, run)
  if (noted?.command === 'doctor') {
    throw new Failure('usage', `${run} was a run of doctor, which wrote one object: ${noted.place}`, {
      remedy: { text: 'Remove it:', commands: [shellLine('aws', 's3', 'rm', noted.place)] },
    })
  }
  const said = options.config !== undefined || options.root !== undefined
  if ((noted?.driver ?? (said ? undefined : options.driver)) === 'memory') {
    throw new Failure('usage', `${run} wrote to memory, which ended with it`, {
      remedy: { text: 'There is nothing to remove.' },
    })
  }
  if (noted === undefined && !said) {
    throw new Failure('usage', `this machine has no note of the run ${run}`, {
      remedy: {
        text: 'Say where it wrote:',
        commands: [`regctl conformance --cleanup ${run} --config config.yml`],
      },
    })
  }
  const target = await findTarget(
    {
      driver: options.driver,
      config: options.config ?? (said ? undefined : noted?.config),
      root: options.root ?? (said ? undefined : noted?.root),
      registry: options.registry ?? (noted?.release === undefined ? undefined : parseRelease(noted.release)),
    },
    world,
  )
  const elsewhere = noted !== undefined && noted.place !== target.place
  if (elsewhere && !said) {
    throw new Failure(
      'usage',
      `${run} wrote to ${noted.place}, and ${noted.config ?? noted.root} now says ${target.place}`,
      {
        remedy: {
          text: 'The config has changed since. Name with --config one for the store that the run wrote to.',
        },
      },
    )
  }
  const suite = { ...suiteOf(target, world), run }
  const found = await isThere(suite)
  if (found) await cleanUp(suite)
  if (noted !== undefined && !elsewhere) await ledger.finish(world.files, noted, world.now())
  const text = found
    ? `Removed everything under ${run}/ from ${target.place}.`
    : `Nothing under ${run}/ is left in ${target.place}.`
  return { kind: 'value', text: `${text}\n`, data: { run, place: target.place, removed: found } }
}

function judged(
  verdicts: Awaited<ReturnType<typeof runSuite>>,
  {
    target,
    seed,
    options,
    baseline,
  }: {
    readonly target: Target
    readonly seed: number
    readonly options: {
      readonly profile: Profile
      readonly only: readonly string[]
      readonly faults: string | undefined
      readonly baseline: string | undefined
      readonly key: string | undefined
    }
    readonly baseline: Baseline | undefined
  },
): Verdicts {
  const optional = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value])
  const replay = (...which: readonly string[]) =>
    shellLine(
      ...['regctl', 'conformance', ...target.words, ...which, '--seed', String(seed)],
      ...optional('--faults', options.faults),
      ...optional('--key', options.key),
    )
  const whole = [
    ...(options.profile === 'quick' ? [] : ['--profile', options.profile]),
    ...options.only.flatMap((id) => ['--only', id]),
    ...optional('--baseline', options.baseline),
  ]
  const known = baseline === undefined ? verdicts : withBaseline(verdicts, baseline)
  return {
    kind: 'verdicts',
    subject: `conformance of ${target.place}, profile ${options.profile}, seed ${seed}`,
    replay: replay(...whole),
    failOn: 'error',
    verdicts: known.map((verdict) => ({
      ...verdict,
      findings: verdict.findings.map((finding) => ({
        ...finding,
        remedy: finding.remedy ?? { text: 'To see it again:', commands: [replay('--only', verdict.id)] },
      })),
    })),
  }
}

function oneOrMore(written: string): number {
  if (wholeNumber(written) > 0) return Number(written)
  throw new Failure('usage', `${written} is not a number of 1 or more`)
}

function wholeNumber(written: string): number {
  if (/^\d{1,10}$/.test(written)) return Number(written)
  throw new Failure('usage', `${written} is not a whole number of at most ten digits`)
}
