import { codeOf, Failure, messageOf } from '../core/errors.ts'

/** The answer to a call that needs the IAM `action`. Throws Failure('denied') or Failure('unreachable'), or the service's error as it is. */
export async function call<T>(action: string, resource: string | undefined, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw explain(error, action, resource)
  }
}

const noAnswer = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EPIPE',
  'CERT_HAS_EXPIRED',
])

function explain(error: unknown, action: string, resource: string | undefined): unknown {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } }
  const where = resource === undefined ? '' : ` on ${resource}`
  const status = $metadata?.httpStatusCode
  if (name === 'CredentialsProviderError') {
    return new Failure('denied', `no AWS credentials were found for ${action}: ${messageOf(error)}`, {
      cause: error,
      remedy: { text: 'Sign in, or name a profile.', commands: ['aws sso login', 'export AWS_PROFILE=…'] },
    })
  }
  if (
    [
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'SignatureDoesNotMatch',
      'ExpiredToken',
      'RequestTimeTooSkewed',
    ].includes(name)
  ) {
    return new Failure('denied', `AWS does not accept the credentials (${name})`, {
      cause: error,
      remedy: {
        text: 'Check which identity is in use, and the clock.',
        commands: ['aws sts get-caller-identity', 'date -u'],
      },
    })
  }
  if (status === 403) {
    return new Failure('denied', `AWS refused ${action}${where}`, {
      cause: error,
      remedy: {
        text: `Allow ${action}${where} for the identity in use.`,
        commands: ['aws sts get-caller-identity'],
      },
    })
  }
  if (status === undefined && (noAnswer.has(codeOf(error) ?? '') || name === 'TimeoutError')) {
    return new Failure('unreachable', `no answer to ${action}${where}: ${messageOf(error)}`, {
      cause: error,
      remedy: { text: 'Check the network, the proxy and AWS_ENDPOINT_URL_S3 / AWS_ENDPOINT_URL_CLOUDFRONT.' },
    })
  }
  return error
}

/** Whether `error` is the service's error of one of these names (`NoSuchBucketPolicy`, …). */
export function isService(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name)
}

/** The answer, or undefined when the service says that there is none under one of these error names. */
export async function orNone<T>(answer: Promise<T>, ...names: readonly string[]): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isService(error, ...names)) return undefined
    throw error
  }
}

/** The HTTP status of a service's error, or of the one behind a Failure; undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  const of = (thrown: unknown) =>
    (thrown as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
  return of(error) ?? (error instanceof Failure ? of(error.cause) : undefined)
}
