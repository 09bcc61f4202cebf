import { readCloudFront } from './cloudfront-options.ts'
import { formatDuration } from './duration.ts'
import type { EffectiveConfig } from './effective.ts'
import { isS3, s3Of } from './effective.ts'
import { sprint } from './go-values.ts'
import { keyAt, keysAt } from './known.ts'
import { type Path, pathText, type Where } from './problem.ts'
import { type Key, knows } from './schema/type.ts'
import { isSecret, shownPath } from './secrets.ts'
import type { Origin, Value } from './value.ts'

/** One value that the registry uses, or one that it drops. */
export interface Setting {
  readonly path: string
  /** As the registry reads it; secrets are never here. */
  readonly value: string
  /** As it is written, where that is something else. */
  readonly written?: string
  readonly from:
    | { readonly kind: 'file'; readonly line: number; readonly column: number }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'default' }
}

export interface View {
  readonly settings: readonly Setting[]
  /** What is there and does nothing. */
  readonly dropped: readonly {
    readonly path: string
    readonly from: Setting['from']
    readonly reason: string
  }[]
}

/** Every value that the registry uses, with where it comes from, and what it drops. */
export function viewOf(config: EffectiveConfig): View {
  const settings: Setting[] = []
  walk(config, config.root, [], settings)
  const dropped = config.dropped.map((one) => ({
    path: shownPath(config, one.path),
    from: fromWhere(config, one.where),
    reason:
      one.kind === 'unknown' ? 'unknown key' : one.kind === 'duplicate' ? 'stands again below' : one.reason,
  }))
  return { settings, dropped }
}

function walk(config: EffectiveConfig, value: Value, path: Path, out: Setting[]): void {
  // What is below a secret is a part of it, the keys too.
  if (isSecret(config, path)) {
    out.push(setting(config, value, path))
    return
  }
  switch (value.kind) {
    case 'scalar':
      out.push(setting(config, value, path))
      return
    case 'list':
      if (value.items.every((item) => item.kind === 'scalar')) out.push(setting(config, value, path))
      else for (const [index, item] of value.items.entries()) walk(config, item, [...path, index], out)
      return
    case 'map':
      if (value.entries.size === 0) out.push(setting(config, value, path))
      for (const [name, entry] of value.entries) walk(config, entry.value, [...path, String(name)], out)
      defaults(config, path, (name) => value.entries.has(name), out)
      return
    case 'struct':
      for (const [name, entry] of value.fields) walk(config, entry.value, [...path, name], out)
      defaults(config, path, (name) => value.fields.has(name), out)
  }
}

/** The defaults of a section that is there. */
function defaults(config: EffectiveConfig, path: Path, has: (name: string) => boolean, out: Setting[]): void {
  for (const key of keysAt(config, path) ?? []) {
    if (key.fallback === undefined || has(key.name) || !knows(config.release, key)) continue
    out.push({ path: pathText([...path, key.name]), value: key.fallback, from: { kind: 'default' } })
  }
}

function setting(config: EffectiveConfig, value: Value, path: Path): Setting {
  const known = keyAt(config, path)
  const from = fromOrigin(config, value.origin)
  if (isSecret(config, path)) {
    return { path: pathText(path), value: isEmpty(value) ? '' : '[redacted]', from }
  }
  const read = readingOf(config, value, path, known)
  const text = plainText(value)
  const written = value.kind === 'scalar' ? value.text : text
  return {
    path: pathText(path),
    value: read ?? text,
    ...(written === (read ?? text) ? {} : { written }),
    from,
  }
}

function isEmpty(value: Value): boolean {
  return value.kind === 'scalar' && (value.type === 'null' || value.value === '')
}

function plainText(value: Value): string {
  if (value.kind === 'scalar' && value.type === 'duration')
    return formatDuration(BigInt(value.value as bigint))
  if (value.kind === 'list') return `[${value.items.map(plainText).join(', ')}]`
  if (value.kind === 'map') return '{}'
  if (value.kind === 'scalar' && value.type === 'null') return ''
  return sprint(value)
}

/** What the program makes of a value that the parser leaves as it is. */
function readingOf(
  config: EffectiveConfig,
  value: Value,
  path: Path,
  known: Key | undefined,
): string | undefined {
  if (known?.type.kind !== 'any') return undefined
  const [section, name, key] = path
  if (section === 'storage' && typeof name === 'string' && isS3(name)) return s3Reading(config, String(key))
  if (section === 'middleware' && path.at(-1) === 'duration') {
    const entry = config.storageMiddleware[Number(path[2])]
    return entry === undefined
      ? undefined
      : formatDuration(
          BigInt(Math.round(readCloudFront(entry.options, config.release).values.duration * 1e9)),
        )
  }
  if (known.type.reads.as === 'switch' && known.type.reads.otherwise === 'ignored') {
    return String(value.kind === 'scalar' && value.value === true)
  }
  return undefined
}

function s3Reading(config: EffectiveConfig, name: string): string | undefined {
  const values = s3Of(config)?.values
  if (values === undefined) return undefined
  const read: Readonly<Record<string, unknown>> = {
    region: values.region,
    encrypt: values.encrypt,
    secure: values.secure,
    skipverify: values.skipVerify,
    v4auth: values.v4Auth,
    forcepathstyle: values.forcePathStyle,
    accelerate: values.accelerate,
    usedualstack: values.useDualStack,
    usefipsendpoint: values.useFipsEndpoint,
    chunksize: values.chunkSize,
    multipartcopychunksize: values.multipartCopyChunkSize,
    multipartcopymaxconcurrency: values.multipartCopyMaxConcurrency,
    multipartcopythresholdsize: values.multipartCopyThresholdSize,
    storageclass: values.storageClass,
    objectacl: values.objectAcl,
    loglevel: values.logLevel,
  }
  return read[name] === undefined ? undefined : String(read[name])
}

function fromOrigin({ document }: EffectiveConfig, origin: Origin): Setting['from'] {
  switch (origin.from) {
    case 'file':
      return { kind: 'file', ...document.position(origin.node.start) }
    case 'variable':
      return { kind: 'variable', name: origin.name }
    case 'default':
      return { kind: 'default' }
  }
}

function fromWhere({ document }: EffectiveConfig, where: Where): Setting['from'] {
  switch (where.kind) {
    case 'node':
      return { kind: 'file', ...document.position(where.node.start) }
    case 'variable':
      return { kind: 'variable', name: where.name }
    case 'file':
      return { kind: 'default' }
  }
}
