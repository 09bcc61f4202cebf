import type { Remedy } from './finding.ts'

/**
 * What can go wrong with a command as a whole, as opposed to a finding, which is a result.
 *   usage        the arguments are wrong, or a named file cannot be read or written
 *   unreachable  a server did not answer
 *   denied       a server refused us; the message names the permission
 *   conflict     something that is not ours stands in the way
 *   interrupted  a signal, or the person said no
 */
export type FailureKind = 'usage' | 'unreachable' | 'denied' | 'conflict' | 'interrupted'

/** An expected failure: says what happened, where and why, and carries the cure. It is printed without a stack. */
export class Failure extends Error {
  readonly kind: FailureKind
  readonly remedy: Remedy | undefined

  constructor(kind: FailureKind, message: string, options: { remedy?: Remedy; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'Failure'
    this.kind = kind
    this.remedy = options.remedy
  }
}

/** A short text for any thrown value: the message, or the system error's code where there is no message. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ')
  }
  if (error instanceof Error) return error.message || codeOf(error) || error.name
  return String(error)
}

/** The `code` of a Node system error (`ENOENT`, `EADDRINUSE`, …), if `error` is one. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
