import { dirname, resolve } from 'node:path'
import { Failure } from '../core/errors.ts'
import { type EdgeSettings, edgeSettings, lintCommand } from '../registry-config/edge-settings.ts'
import type { EffectiveConfig } from '../registry-config/effective.ts'
import { loadConfig } from '../registry-config/load.ts'
import { latest, parseRelease, type Release } from '../registry-config/releases.ts'
import { readPrivateKey, type SigningKey } from '../signing/private-key.ts'
import { parsed, text, textOr } from './command.ts'
import type { World } from './world.ts'

/** The options of every command that works with a registry's config. */
export const configOptions = {
  config: textOr('--config <file>', "the registry's config", 'config.yml'),
  registry: parsed<Release | undefined>(
    '--registry <release>',
    `the registry release that reads the config; by default ${latest}`,
    undefined,
    parseRelease,
  ),
  key: text('--key <file>', 'the private key, when it is not where the config says'),
}

/** The config in `file` as the release reads it. Throws Failure('usage') when it cannot be read or the registry would not start. */
export async function readConfig(
  file: string,
  release: Release | undefined,
  world: World,
): Promise<EffectiveConfig> {
  const loaded = loadConfig(await world.files.readText(file), file, {
    release: release ?? latest,
    environment: {},
  })
  if ('effective' in loaded) return loaded.effective
  const [first, ...more] = loaded.findings
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`
  throw new Failure('usage', `${file}: ${first?.message}${rest}`, {
    remedy: { text: 'Lint says where and what to do.', commands: [lintCommand(file, release ?? latest)] },
  })
}

/** The same for a config that must be S3 behind CloudFront. */
export async function readEdgeSettings(
  file: string,
  release: Release | undefined,
  world: World,
): Promise<EdgeSettings> {
  return edgeSettings(await readConfig(file, release, world), file)
}

/**
 * Where a private key is on this machine: at `file`, which as a config's is looked for beside that config first. Undefined
 * when it is not there.
 */
export async function findKey(
  file: string,
  config: string | undefined,
  world: World,
): Promise<string | undefined> {
  const beside = config === undefined ? file : resolve(world.cwd, dirname(config), file)
  for (const path of [beside, file]) if (await world.files.exists(path)) return path
  return undefined
}

/** The private key that findKey finds, to sign as `keyPairId`. Throws Failure('usage'). */
export async function openKey(
  file: string,
  config: string | undefined,
  world: World,
  keyPairId = '',
): Promise<SigningKey> {
  const path = await findKey(file, config, world)
  if (path !== undefined) return readPrivateKey(await world.files.readText(path), path, keyPairId)
  throw new Failure('usage', `the private key ${file} is not on this machine`, {
    remedy: { text: 'Name a copy of it with --key.' },
  })
}
