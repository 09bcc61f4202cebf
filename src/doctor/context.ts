import type { AwsClients } from '../aws/clients.ts'
import { Failure } from '../core/errors.ts'
import type { SigningKey } from '../signing/private-key.ts'
import { objectKey } from '../storage/path.ts'
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

/** A context over real sources, each asked once. `close` removes the probe object, if one was written. */
export function openContext(sources: Sources): Context & { close(): Promise<void> } {
  const { settings, clients } = sources
  let probe: string | undefined
  const writeProbe = async (): Promise<Blob> => {
    // Outside the registry's own tree, under a name that nothing else can have.
    const path = `/${sources.run}/probe`
    await sources.note()
    probe = objectKey(settings.rootDirectory, path)
    const body = 'written by regctl doctor, and removed when it ends\n'
    await clients.s3.putObject({ Bucket: settings.bucket, Key: probe, Body: body })
    return { path, size: body.length }
  }
  const blob = once(async () => {
    // No edge has a new object: one that was pulled before may be served from a cache whatever the origin says.
    if (sources.mayWrite) return writeProbe()
    const existing = await findBlob(clients, settings)
    if (existing !== undefined) return existing
    throw new Failure(
      'conflict',
      'the registry holds no blob yet, and with --read-only none is written to look at',
      {
        remedy: { text: 'Push an image, or leave out --read-only.' },
      },
    )
  })
  return {
    settings,
    clients,
    now: sources.now,
    key: once(sources.key),
    distribution: once(() => findDistribution(clients, new URL(settings.baseUrl).host)),
    blob,
    fetch: (url, headers): Promise<EdgeAnswer> => sources.fetch(url, headers),
    async close() {
      if (probe === undefined) return
      await clients.s3.deleteObject({ Bucket: settings.bucket, Key: probe })
      await sources.finish()
    },
  }
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

async function findDistribution({ cloudfront }: AwsClients, host: string): Promise<Distribution | undefined> {
  let Marker: string | undefined
  do {
    const { DistributionList: page } = await cloudfront.listDistributions({ ...(Marker && { Marker }) })
    const found = page?.Items?.find(
      ({ DomainName, Aliases }) => DomainName === host || Aliases?.Items?.includes(host),
    )
    if (found?.Id !== undefined) return readDistribution(cloudfront, found.Id)
    Marker = page?.IsTruncated ? page.NextMarker : undefined
  } while (Marker)
  return undefined
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
