import type { Node } from './node.ts'

/** Where a problem is: in the file, or in an environment variable. */
export type Where =
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file' }

/** A config the registry's parser refuses: it does not start, and says `message`. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly reason:
    | 'type'
    | 'version'
    | 'word'
    | 'storage'
    | 'auth'
    | 'alias'
    | 'merge'
    | 'key'
    | 'variable'
    | 'other'
  /** The key's path, as far as there is one. */
  readonly path: Path
  readonly where: Where
  /** The registry's own words. */
  readonly message: string
}

const ruleOf: Readonly<Record<Refusal['reason'], string>> = {
  type: 'value-type',
  version: 'config-version',
  word: 'unknown-word',
  storage: 'one-driver',
  auth: 'one-auth-provider',
  alias: 'yaml-alias',
  merge: 'yaml-merge',
  key: 'yaml-key',
  variable: 'environment-refused',
  other: 'tags-limit',
}

/** The id of the lint rule that stands for a refusal. What a variable's own value is refused for is one rule. */
export function ruleFor({ reason, where }: Refusal): string {
  const ofVariable = where.kind === 'variable' && reason !== 'storage' && reason !== 'other'
  return ofVariable ? ruleOf.variable : ruleOf[reason]
}

/** Something the parser drops without a word. */
export type Dropped =
  /** A key that this release does not know. */
  | { readonly kind: 'unknown'; readonly path: Path; readonly where: Where }
  /** A key that a later one of the same name replaces, or is merged into. */
  | {
      readonly kind: 'duplicate'
      readonly path: Path
      readonly where: Where
      readonly kept: Where
      readonly merged: boolean
    }
  /** A variable that reaches nothing. */
  | { readonly kind: 'variable'; readonly path: Path; readonly where: Where; readonly reason: string }

export type Path = readonly (string | number)[]

/** A path as people write it: `http.tls.clientcas[0]`. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`
      return `${index === 0 ? '' : '.'}${part === '' ? '""' : part}`
    })
    .join('')
}
