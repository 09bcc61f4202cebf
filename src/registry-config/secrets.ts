import type { EffectiveConfig } from './effective.ts'
import { keyAt } from './known.ts'
import { type Path, pathText, type Refusal } from './problem.ts'

/** The names of keys whose values are secret, in lower case, wherever they stand and however they are cased. */
export const secretNames: readonly string[] = [
  'accesskey',
  'access_key',
  'secretkey',
  'secret_key',
  'secret',
  'password',
  'sentinelpassword',
  'accountkey',
  'apikey',
  'licensekey',
  'connectionstring',
]

const secretName = new RegExp(`^(?:${secretNames.join('|')})$`, 'i')

/** Whether a key on the way of `path` is a secret, or has the name of one, known or mistyped. */
export function isSecret(config: EffectiveConfig, path: Path): boolean {
  return path.some(
    (part, index) =>
      typeof part === 'string' &&
      (secretName.test(part) || keyAt(config, path.slice(0, index + 1))?.secret === true),
  )
}

/** Where a refusal is and what the registry says, without the value that it quotes if that is a secret. */
export function refusalText(config: EffectiveConfig, { path, message }: Refusal): string {
  const said = isSecret(config, path) ? message.replace(/`[^]*`/, '`[redacted]`') : message
  return path.length === 0 ? said : `${pathText(path)}: ${said}`
}
