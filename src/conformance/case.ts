import type { StorageDriver } from '../storage/driver.ts'

/**
 * One conformance case: something every store must do for the registry to work on it. Cases are data,
 * shared by the CLI and the tests; deliberately broken drivers prove that they can fail.
 * A Mismatch is `fail`, an AccessDeniedError `blocked`, any other throw `crash`: our TypeError must not look like a store's defect.
 */
export interface Case {
  /** `family/name`; upstream's name where upstream has the case. */
  readonly id: string
  /** What a pass proves, as a sentence. */
  readonly proves: string
  /** Skipped, with the reason, on a driver without these. */
  readonly requires?: readonly ('redirect' | 'resumable' | 'parts' | 'inspector')[]
  /** About how many bytes it writes. */
  readonly bytes?: number
  run(context: CaseContext): Promise<void>
}

export interface CaseContext {
  /** A driver rooted in this case's own prefix; `parameters` are the registry's, merged over the run's. */
  open(parameters?: Readonly<Record<string, unknown>>): Promise<StorageDriver>
  /** Looks behind the driver's back; undefined where the store has no such view. */
  readonly inspector?: Inspector
  /** Deterministic bytes from the run's seed. */
  readonly random: RandomSource
  readonly signal: AbortSignal
}

export interface Inspector {
  /** Uploads open under this case's prefix, by storage path. */
  openUploads(): Promise<readonly { readonly path: string; readonly uploadId: string }[]>
}

export interface RandomSource {
  bytes(length: number): Buffer
  /** A path component: lower-case letters and digits. */
  name(length?: number): string
  /** An integer in [0, below). */
  integer(below: number): number
}

/** The store did something else than the contract says. */
export class Mismatch extends Error {
  readonly expected: string
  readonly actual: string

  constructor(what: string, evidence: { expected: string; actual: string }) {
    super(`${what}: expected ${evidence.expected}, got ${evidence.actual}`)
    this.name = 'Mismatch'
    this.expected = evidence.expected
    this.actual = evidence.actual
  }
}
