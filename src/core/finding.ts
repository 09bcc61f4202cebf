/**
 * A finding is one thing that is not as it should be, as data: where, what, why and the cure.
 * Rooms return findings; words, colour and exit codes are added at the rim (reporters, main).
 */

export type Severity = 'error' | 'warning' | 'note'

/** Where a finding is: a position in a file, an environment variable, an AWS resource, or a storage path. */
export type Place =
  | {
      readonly kind: 'file'
      readonly file: string
      /** 1-based. */
      readonly line: number
      /** 1-based, in UTF-16 code units, as editors count. */
      readonly column: number
    }
  /** `file` is the config that it changes, where there is one: what reports of files call its place. */
  | { readonly kind: 'variable'; readonly name: string; readonly file?: string }
  | { readonly kind: 'resource'; readonly type: string; readonly id: string }
  | { readonly kind: 'path'; readonly path: string }

/** What to do about it: one sentence, and commands that can be pasted as they are. */
export interface Remedy {
  readonly text: string
  readonly commands?: readonly string[]
}

export interface Finding {
  /** The id of the rule or check that found it. */
  readonly id: string
  readonly severity: Severity
  readonly message: string
  readonly place?: Place
  readonly evidence?: { readonly expected: string; readonly actual: string }
  readonly cause?: string
  readonly remedy?: Remedy
  /** The page section that explains the rule. */
  readonly docs?: string
}

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 }

/** Whether `severity` is at least as grave as `floor`. */
export function atLeast(severity: Severity, floor: Severity): boolean {
  return rank[severity] >= rank[floor]
}
