import { originId } from '../aws/distribution.ts'
import type { Remedy } from '../core/finding.ts'
import { shellLine } from '../core/shell.ts'
import { registryBehavior, registryPattern } from './behavior.ts'
import type { Distribution, Settings } from './check.ts'

/**
 * The cure that init is: the command that sets everything back as it should be and changes nothing else. Only for what
 * init made, which it knows by the distribution's comment; otherwise the text alone is given.
 */
export function initCure(text: string, settings: Settings, found: Distribution | undefined): Remedy {
  const { bucket, region, rootDirectory, methods, release, config, keyFile, keyPath } = settings
  const name = found === undefined ? bucket : /^regctl: (.+)$/.exec(found.config.Comment ?? '')?.[1]
  if (name === undefined)
    return { text: `${text} The distribution was not made by init: change it where it was made.` }
  // Without the key init would make another one.
  if (keyFile === undefined)
    return { text: `${text} Init does that; run doctor with --key to be told the command.` }
  const option = (flag: string, value: string | undefined, usual?: string) =>
    value === undefined || value === usual ? [] : [flag, value]
  const command = shellLine(
    ...['regctl', 'init', '--bucket', bucket, '--region', region],
    ...option('--root-directory', rootDirectory, ''),
    ...option('--name', name, bucket),
    ...option('--methods', methods, 'all'),
    ...option('--config', config, 'config.yml'),
    ...['--registry', release, '--key', keyFile],
    ...option('--key-path', keyPath),
  )
  return { text, commands: [command] }
}

/** The cure for what answers for blobs. Init sets the default behaviour and its own origin; for others the text says which. */
export function behaviorCure(text: string, settings: Settings, found: Distribution | undefined): Remedy {
  if (found === undefined) return { text }
  const pattern = registryPattern(found, settings)
  if (pattern !== undefined) {
    return {
      text: `${text} The cache behaviour with the path pattern ${pattern} answers for blobs, which init does not touch: change or remove it.`,
    }
  }
  const origin = registryBehavior(found, settings)?.TargetOriginId
  if (origin !== originId) {
    return {
      text: `${text} Blobs come from the origin ${origin}, which init does not touch: change it where it was made.`,
    }
  }
  return initCure(text, settings, found)
}
