/** An answer of the CloudFront API that is an error: AWS's code, and a message. */
export class ApiError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
  }
}

/** The HTTP status that the CloudFront API gives `code` (API Reference, "Errors" of each operation). */
export function statusOf(code: string): number {
  if (code === 'PreconditionFailed') return 412
  if (code === 'BatchTooLarge') return 413
  if (code === 'InternalFailure') return 500
  if (forbidden.has(code)) return 403
  if (/^NoSuch|^EntityNotFound$/.test(code)) return 404
  if (/(AlreadyExists|InUse|NotDisabled)$/.test(code)) return 409
  return 400
}

const forbidden = new Set([
  'AccessDenied',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'RequestExpired',
  'SignatureDoesNotMatch',
])
