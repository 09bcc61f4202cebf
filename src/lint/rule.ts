import type { Severity, Remedy } from '../core/finding.ts'

/** Placeholder: the lint room's author writes the contract of DESIGN section 4 here. */
export interface Rule {
  readonly id: string
  readonly summary: string
  readonly severity: Severity
  readonly remedy?: Remedy
}
