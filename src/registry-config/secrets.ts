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
  'credentials',
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

/** What the registry says of a refusal, without the value that it quotes if that is a secret, and of which key. */
export function refusalText(config: EffectiveConfig, { path, message }: Refusal): string {
  const said = withoutValue(config, path, message)
  return path.length === 0 ? said : `${said} (${pathText(path)})`
}

/** The registry's own words on the value at `path`, without the value if that is a secret. */
export function withoutValue(config: EffectiveConfig, path: Path, message: string): string {
  return isSecret(config, path)
    ? message.replace(/`.*`/s, '`[redacted]`').replace(/(, got ).*$/s, '$1[redacted]')
    : message
}
