import { bucketHost } from '../aws/intent.ts'
import { viewerUrl } from '../storage/edge-path.ts'
import { blobPath } from '../storage/layout.ts'
import type { Distribution, Settings } from './check.ts'

const anyBlob = blobPath(`sha256:${'0'.repeat(64)}`)

/** The behaviour that answers for a storage path, by default for blobs: the first whose path pattern matches, else the default one. */
export function registryBehavior(found: Distribution | undefined, settings: Settings, path = anyBlob) {
  return special(found, settings, path) ?? found?.config.DefaultCacheBehavior
}

/** The path pattern of the behaviour that answers for blobs; undefined when that is the default one. */
export function registryPattern(found: Distribution, settings: Settings): string | undefined {
  return special(found, settings, anyBlob)?.PathPattern
}

function special(found: Distribution | undefined, settings: Settings, path: string) {
  const { pathname } = new URL(viewerUrl(settings, path))
  return found?.config.CacheBehaviors?.Items?.find(
    ({ PathPattern }) => PathPattern !== undefined && matches(PathPattern, pathname),
  )
}

/** The origin of that behaviour; the bucket's own where the behaviour names none that exists. */
export function registryOrigin(found: Distribution | undefined, settings: Settings) {
  const target = registryBehavior(found, settings)?.TargetOriginId
  const origins = found?.config.Origins?.Items ?? []
  return (
    origins.find(({ Id }) => Id === target) ??
    origins.find(({ DomainName }) => DomainName === bucketHost(settings.bucket, settings.region))
  )
}

/** CloudFront's path patterns: `*` is any run of characters, `?` one; with or without the leading slash. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/^\/?/, '/')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(path)
}
