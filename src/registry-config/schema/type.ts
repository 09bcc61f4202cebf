import { atLeast, before, type Release } from '../releases.ts'

/**
 * The types a config's values have in the registry, and the keys of its sections. The tables of this folder are
 * the one source for the parser, the lint, the effective view, the JSON Schema and the reference page.
 */
export type Type =
  | { readonly kind: 'string' | 'bool' | 'int' }
  /** Go's time.Duration: text with a unit; a bare integer is nanoseconds. `optional`: absent differs from 0. */
  | { readonly kind: 'duration'; readonly optional?: true }
  /** Text out of a list that the parser itself checks; `fold` when it ignores case. */
  | {
      readonly kind: 'word'
      readonly words: readonly string[]
      readonly fold: boolean
      readonly called: string
    }
  /** The format version, `0.1`. */
  | { readonly kind: 'version' }
  | { readonly kind: 'list'; readonly of: Type }
  /** `strict` is for redis, which 3.0 reads without converting anything. */
  | { readonly kind: 'struct'; readonly keys: readonly Key[]; readonly strict?: true }
  /** A map with any keys and values of one type. */
  | { readonly kind: 'map'; readonly of: Type }
  /** `storage` and `auth`: one named entry with parameters (and, in storage, reserved sections); a bare word is allowed. */
  | { readonly kind: 'choice'; readonly of: 'storage' | 'auth'; readonly sections: readonly Section[] }
  /** A value the parser takes as it comes; `reads` says what the program then makes of it. */
  | { readonly kind: 'any'; readonly reads: Reads }

/** How the program reads a value that the parser left untyped. Source: facts registry 1.2, 5.1, 6.4. */
export type Reads =
  /** A real boolean; any other value is `otherwise`. */
  | { readonly as: 'switch'; readonly otherwise: 'refused' | 'ignored' }
  /** A boolean, or a text that Go's ParseBool takes (`"true"`, `"1"`, …); null is the default. */
  | { readonly as: 'bool' }
  /** An integer in [min, max]; how a text is read depends on the release. */
  | { readonly as: 'size'; readonly min: number; readonly max: number; readonly unit: 'bytes' | 'count' }
  /** A real integer. */
  | { readonly as: 'int' }
  /** Any scalar, printed as Go prints it. */
  | { readonly as: 'printed' }
  /** A real string. */
  | { readonly as: 'string' }
  /** One of these, for the release at hand; `open`: under conditions any other text too. */
  | {
      readonly as: 'word'
      readonly words: (release: Release) => readonly string[]
      readonly fold: boolean
      readonly open?: true
    }
  /** A text with a unit; any other type is silently the default. */
  | { readonly as: 'duration' }
  | { readonly as: 'strings' }
  | { readonly as: 'map'; readonly keys: readonly Key[] }
  | { readonly as: 'anything' }

export interface Key {
  readonly name: string
  /** The Go field's name in upper case, which is what an environment variable must say; `name` in upper case unless given. */
  readonly variable?: string
  readonly type: Type
  /** The first release that knows it; all do unless given. */
  readonly since?: Release
  /** The first release that no longer knows it. */
  readonly until?: Release
  readonly about: string
  /** As a person would write it. */
  readonly fallback?: string
  /** What a person might write, for the editor. */
  readonly example?: string | readonly string[]
  /** All that the program takes of what the parser lets through; for a list, of its items. */
  readonly words?: (release: Release) => readonly string[]
  readonly required?: boolean
  /** Its value must never be shown. */
  readonly secret?: boolean
}

/** One entry of `storage` or `auth`: a driver, a provider, or a reserved section. */
export interface Section {
  readonly name: string
  /** A reserved section does not count as the one driver. */
  readonly reserved: boolean
  readonly since?: Release
  readonly until?: Release
  readonly about: string
  readonly keys: readonly Key[]
  /** It has keys, which are not listed here. */
  readonly open?: true
}

/** Whether `release` knows the key or section. */
export function knows(release: Release, what: Pick<Key, 'since' | 'until'>): boolean {
  return (
    (what.since === undefined || atLeast(release, what.since)) &&
    (what.until === undefined || before(release, what.until))
  )
}

export const string: Type = { kind: 'string' }
export const bool: Type = { kind: 'bool' }
export const int: Type = { kind: 'int' }
export const duration: Type = { kind: 'duration' }
export const optionalDuration: Type = { kind: 'duration', optional: true }
export const strings: Type = { kind: 'list', of: string }
/** Go's http.Header: a map of lists. */
export const headers: Type = { kind: 'map', of: strings }
export const anything: Type = { kind: 'any', reads: { as: 'anything' } }
/** Go's Parameters: a map with any values. */
export const parameters: Type = { kind: 'map', of: anything }

export function struct(...keys: readonly Key[]): Type {
  return { kind: 'struct', keys }
}

export function list(of: Type): Type {
  return { kind: 'list', of }
}

export function reads(how: Reads): Type {
  return { kind: 'any', reads: how }
}
