/** The sandbox's folder: what it keeps across restarts when the folder is the user's, what it forgets when it is its own. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { z } from 'zod'
import { Failure, messageOf } from '../core/errors.ts'
import { createAuthority } from './certificate.ts'
import { readJson, writeJson } from './files.ts'
import { takeLock } from './lock.ts'

const identity = z.object({
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  authority: z.object({ certificate: z.string(), privateKey: z.string() }),
})

/** Who the account is and who signs for the edges: made once a folder. */
export type Identity = z.infer<typeof identity>

const ports = z.object({ s3: z.number(), cloudfront: z.number() })

type Ports = z.infer<typeof ports>

export interface DataFolder {
  readonly identity: Identity
  /** For S3. */
  readonly s3: string
  /** The control plane's state. */
  readonly cloudfrontFile: string
  /** Empty at start. */
  readonly cache: string
  readonly caFile: string
  readonly caBundleFile: string
  /** The ports of last time, so that a config which names them stays true. */
  readonly ports: Ports | undefined
  keepPorts(ports: Ports): void
  /** Gives the folder up, and deletes it when it is a temporary one. */
  close(): Promise<void>
}

/**
 * Opens `directory`, which is made when it is not there, or makes a temporary one.
 * Throws Failure: `usage` when it cannot be read or written, `conflict` when another sandbox has it.
 */
export async function openDataFolder(directory: string | undefined): Promise<DataFolder> {
  const root = directory ?? mkdtempSync(join(tmpdir(), 'regctl-sandbox-'))
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 })
    const lock = await takeLock(join(root, 'sandbox.lock'))
    try {
      const folder = await fill(root)
      return {
        ...folder,
        async close() {
          await lock.release()
          if (directory === undefined) rmSync(root, { recursive: true, force: true })
        },
      }
    } catch (error) {
      await lock.release()
      throw error
    }
  } catch (error) {
    if (directory === undefined) rmSync(root, { recursive: true, force: true })
    if (error instanceof Failure) throw error
    throw new Failure('usage', `the sandbox cannot use the data directory ${root}: ${messageOf(error)}`, {
      cause: error,
      remedy: {
        text: 'Choose a directory that can be read and written, or leave it out for a temporary one.',
      },
    })
  }
}

async function fill(root: string): Promise<Omit<DataFolder, 'close'>> {
  const identityFile = join(root, 'identity.json')
  if (!existsSync(identityFile)) {
    const made: Identity = {
      credentials: {
        accessKeyId: `AKIA${randomName(16)}`,
        secretAccessKey: randomBytes(30).toString('base64'),
      },
      authority: await createAuthority(),
    }
    writeFileSync(identityFile, JSON.stringify(made), { mode: 0o600 })
  }
  const known = readJson(identityFile, identity)
  const caFile = join(root, 'ca.pem')
  const caBundleFile = join(root, 'ca-bundle.pem')
  writeFileSync(caFile, known.authority.certificate)
  writeFileSync(caBundleFile, [known.authority.certificate, ...rootCertificates].join('\n'))
  const portsFile = join(root, 'ports.json')
  const cache = join(root, 'edge-cache')
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache)
  return {
    identity: known,
    s3: join(root, 's3'),
    cloudfrontFile: join(root, 'cloudfront.json'),
    cache,
    caFile,
    caBundleFile,
    ports: existsSync(portsFile) ? readJson(portsFile, ports) : undefined,
    keepPorts: (now) => writeJson(portsFile, now),
  }
}

const randomName = (length: number) =>
  randomBytes(length)
    .toString('hex')
    .toUpperCase()
    .replace(/[01]/g, 'Q')
    .replace(/[89]/g, 'Z')
    .slice(0, length)
