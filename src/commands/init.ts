import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { apply, deployed, plan } from '../aws/apply.ts'
import { checkBucketName, checkName, checkRegion, type Intent } from '../aws/intent.ts'
import { Failure } from '../core/errors.ts'
import type { Step } from '../core/outcome.ts'
import { latest, majorOf, parseRelease } from '../registry-config/releases.ts'
import { renderConfig } from '../registry-config/render.ts'
import {
  generateKeyPair,
  publicDerOf,
  publicPemOf,
  readPrivateKey,
  registryRemedy,
} from '../signing/private-key.ts'
import { requiredOriginPath } from '../storage/edge-path.ts'
import { choice, command, flag, parsed, text, textOr } from './command.ts'
import type { World } from './world.ts'

export const init = command({
  name: 'init',
  summary: 'set up bucket, distribution and signing key, and write config.yml',
  about: `Looks at what is there, shows the difference, asks, and makes it so: bucket, origin access control, public key, key
group, distribution, bucket policy; then writes the registry's config.yml and the private key. Run it again at any time:
it changes only what differs.`,
  options: {
    bucket: text('--bucket <name>', 'the bucket; created when it does not exist'),
    region: text('--region <region>', "the bucket's region; by default AWS_REGION, else the profile's"),
    rootDirectory: textOr('--root-directory <path>', 'where in the bucket the registry keeps everything', ''),
    name: text('--name <name>', "what init's resources are called after; by default the bucket"),
    registry: parsed(
      '--registry <release>',
      `the registry release to write the config for; by default ${latest}`,
      undefined,
      parseRelease,
    ),
    methods: choice(
      '--methods <which>',
      'allowed methods: all seven of the guide, or GET HEAD OPTIONS',
      ['all', 'read-only'],
      'all',
    ),
    config: textOr('--config <file>', 'the config to write', 'config.yml'),
    key: textOr('--key <file>', 'the private key; made when it does not exist', 'cloudfront.pem'),
    keyPath: text('--key-path <path>', 'where the registry will find the private key, when not at --key'),
    newKey: flag('--new-key', 'make a signing key though the distribution trusts one already'),
    dryRun: flag('--dry-run', 'show the plan and change nothing'),
    yes: flag('--yes', 'apply without a question'),
  },
  examples: [
    'regctl init --bucket my-registry --region eu-west-1 --dry-run',
    'regctl init --bucket my-registry --region eu-west-1',
    'regctl init --bucket my-registry --root-directory /prod --registry 2.8 --yes',
  ],
  async run({ options }, world) {
    const { bucket, registry: release = latest } = options
    if (bucket === undefined) {
      throw new Failure('usage', 'init needs the name of a bucket', {
        remedy: { text: 'For example:', commands: ['regctl init --bucket my-registry'] },
      })
    }
    checkBucketName(bucket)
    checkName(options.name ?? bucket)
    const rootDirectory = checkRootDirectory(options.rootDirectory)
    const key = await keyFile(options.key, world)
    const clients = await world.aws({ region: options.region })
    checkRegion(clients.region)
    const originPath = requiredOriginPath({
      middleware: 'cloudfront',
      major: majorOf(release),
      basePath: '',
      rootDirectory,
    })
    const intent: Intent = {
      name: options.name ?? bucket,
      bucket,
      region: clients.region,
      rootDirectory,
      // With the cloudfront middleware and a base URL without a path there is always one.
      originPath: originPath ?? '',
      methods: options.methods,
      requireTls: !clients.s3Endpoint?.startsWith('http://'),
      publicKey: key.publicPem,
      publicKeyHash: createHash('sha256')
        .update(publicDerOf(key.publicPem) ?? '')
        .digest('hex'),
    }

    const planned = await plan(clients, intent)
    const rendered = (baseUrl: string, keyPairId: string) =>
      renderConfig({
        release,
        bucket,
        region: clients.region,
        rootDirectory,
        regionEndpoint: clients.s3Endpoint,
        baseUrl,
        privateKey: options.keyPath ?? resolve(world.cwd, options.key),
        keyPairId,
      })
    const { distribution, publicKey } = planned.known
    if (distribution !== undefined && key.step.action === 'create' && !options.newKey) {
      throw new Failure(
        'conflict',
        `${options.key} is not here, and the distribution ${distribution.id} trusts a key already`,
        {
          remedy: { text: 'Name the file of that key with --key, or have another one made with --new-key.' },
        },
      )
    }
    const wanted =
      distribution && publicKey ? rendered(`https://${distribution.domainName}/`, publicKey.id) : undefined
    const config = await configStep(options.config, wanted, world)
    const steps = [key.step, ...planned.steps, config.step]
    const subject = `init ${intent.name}`
    const showing = { kind: 'steps', subject, steps, applied: false, notes: config.notes } as const
    const changes = steps.some((step) => step.action !== 'keep')
    if (options.dryRun) return showing
    if (!changes) return { ...showing, applied: true }
    if (!options.yes) {
      world.stderr.write(await world.render(showing))
      if (!(await world.confirm('Apply this plan?', '--yes')))
        throw new Failure('interrupted', 'nothing was changed')
    }

    await world.files.checkWritable(options.config)
    // The key first: a public key at CloudFront whose private half was never written could serve nobody.
    if (key.step.action === 'create')
      await world.files.writeText(options.key, key.privatePem, { mode: 0o600, overwrite: false })
    const applied = await apply(clients, intent, world.signal)
    const made = applied.known
    if (made.distribution === undefined || made.publicKey === undefined)
      throw new Error('apply gave no distribution')
    await deployed(clients, made.distribution.id, world.signal, (seconds) =>
      world.stderr.write(
        `Waiting for the distribution ${made.distribution?.id} to reach every edge (${seconds} s; minutes are normal).\n`,
      ),
    )
    if (config.step.action === 'create') {
      const content = rendered(`https://${made.distribution.domainName}/`, made.publicKey.id)
      await world.files.writeText(options.config, content, { mode: 0o644, overwrite: false })
    }
    const notes = [...config.notes, `Next: regctl doctor --config ${options.config}`]
    return { kind: 'steps', subject, steps: [key.step, ...applied.steps, config.step], applied: true, notes }
  },
})

