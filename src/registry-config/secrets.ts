import type { EffectiveConfig } from './effective.ts'
import { keyAt } from './known.ts'
import { type Path, pathText, type Refusal } from './problem.ts'

/** The registry's own names of secrets, with what people write in their place: of keys, of headers, of variables. */
const secretName =
  /(?:secret|password|(?<!ht)passwd|passphrase|credentials?|connection[-_]?string|authorization|cookie|(?:access|account|api|license|secret)[-_]?key|session[-_]?token|[-_](?:key|token))$/i

/** Whether the value under a name is secret by the name alone, wherever it stands and however it is cased. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** Whether a key on the way of `path` is a secret, or has the name of one, known or mistyped. */
export function isSecret(config: EffectiveConfig, path: Path): boolean {
  return path.some(
    (part, index) =>
      typeof part === 'string' &&
      (isSecretName(part) || keyAt(config, path.slice(0, index + 1))?.secret === true),
  )
}

/** A path as people write it, as far as the first secret: what is below one is a part of it. */
export function shownPath(config: EffectiveConfig, path: Path): string {
  const end = path.findIndex((_, index) => isSecret(config, path.slice(0, index + 1)))
  return pathText(end === -1 ? path : path.slice(0, end + 1))
}

/** What the registry says of a refusal, without the value that it quotes if that is a secret, and of which key. */
export function refusalText(config: EffectiveConfig, { path, message }: Refusal): string {
  const said = withoutValue(config, path, message)
  return path.length === 0 ? said : `${said} (${shownPath(config, path)})`
}

/** The registry's own words on the value at `path`, without the value if that is a secret. */
export function withoutValue(config: EffectiveConfig, path: Path, message: string): string {
  return isSecret(config, path)
    ? message.replace(/`.*`/s, '`[redacted]`').replace(/(, got ).*$/s, '$1[redacted]')
    : message
}
