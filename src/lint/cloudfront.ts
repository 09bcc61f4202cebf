import { type CloudFrontOptions, readCloudFront } from '../registry-config/cloudfront-options.ts'
import { type EffectiveConfig, type Middleware, s3Of } from '../registry-config/effective.ts'
import { type GoUrl, parseGoUrl } from '../registry-config/go-url.ts'
import { majorOf } from '../registry-config/releases.ts'
import type { Value } from '../registry-config/value.ts'
import { type EdgePath, keysFor } from '../storage/edge-path.ts'
import { blobPath } from '../storage/layout.ts'
import { type At, key, type LintInput, value } from './rule.ts'

/** One cloudfront entry of middleware.storage. */
export interface CloudFront extends Middleware {
  readonly values: CloudFrontOptions
  readonly url: GoUrl | undefined
  written(name: string): Value | undefined
  at(name: string): At
  keyAt(name: string): At
}

const read = new WeakMap<EffectiveConfig, readonly CloudFront[]>()

/** What CloudFront rules look at. Read once. */
export function cloudFronts(input: LintInput): readonly CloudFront[] {
  const found = read.get(input.effective) ?? [...readAll(input)]
  read.set(input.effective, found)
  return found
}

function* readAll({ effective, release }: LintInput): Iterable<CloudFront> {
  for (const entry of effective.storageMiddleware) {
    if (entry.name !== 'cloudfront') continue
    const { values } = readCloudFront(entry.options, release)
    const url = parseGoUrl(values.baseUrl)
    const path = ['middleware', 'storage', entry.index, 'options'] as const
    yield {
      ...entry,
      values,
      url: 'error' in url ? undefined : url,
      written: (name) => entry.options.entries.get(name)?.value,
      at: (name) => value(...path, name),
      keyAt: (name) => key(...path, name),
    }
  }
}

const example = blobPath(`sha256:${'2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'}`)

/** The object keys of an example blob: the one that the registry writes, and the one that the edge asks S3 for. */
export function exampleKeys(edge: EdgePath, originPath = '') {
  const keys = keysFor(edge, originPath, example)
  const short = (text: string) => text.replace(/\/blobs\/.*$/, '/blobs/sha256/2c/2cf2…/data')
  return { written: short(keys.written), requested: short(keys.requested) }
}

/** The path equation of a middleware on this config's storage. */
export function edgeOf(input: LintInput, middleware: EdgePath['middleware'], basePath: string): EdgePath {
  return {
    middleware,
    major: majorOf(input.release),
    basePath,
    rootDirectory: s3Of(input.effective)?.values.rootDirectory ?? '',
  }
}
