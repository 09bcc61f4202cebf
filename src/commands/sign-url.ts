import { createHash } from 'node:crypto'
import { Failure } from '../core/errors.ts'
import type { Remedy } from '../core/finding.ts'
import { shellLine } from '../core/shell.ts'
import { parseDuration } from '../registry-config/duration.ts'
import type { SigningKey } from '../signing/private-key.ts'
import { signUrl } from '../signing/sign.ts'
import { viewerUrl } from '../storage/edge-path.ts'
import { blobPath, isDigest } from '../storage/layout.ts'
import { command, flag, parsed, text } from './command.ts'
import { configOptions, openKey, readEdgeSettings } from './config.ts'
import type { World } from './world.ts'

export const signUrlCommand = command({
  name: 'sign-url',
  summary: 'make a signed URL for a digest, a storage path or a URL',
  about: `Prints the URL that the registry would redirect a pull to, signed for CloudFront, and nothing else. The target is a digest
(sha256:…), a storage path (/docker/registry/v2/…), or a URL, which is signed as it stands and needs --key and --key-pair-id or a
config. The URL is as good as the layer: whoever has it can fetch until it expires.`,
  arguments: '<target>',
  options: {
    ...configOptions,
    keyPairId: text('--key-pair-id <id>', 'sign as this key instead of the config’s'),
    expiresIn: parsed(
      '--expires-in <duration>',
      'how long the URL is good for (90s, 20m, 1h30m); by default as the config says',
      undefined,
      seconds,
    ),
    fetch: flag('--fetch', 'fetch the URL and say on stderr what came back'),
  },
  examples: [
    'regctl sign-url sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'regctl sign-url --config prod.yml --expires-in 5m --fetch /docker/registry/v2/blobs/sha256/9f/9f86…/data',
    'regctl sign-url --key key.pem --key-pair-id K2JCJMDEHXQW5F https://d111111abcdef8.cloudfront.net/file',
  ],
  async run({ args: [target = ''], options }, world) {
    const { url, key, keyPairId, duration, remedy } = await subject(target, options, world)
    const expires = Math.floor(world.now().getTime() / 1000) + (options.expiresIn ?? duration)
    const signed = signUrl({ url, keyPairId, key, expires })
    if (options.fetch) await fetchIt(signed, { target, remedy }, world)
    return {
      kind: 'value',
      text: `${signed}\n`,
      data: { url: signed, resource: url, expires: new Date(expires * 1000).toISOString(), keyPairId },
    }
  },
})

interface Subject {
  readonly url: string
  readonly key: SigningKey
  readonly keyPairId: string
  readonly duration: number
  /** What to do when the edge refuses. */
  readonly remedy: Remedy
}

/** What to sign, with which key. A whole URL with its key needs no config. */
async function subject(
  target: string,
  options: {
    readonly config: string
    readonly registry: Parameters<typeof readEdgeSettings>[1]
    readonly key: string | undefined
    readonly keyPairId: string | undefined
  },
  world: World,
): Promise<Subject> {
  const whole = /^https?:\/\//i.test(target)
  if (whole && options.key !== undefined && options.keyPairId !== undefined) {
    return {
      url: target,
      key: await openKey(options.key, undefined, world, options.keyPairId),
      keyPairId: options.keyPairId,
      duration: 20 * 60,
      remedy: { text: 'Compare key, key pair id and host with those of the distribution, and the clock.' },
    }
  }
  const settings = await readEdgeSettings(options.config, options.registry, world)
  const keyPairId = options.keyPairId ?? settings.keyPairId
  const key = await openKey(
    options.key ?? settings.privateKey,
    options.key === undefined ? options.config : undefined,
    world,
    keyPairId,
  )
  const path = isDigest(target) ? blobPath(target) : target
  if (!whole && !path.startsWith('/')) {
    throw new Failure('usage', `${JSON.stringify(target)} is no digest, no storage path and no URL`, {
      remedy: { text: 'A digest is sha256: and 64 hex digits; a storage path starts with a slash.' },
    })
  }
  const url = whole ? target : viewerUrl(settings, path)
  const given = [
    ...(options.registry === undefined ? [] : ['--registry', options.registry]),
    ...(options.key === undefined ? [] : ['--key', options.key]),
  ]
  const remedy = {
    text: 'Doctor says why.',
    commands: [shellLine('regctl', 'doctor', '--config', options.config, ...given)],
  }
  return { url, key, keyPairId, duration: settings.duration, remedy }
}

const limit = 64 * 1024 * 1024

/**
 * Fetches the URL and says what came; for a digest, whether the bytes have it. Throws Failure('denied') when the edge
 * refuses, and Failure('conflict') when it answers with other content.
 */
async function fetchIt(
  url: string,
  { target, remedy }: { readonly target: string; readonly remedy: Remedy },
  world: World,
): Promise<void> {
  const { status, headers, body } = await world.request({ method: 'GET', url, limit })
  const cache = headers['x-cache'] ?? 'no X-Cache'
  if (status !== 200) {
    const said = /<Message>([^<]*)<\/Message>/.exec(body.toString('utf8'))?.[1]
    throw new Failure(
      'denied',
      `the edge answered ${status}${said === undefined ? '' : ` (${said})`}, ${cache}`,
      { remedy },
    )
  }
  const length = Number(headers['content-length'] ?? body.length)
  world.stderr.write(`200, ${length} bytes${proofOf(target, body, length)}, ${cache}\n`)
}

/** What the bytes say of a digest. Throws Failure('conflict') when they are others. */
function proofOf(target: string, body: Buffer, length: number): string {
  const algorithm = isDigest(target) ? target.split(':')[0] : undefined
  if (algorithm === undefined) return ''
  if (algorithm !== 'sha256' && algorithm !== 'sha512') return `, ${algorithm} not compared`
  if (body.length < length || body.length >= limit) return ', too large to compare the digest'
  const digest = `${algorithm}:${createHash(algorithm).update(body).digest('hex')}`
  if (digest === target) return ', the digest matches'
  throw new Failure('conflict', `the edge answered with other content: ${digest}`)
}

function seconds(text: string): number {
  const read = parseDuration(text)
  if ('nanoseconds' in read && read.nanoseconds >= 1_000_000_000n)
    return Number(read.nanoseconds / 1_000_000_000n)
  throw new Failure(
    'usage',
    `${JSON.stringify(text)} is no duration of a second or more: write 90s, 20m or 1h30m`,
  )
}
