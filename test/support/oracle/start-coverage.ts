import { readDocument } from '../../../src/registry-config/document.ts'
import type { Node } from '../../../src/registry-config/node.ts'
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
  const walk = (node: Node | undefined, prefix: string): undefined => {
    if (node?.kind === 'list') for (const item of node.items) walk(item, prefix)
    if (node?.kind !== 'map') return
    for (const { key, value } of node.pairs) {
      if (key.kind !== 'scalar') continue
      keys.push(`${prefix}${key.text}`)
      walk(value, `${prefix}${key.text}.`)
    }
  }
  const read = readDocument(config, 'config.yml')
  if ('document' in read) walk(read.document.root, '')
  return keys
}
