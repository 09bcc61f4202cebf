import { parseDocument } from 'yaml'
import type { Release } from '../../../src/registry-config/releases.ts'
import { configuration } from '../../../src/registry-config/schema/configuration.ts'
import { storageMiddlewares } from '../../../src/registry-config/schema/middleware.ts'
import { type Key, knows, type Section, type Type } from '../../../src/registry-config/schema/type.ts'

/** Every key that `release` knows, without those of other clouds' drivers. */
export function reachableKeys(release: Release): readonly string[] {
  return [
    ...below(configuration, '', release),
    ...storageMiddlewares
      .filter(({ name }) => name === 'cloudfront')
      .flatMap(({ keys }) => below(keys, 'middleware.storage.options.', release)),
  ].filter((path) => !unreachable.test(path))
}

/** Drivers of other clouds, and the second name of S3's. */
const unreachable = /^storage\.(?:azure|gcs|swift|oss|rados|s3goamz|s3aws)\./

function below(keys: readonly Key[], prefix: string, release: Release): string[] {
  return keys
    .filter((key) => knows(release, key))
    .flatMap((key) => [`${prefix}${key.name}`, ...inner(key.type, `${prefix}${key.name}`, release)])
}

function inner(type: Type, path: string, release: Release): string[] {
  if (type.kind === 'struct') return below(type.keys, `${path}.`, release)
  if (type.kind === 'list') return inner(type.of, path, release)
  if (type.kind === 'any' && type.reads.as === 'map') return below(type.reads.keys, `${path}.`, release)
  if (type.kind !== 'choice') return []
  const sections: readonly Section[] = type.sections
  return sections
    .filter((section) => knows(release, section))
    .flatMap((section) => below(section.keys, `${path}.${section.name}.`, release))
}

/** The keys that a config has, lists left out of the paths. */
export function keysIn(config: string): readonly string[] {
  const keys: string[] = []
  const walk = (value: unknown, prefix: string) => {
    if (Array.isArray(value)) for (const item of value) walk(item, prefix)
    else if (typeof value === 'object' && value !== null)
      for (const [name, entry] of Object.entries(value)) {
        keys.push(`${prefix}${name}`)
        walk(entry, `${prefix}${name}.`)
      }
  }
  walk(parseDocument(config, { uniqueKeys: false, logLevel: 'silent' }).toJS(), '')
  return keys
}
