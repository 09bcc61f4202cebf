import type { StorageDriver } from '../storage/driver.ts'
import type { Intercept } from './faults.ts'

/**
 * One conformance case: something every store must do for the registry to work on it. Cases are data,
 * shared by the CLI and the tests; deliberately broken drivers prove that they can fail.
 * A Mismatch is `fail`, and so is what the driver throws when it should not; AccessDeniedError and an
 * unreachable store are `blocked`; any other throw is `crash`: our TypeError must not look like a store's defect.
 */
export interface Case {
  /** `family/name`; upstream's name where upstream has the case. */
  readonly id: string
  /** What a pass proves, as a sentence. */
  readonly proves: string
  /** Skipped, with the reason, on a driver without these. */
  readonly requires?: readonly Requirement[]
  /** Only in these profiles; by default quick and full. */
  readonly profiles?: readonly Profile[]
  /** About how many bytes it writes. */
  readonly bytes?: number
  run(context: CaseContext): Promise<void>
}

export type Requirement = 'redirect' | 'resumable' | 'parts' | 'inspector' | 'objects' | 'requests' | 'edge'
export type Profile = 'quick' | 'full' | 'edge'

export interface CaseContext {
  /**
   * A driver rooted in this case's own prefix; `parameters` are the registry's, merged over the run's. `spoil` stands
   * between the driver and its store, where the case requires `requests`.
   */
  open(parameters?: Readonly<Record<string, unknown>>, spoil?: Intercept): Promise<StorageDriver>
  /** Looks behind the driver's back; undefined where the store has no such view. */
  readonly inspector?: Inspector
  /** Deterministic bytes from the run's seed. */
  readonly random: RandomSource
  /** One HTTP request to a URL that the driver or the edge gave. */
  readonly fetch: Fetch
  readonly edge?: Edge
  readonly signal: AbortSignal
}

/** The way clients read through a content delivery network. */
export interface Edge {
  /** A signed URL of the path (as the case's driver has it); `lifetime` in seconds, negative for one that is over. */
  sign(path: string, options?: { readonly lifetime?: number }): Promise<string>
}

/** Redirects are not followed. The body is empty for HEAD. */
export type Fetch = (
  method: string,
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<{
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}>

export interface Inspector {
  /** Uploads open under this case's prefix, by storage path. */
  openUploads(): Promise<readonly OpenUpload[]>
  /** Ends one; one that is gone already is no error. */
  abortUpload(upload: OpenUpload): Promise<void>
  /** Objects as the store has them; undefined where there are none. */
  readonly objects?: {
    head(path: string): Promise<ObjectHead>
    /** `key` goes under the case's prefix as it is, valid or not. */
    put(key: string, content: Uint8Array): Promise<void>
  }
}

export interface ObjectHead {
  /** Undefined for STANDARD, which S3 does not tell. */
  readonly storageClass: string | undefined
  /** `AES256`, `aws:kms`, or undefined. */
  readonly encryption: string | undefined
  readonly keyId: string | undefined
}

export interface OpenUpload {
  readonly path: string
  readonly uploadId: string
}

export interface RandomSource {
  bytes(length: number): Buffer
  /** A path component: lower-case letters and digits. */
  name(length?: number): string
  /** An integer in [0, below). */
  integer(below: number): number
  /** Endless bytes that can be asked for again: `length` of them from `offset` on. Not to be written to. */
  noise(): (offset: number, length: number) => Buffer
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
