import type { AwsClients } from '../aws/clients.ts'
import { statusOf } from '../aws/errors.ts'
import { Failure, messageOf } from '../core/errors.ts'
import { shellLine } from '../core/shell.ts'
import type { SigningKey } from '../signing/private-key.ts'
import { blobPath } from '../storage/layout.ts'
import { objectKey } from '../storage/path.ts'
import { registryBehavior } from './behavior.ts'
import type { Blob, Context, Distribution, EdgeAnswer, Settings } from './check.ts'

export interface Sources {
  readonly settings: Settings
  readonly clients: AwsClients
  readonly now: () => Date
  /** The name that everything this run writes is under. */
  readonly run: string
  /** Called before the probe is written, and after it is gone. */
  readonly note: () => Promise<void>
  readonly finish: () => Promise<void>
  readonly key: () => Promise<SigningKey>
  readonly fetch: Context['fetch']
  /** Whether a probe object may be written when the registry holds no blob yet. */
  readonly mayWrite: boolean
}

/** What a run could not remove, for people, and the command that does. */
export interface Leftover {
  readonly message: string
  readonly commands: readonly string[]
}

/**
 * Among the registry's blobs, so that the same cache behaviour and bucket policy answer. The registry does not see it:
 * of what is there, its garbage collection looks only at files called `data`.
 */
function probePath(run: string): string {
  return blobPath(`sha256:${'0'.repeat(64)}`).replace(/0{64}\/data$/, `${run}/probe`)
}

/** The object key of a run's probe. */
export function probeKey(settings: Pick<Settings, 'rootDirectory'>, run: string): string {
  return objectKey(settings.rootDirectory, probePath(run))
}

/** A context over real sources, each asked once. `close` removes the probe object, if one was written, and throws nothing for it. */
export function openContext(sources: Sources): Context & { close(): Promise<Leftover | undefined> } {
  const { settings, clients } = sources
  const path = probePath(sources.run)
  const probe = { Bucket: settings.bucket, Key: probeKey(settings, sources.run) }
  let noted = false
  let written = false
  const distribution = once(() => findDistribution(clients, new URL(settings.baseUrl).host))
  const writeProbe = async (): Promise<Blob> => {
    const body = 'written by regctl doctor, and removed when it ends\n'
    await sources.note()
    noted = true
    try {
      const { ServerSideEncryption: encryption } = await clients.s3.putObject({
        ...probe,
        Body: body,
        ...encryptionOf(settings),
      })
      written = true
      return { path, size: body.length, ...(encryption && { encryption }) }
    } catch (error) {
      // Without an answer it may have been written all the same.
      written = statusOf(error) === undefined
      throw error
    }
  }
  const blob = once(async () => {
    const found = await distribution()
    const sameBehavior = registryBehavior(found, settings, path) === registryBehavior(found, settings)
    // No edge has a new object: one that was pulled before may be served from a cache whatever the origin says.
    if (sources.mayWrite && sameBehavior) return writeProbe()
    const existing = await findBlob(clients, settings)
    if (existing !== undefined) return existing
    const why = sources.mayWrite
      ? 'the cache behaviour for blobs is not the one for a probe'
      : 'with --read-only none is written to look at'
    throw new Failure('conflict', `the registry holds no blob yet, and ${why}`, {
      remedy: { text: `Push an image${sources.mayWrite ? '' : ', or leave out --read-only'}.` },
    })
  })
  return {
    settings,
    clients,
    now: sources.now,
    key: once(sources.key),
    distribution,
    blob,
    fetch: (url, headers): Promise<EdgeAnswer> => sources.fetch(url, headers),
    async close() {
      if (!noted) return undefined
      try {
        if (written) await clients.s3.deleteObject(probe)
      } catch (error) {
        const endpoint = clients.s3Endpoint === undefined ? [] : ['--endpoint-url', clients.s3Endpoint]
        const target = ['--bucket', probe.Bucket, '--key', probe.Key, '--region', settings.region]
        return {
          message: `The probe s3://${probe.Bucket}/${probe.Key} is left (${messageOf(error)}). Remove it:`,
          commands: [shellLine('aws', 's3api', 'delete-object', ...target, ...endpoint)],
        }
      }
      await sources.finish()
      return undefined
    },
  }
}

/** As the registry writes its blobs, so that trouble with a KMS key shows. */
function encryptionOf({ encrypt, keyId }: Settings) {
  if (!encrypt) return {}
  return keyId === ''
    ? { ServerSideEncryption: 'AES256' as const }
    : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: keyId }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

/** Some blob of the registry that is not empty. One page of keys is looked at. */
async function findBlob(clients: AwsClients, settings: Settings): Promise<Blob | undefined> {
  const root = objectKey(settings.rootDirectory, '/docker/registry/v2')
  const page = await clients.s3.listObjects({ Bucket: settings.bucket, Prefix: `${root}/blobs/` })
  const found = page.Contents?.find(({ Key, Size }) => Key?.endsWith('/data') && (Size ?? 0) > 0)
  if (found?.Key === undefined) return undefined
  return { path: `/docker/registry/v2${found.Key.slice(root.length)}`, size: found.Size ?? 0 }
}

/**
 * The distribution that answers for a host: by its domain name or an alias, else by the most specific wildcard. `*.` stands
 * for any number of labels (CloudFront Developer Guide, "Use wildcards in alternate domain names").
 */
async function findDistribution({ cloudfront }: AwsClients, host: string): Promise<Distribution | undefined> {
  let Marker: string | undefined
  let best: { readonly id: string; readonly name: string } | undefined
  do {
    const { DistributionList: page } = await cloudfront.listDistributions({ ...(Marker && { Marker }) })
    for (const { Id: id, DomainName, Aliases } of page?.Items ?? []) {
      for (const name of [DomainName ?? '', ...(Aliases?.Items ?? [])]) {
        if (id === undefined) continue
        if (name === host) return readDistribution(cloudfront, id)
        const fits = name.startsWith('*.') && host.endsWith(name.slice(1))
        if (fits && name.length > (best?.name.length ?? 0)) best = { id, name }
      }
    }
    Marker = page?.IsTruncated ? page.NextMarker : undefined
  } while (Marker)
  return best && readDistribution(cloudfront, best.id)
}

async function readDistribution(
  cloudfront: AwsClients['cloudfront'],
  id: string,
): Promise<Distribution | undefined> {
  const { Distribution: found } = await cloudfront.getDistribution({ Id: id })
  if (found?.DistributionConfig === undefined) return undefined
  const ofGroups =
    found.ActiveTrustedKeyGroups?.Items?.flatMap(({ KeyPairIds }) => KeyPairIds?.Items ?? []) ?? []
  const ofSigners =
    found.ActiveTrustedSigners?.Items?.flatMap(({ KeyPairIds }) => KeyPairIds?.Items ?? []) ?? []
  return {
    id,
    status: found.Status ?? '',
    config: found.DistributionConfig,
    activeKeys: [...ofGroups, ...ofSigners],
  }
}
