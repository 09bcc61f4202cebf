import { resolve } from 'node:path'
import { Failure } from '../core/errors.ts'
import { driverParameters } from '../registry-config/effective.ts'
import { latest, type Release } from '../registry-config/releases.ts'
import { readConfig } from './config.ts'
import type { World } from './world.ts'

/** The store that a command writes to. */
export interface Target {
  readonly driver: 's3' | 'filesystem' | 'memory'
  readonly parameters: Readonly<Record<string, unknown>>
  readonly release: Release
  /** For people. */
  readonly place: string
  /** How to name the same target on the command line. */
  readonly words: readonly string[]
  readonly config?: string
  readonly root?: string
}

const withRoot = ['config', 'filesystem']

/** The options that say which it is. */
export interface TargetOptions {
  readonly driver: 'config' | 's3' | 'filesystem' | 'memory'
  readonly config: string | undefined
  readonly registry: Release | undefined
  readonly root: string | undefined
}

/** Where the run writes. Throws Failure('usage') when that is not said, or said twice. */
export async function findTarget(options: TargetOptions, world: World): Promise<Target> {
  const release = options.registry ?? latest
  if (options.root !== undefined && (options.config !== undefined || !withRoot.includes(options.driver))) {
    throw new Failure('usage', '--root is for the filesystem driver without a config', {
      remedy: { text: 'Leave out --root; a config names its own folder.' },
    })
  }
  if (options.root === '') {
    throw new Failure('usage', '--root is empty', {
      remedy: { text: 'Name a folder; a variable in its place may not be set.' },
    })
  }
  if (options.driver === 'memory' && options.config === undefined) {
    return { driver: 'memory', parameters: {}, release, place: 'memory', words: ['--driver', 'memory'] }
  }
  if (options.root !== undefined) {
    const root = resolve(world.cwd, options.root)
    return {
      driver: 'filesystem',
      parameters: { rootdirectory: root },
      release,
      place: root,
      words: ['--driver', 'filesystem', '--root', options.root],
      root,
    }
  }
  if (options.driver === 'filesystem' && options.config === undefined) {
    throw new Failure('usage', 'no folder is named for the filesystem driver', {
      remedy: {
        text: 'Name one:',
        commands: ['regctl conformance --driver filesystem --root /var/lib/registry'],
      },
    })
  }
  const file = options.config ?? 'config.yml'
  const effective = await readConfig(file, options.registry, world)
  const parameters = driverParameters(effective)
  const driver = driverOf(effective.storage?.driver, file, options.driver)
  const root = String(parameters.rootdirectory ?? '')
  const place =
    driver === 's3'
      ? `the bucket ${String(parameters.bucket)}${root && ` under ${root}`}${parameters.regionendpoint ? ` at ${String(parameters.regionendpoint)}` : ''}`
      : driver === 'memory'
        ? 'memory'
        : root || '/var/lib/registry'
  const words = [
    '--config',
    file,
    ...(options.registry === undefined ? [] : ['--registry', options.registry]),
  ]
  return { driver, parameters, release, place, words, config: resolve(world.cwd, file) }
}

function driverOf(name: string | undefined, file: string, asked: TargetOptions['driver']): Target['driver'] {
  const driver = name === 's3aws' ? 's3' : name === 'inmemory' ? 'memory' : name
  if (driver !== 's3' && driver !== 'filesystem' && driver !== 'memory') {
    throw new Failure('usage', `${file} stores on ${name ?? 'nothing'}, and regctl has no such driver`, {
      remedy: { text: 'The drivers are s3, filesystem and inmemory.' },
    })
  }
  if (asked !== 'config' && asked !== driver) {
    throw new Failure('usage', `${file} stores on ${driver}, not on ${asked}`, {
      remedy: { text: `Leave out --driver, or name a config that stores on ${asked}.` },
    })
  }
  return driver
}
