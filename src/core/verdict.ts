import type { Finding } from './finding.ts'

/**
 * The answer of one check or conformance case. "Could not look" is never "fine":
 * `skip` means it does not apply, `blocked` that we were not allowed or not able to look
 * (the reason names the permission or the obstacle), `crash` that the defect is ours.
 */
export interface Verdict {
  readonly id: string
  /** The healthy state, as a sentence. */
  readonly title: string
  readonly status: 'pass' | 'fail' | 'skip' | 'blocked' | 'crash'
  readonly findings: readonly Finding[]
  /** Why it was skipped, blocked or crashed; or, on a pass, what was seen. */
  readonly reason?: string
  /** Wall time in milliseconds. */
  readonly ms: number
}