interface KeyFile {
  readonly step: Step
  readonly publicPem: string
  readonly privatePem: string
}

/** The pair whose private half is in `file`, or a new one that is not written yet. Throws Failure('usage') on a key the registry cannot read. */
async function keyFile(file: string, world: World): Promise<KeyFile> {
  const step = { resource: 'private key', id: file, changes: [] }
  if (!(await world.files.exists(file))) return { ...generateKeyPair(), step: { ...step, action: 'create' } }
  const privatePem = await world.files.readText(file)
  const key = readPrivateKey(privatePem, file)
  if (key.registryRefusal !== undefined) {
    throw new Failure(
      'usage',
      `${file} is ${key.label}, which the registry refuses: ${key.registryRefusal}`,
      {
        remedy: registryRemedy(key, file),
      },
    )
  }
  return { privatePem, publicPem: publicPemOf(key), step: { ...step, action: 'keep' } }
}

/** A config that is there is never overwritten: it may hold what a person put there. */
async function configStep(
  file: string,
  wanted: string | undefined,
  world: World,
): Promise<{ step: Step; notes: string[] }> {
  const step = { resource: 'registry config', id: file, changes: [] }
  if (!(await world.files.exists(file))) return { step: { ...step, action: 'create' }, notes: [] }
  const same = (await world.files.readText(file)) === wanted
  const note = `${file} exists and is not what init would write; it stays as it is. To have it written, move it away and run init again.`
  return { step: { ...step, action: 'keep' }, notes: same ? [] : [note] }
}

/**
 * The root directory as `/a/b`, or "". Only these characters survive in copy sources and CloudFront URLs, clients take
 * dot segments out of a URL after it is signed, and the registry itself checks nothing (facts: registry T-33).
 */
function checkRootDirectory(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  if (parts.every((part) => /^[A-Za-z0-9._-]+$/.test(part) && !/^\.{1,2}$/.test(part)))
    return parts.map((part) => `/${part}`).join('')
  throw new Failure(
    'usage',
    `the root directory ${JSON.stringify(path)} would break the URLs: only letters, digits and . _ - / are safe, and no part may be . or ..`,
    {
      remedy: { text: 'For example:', commands: ['regctl init --bucket my-registry --root-directory /prod'] },
    },
  )
}
