import type { Case } from './generate.ts'
import { oddScalars } from './generate.ts'
import type { Random } from './random.ts'
import type { StartFiles } from './start-files.ts'
import { type Telling, tellings } from './start-tellings.ts'
import { type Branch, type Tree, write } from './start-tree.ts'
import { valid } from './start-valid.ts'
import { damage, writeStyled } from './yaml-styles.ts'

/**
 * Configs for starting the real registry: a valid one out of all sections with a few changes of values, types, keys
 * and environment. Nothing in them needs a network beyond loopback, and every file they name is there.
 */
export function startCase(rng: Random, files: StartFiles, major: 2 | 3): Case {
  const root = valid(rng, files, major)
  const environment: Record<string, string> = {}
  const changes = rng.pick([0, 0, 1, 1, 1, 2])
  for (let i = 0; i < changes; i += 1) change(rng, root, environment, tellings(files, major))
  return { config: text(rng, root, files), environment }
}

/** Most configs as people write them, some in the other forms of YAML, and some with a slip of the hand. */
function text(rng: Random, root: Branch, files: StartFiles): string {
  // What names a file or an address stays: whether that is there is no matter of the config.
  const isFixed = (part: string) => part.includes(files.folder) || part.includes('127.0.0.1')
  const config = rng.chance(0.4) ? writeStyled(root, rng, isFixed) : write(root)
  return rng.chance(0.1) ? damage(config, rng, isFixed) : config
}

/** Each change that draws a message, alone. */
export function tellingCases(files: StartFiles, major: 2 | 3): readonly Case[] {
  const { values, environment } = tellings(files, major)
  return [
    ...values.map((telling) => {
      const root = plain(files, telling[0])
      set(root, telling)
      return { config: write(root), environment: {} }
    }),
    ...environment.map(([name, value]) => ({
      config: write(
        plain(files, name.startsWith('REGISTRY_MIDDLEWARE_STORAGE_') ? 'middleware.storage.options' : ''),
      ),
      environment: { [name]: value },
    })),
  ]
}

/** With S3 a proxy would use the network when it starts. */
function plain(files: StartFiles, path: string): Branch {
  return {
    version: '0.1',
    storage: path.startsWith('proxy') ? { inmemory: {} } : { s3: { bucket: 'b', region: 'us-east-1' } },
    http: { addr: '"127.0.0.1:0"' },
    ...(path.startsWith('http.tls.')
      ? { http: { addr: '"127.0.0.1:0"', tls: { certificate: files.certificate, key: files.key } } }
      : {}),
    ...(path.startsWith('middleware.storage.options')
      ? {
          middleware: {
            storage: [
              {
                name: 'cloudfront',
                options: {
                  baseurl: 'https://d111111abcdef8.cloudfront.net/',
                  privatekey: files.keys.pkcs1 ?? '',
                  keypairid: 'K2JCJMDEHXQW5F',
                },
              },
            ],
          },
        }
      : {}),
  }
}

/** One change of the config or its environment. */
function change(
  rng: Random,
  root: Branch,
  environment: Record<string, string>,
  told: ReturnType<typeof tellings>,
): undefined {
  const roll = rng.integer(100)
  if (roll < 16) {
    const [name, value] = rng.pick(told.environment)
    environment[name] = value
    return
  }
  if (roll < 52) return set(root, rng.pick(told.values))
  const place = pickPlace(rng, root)
  if (place === undefined) return
  const { parent, name } = place
  // A file that is not there is the machine's fault, not the config's.
  if (roll < 72) parent[name] = filePaths.has(name) ? '~' : rng.pick(oddScalars)
  else if (roll < 82) delete parent[name]
  else if (roll < 88) rename(rng, parent, name)
  else if (roll < 94 && !filePaths.has(name))
    parent[name] = rng.pick<Tree>([[parent[name] ?? ''], { a: parent[name] ?? '' }, [], {}])
  else
    parent[rng.pick(['nosuchkey', 'Enabled', 'tag', 'redirects', 'delete'])] = rng.pick<Tree>([
      'true',
      {},
      ['x'],
    ])
}

const filePaths = new Set([
  'certificate',
  'key',
  'clientcas',
  'path',
  'rootcertbundle',
  'jwks',
  'privatekey',
  'signingkeyfile',
  'remoteurl',
  'command',
])

function rename(rng: Random, parent: Branch, name: string): void {
  const value = parent[name] ?? ''
  delete parent[name]
  parent[rng.pick([name.toUpperCase(), `${name}s`, name.slice(0, -1) || 'x'])] = value
}

function pickPlace(
  rng: Random,
  root: Branch,
): { readonly parent: Branch; readonly name: string } | undefined {
  let here: Branch = root
  for (;;) {
    const names = Object.keys(here)
    if (names.length === 0) return undefined
    const name = rng.pick(names)
    let next: Tree | undefined = here[name]
    while (Array.isArray(next)) next = next.length === 0 ? '' : rng.pick(next)
    if (next === undefined || typeof next === 'string' || rng.chance(0.12)) return { parent: here, name }
    here = next
  }
}

function set(root: Branch, [path, value]: Telling): undefined {
  let here: Branch = root
  const parts = path.split('.')
  for (const part of parts.slice(0, -1)) {
    let next: Tree | undefined = here[part === 'DRIVER' ? driverOf(here) : part]
    if (Array.isArray(next)) next = next[0]
    if (typeof next !== 'object' || Array.isArray(next)) {
      next = {}
      here[part] = next
    }
    here = next
  }
  const last = parts.at(-1) ?? ''
  if (value === undefined) delete here[last]
  else here[last] = value
}

function driverOf(storage: Branch): string {
  return Object.keys(storage)[0] ?? 's3'
}
