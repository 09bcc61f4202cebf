import type { FailureKind } from './errors.ts'
import { atLeast, type Finding, type Severity } from './finding.ts'
import type { Verdict } from './verdict.ts'

/** One line of a plan: a resource, what would be or was done with it, and the fields that differ. */
export interface Step {
  readonly resource: string
  readonly id: string
  readonly action: 'create' | 'update' | 'keep' | 'remove'
  readonly changes: readonly { readonly field: string; readonly from: string; readonly to: string }[]
}

/** What a command found or did, as data. `main` renders it and derives the exit code. */
export type Outcome =
  | {
      readonly kind: 'findings'
      readonly findings: readonly Finding[]
      /** The texts the findings point into, by file name, so that a reporter can show the line. */
      readonly sources: Readonly<Record<string, string>>
      /** What was judged, for the closing line. */
      readonly subject: string
      readonly failOn: Severity
      /** What reports say about the rules of the findings, by id. */
      readonly rules?: Readonly<Record<string, { readonly summary: string; readonly why: string }>>
    }
  | {
      readonly kind: 'verdicts'
      readonly subject: string
      readonly verdicts: readonly Verdict[]
      readonly failOn: Severity
      /** The command that gives these verdicts again. */
      readonly replay?: string
    }
  | {
      readonly kind: 'steps'
      readonly subject: string
      readonly steps: readonly Step[]
      readonly applied: boolean
      readonly notes: readonly string[]
    }
  /** `text` goes to stdout as it is; `data` is what `--json` prints instead. */
  | { readonly kind: 'value'; readonly text: string; readonly data: unknown }
  /** The exit code of a command we ran on the user's behalf. */
  | { readonly kind: 'exit'; readonly code: number }

export const exitCodes = { clean: 0, findings: 1, usage: 2, unfinished: 3, interrupted: 130 } as const

/**
 * The one place where exit codes are chosen. 0 clean; 1 findings at or above `failOn`;
 * 2 wrong usage; 3 could not finish (blocked or crashed); 130 interrupted. 3 outranks 1.
 */
export function exitCode(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'findings':
      return outcome.findings.some((f) => atLeast(f.severity, outcome.failOn))
        ? exitCodes.findings
        : exitCodes.clean
    case 'verdicts': {
      if (outcome.verdicts.some((v) => v.status === 'blocked' || v.status === 'crash'))
        return exitCodes.unfinished
      return outcome.verdicts.some((verdict) => failsRun(verdict, outcome.failOn))
        ? exitCodes.findings
        : exitCodes.clean
    }
    case 'steps':
    case 'value':
      return exitCodes.clean
    case 'exit':
      return outcome.code
  }
}

/** Whether a verdict fails the run; a failure that a baseline knows has nothing but notes, and does not. */
export function failsRun({ status, findings }: Verdict, failOn: Severity): boolean {
  return status === 'fail' && findings.some(({ severity }) => atLeast(severity, failOn))
}

/** The exit code of a command that threw a `Failure` of this kind. */
export function failureExitCode(kind: FailureKind): number {
  switch (kind) {
    case 'usage':
      return exitCodes.usage
    case 'interrupted':
      return exitCodes.interrupted
    case 'unreachable':
    case 'denied':
    case 'conflict':
      return exitCodes.unfinished
  }
}
