import type { Release } from '../../../src/registry-config/releases.ts'

/** A row of the audit: what is known to go wrong, and the rules that see it, or why no file shows it. */
export type Trap = Seen | Unseen

/** `bad` yields one of `rules` at every release of `at` and of no other; `good` beside it yields none of them. */
export interface Seen {
  readonly id: string
  /** What goes wrong, in a few words. */
  readonly what: string
  readonly rule: string
  readonly bad: string
  readonly good: string
  /** The first and the last release that has it, both ends included. */
  readonly at: readonly [Release, Release]
  /** Another row says where else the same config is seen. */
  readonly alsoElsewhere?: true
  /** The registry does not start. */
  readonly refuses?: boolean
  readonly environment?: Readonly<Record<string, string>>
  readonly goodEnvironment?: Readonly<Record<string, string>>
  readonly privateKey?: string
  readonly goodPrivateKey?: string
  /** Its finding must name it. */
  readonly says?: RegExp
  /** Where `good` is no config for the oldest releases: the first one it is good for. */
  readonly goodFrom?: Release
}

export interface Unseen {
  readonly id: string
  readonly what: string
  readonly unseen: string
}
