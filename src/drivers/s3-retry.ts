import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { codeOf } from '../core/errors.ts'

/**
 * Retries by time instead of by count. The SDK's own strategies share a quota that a brown-out empties and only
 * first-try successes refill, after which every call fails at its first error (facts: faults 5.1).
 */
export interface Patience {
  /** Milliseconds during which one call is tried again. */
  readonly total: number
  /** The same while the endpoint has not answered at all: a wrong address should be told soon. */
  readonly first: number
}

/** Tries after the first that a call gets however long each takes: a large part on a slow line. */
const fewest = 3
const longestPause = 2_000
const shortestPause = 40

/** Whether an endpoint has ever answered: shared by the clients of one, since each of them may be new. */
export interface Reached {
  answered: boolean
}

/** The strategy for an S3 client. `random` is in [0, 1), `now` in milliseconds. */
export function patientRetry(
  patience: Patience,
  random: () => number,
  now: () => number,
  reached: Reached = { answered: false },
) {
  const token = (count: number, delay: number, since: number) => ({
    since,
    getRetryCount: () => count,
    getRetryDelay: () => delay,
  })
  return {
    async acquireInitialRetryToken() {
      return token(0, 0, now())
    },
    async refreshRetryTokenForRetry(last: ReturnType<typeof token>, { error }: { readonly error?: unknown }) {
      if (statusOf(error) !== undefined) reached.answered = true
      const left = last.since + (reached.answered ? patience.total : patience.first) - now()
      const count = last.getRetryCount() + 1
      if (!worthRetrying(error) || (left <= 0 && !(reached.answered && count <= fewest))) throw error
      // Full jitter: half of the calls come back sooner, and all of them never at once.
      const pause = Math.min(longestPause, shortestPause * 2 ** Math.min(count, 10)) * random()
      return token(count, left > 0 ? Math.min(pause, left) : pause, last.since)
    },
    recordSuccess() {
      reached.answered = true
    },
  } satisfies S3ClientConfig['retryStrategy']
}

/** The HTTP status behind an error of the SDK. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
}

/** 400s that tell of damage on the way, not of a wrong request. */
const damaged = [
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'InvalidDigest',
  'IncompleteBody',
  'RequestTimeout',
  'XAmzContentChecksumMismatch',
]
const broken = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'HPE_INVALID_CONSTANT',
]

/** Whether the same call may succeed later: no or half an answer, a busy or broken server, a damaged body. */
export function worthRetrying(error: unknown): boolean {
  const name = error instanceof Error ? error.name : ''
  if (name === 'AbortError' || name === 'CredentialsProviderError') return false
  // Also where a status came, and its body was cut.
  if (broken.includes(codeOf(error) ?? '')) return true
  const status = statusOf(error)
  if (status !== undefined && status >= 500) return status !== 501
  if (status === 429 || status === 408 || damaged.includes(name)) return true
  // An answer of 200 that could not be read was cut on the way.
  if (status !== undefined && status < 300) return true
  if (status !== undefined) return ['SlowDown', 'OperationAborted'].includes(name)
  return name === 'TimeoutError' || /aborted|socket hang up|premature/i.test(String(error))
}
