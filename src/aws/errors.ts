import { setTimeout as pause } from 'node:timers/promises'
import { codeOf, Failure, messageOf } from '../core/errors.ts'

/**
 * What AWS says, as Failures that carry the SDK's error as their cause: `denied` names the IAM action, `unreachable`
 * means that no answer came, `conflict` is any other refusal, in the service's own words.
 */

/** The SDK's error, as far as we read it. */
interface ServiceError {
  readonly name?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
  /** S3's hint in AuthorizationHeaderMalformed. */
  readonly Region?: string
}

/** The answer to a call that needs the IAM `action`. Throws Failure. */
export async function call<T>(action: string, resource: string | undefined, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw explain(error, action, resource)
  }
}

const badCredentials = [
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidToken',
  'RequestTimeTooSkewed',
]

function explain(error: unknown, action: string, resource: string | undefined): Failure {
  const { name = '', $metadata } = error as ServiceError
  const where = resource === undefined ? '' : ` on ${resource}`
  const status = $metadata?.httpStatusCode
  const text = messageOf(error)
  const fail = (
    kind: 'denied' | 'unreachable' | 'conflict',
    message: string,
    cure: string,
    ...commands: readonly string[]
  ) =>
    new Failure(kind, message, {
      cause: error,
      remedy: { text: cure, ...(commands.length > 0 && { commands }) },
    })
  if (name === 'CredentialsProviderError') {
    return fail(
      'denied',
      `no AWS credentials were found for ${action}: ${text}`,
      'Sign in, or name a profile in AWS_PROFILE.',
      'aws sso login',
    )
  }
  if (badCredentials.includes(name)) {
    return fail(
      'denied',
      `AWS does not accept the credentials (${name})`,
      'Check which identity is in use, and the clock.',
      'aws sts get-caller-identity',
      'date -u',
    )
  }
  if (status === 403) {
    // One call may need several actions; the message names the one that is missing, or says that the account is not verified.
    const missing = /not authorized to perform: ([\w:]+)/.exec(text)?.[1] ?? action
    const said = text === '' || text === name || text === 'UnknownError' ? '' : `: ${text}`
    return fail(
      'denied',
      `AWS refused ${missing}${where}${said}`,
      `Allow ${missing}${where} for the identity in use.`,
      'aws sts get-caller-identity',
    )
  }
  if (status === undefined) {
    const reason = [codeOf(error), text].filter((part) => part !== undefined && part !== '').join(' ')
    return fail(
      'unreachable',
      `no answer to ${action}${where}: ${reason}`,
      'Check the network, and AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL_CLOUDFRONT if they are set.',
    )
  }
  const cure =
    name === 'PreconditionFailed'
      ? 'Somebody changed it at the same time: run the same command again.'
      : /^TooMany|Exceeded$/.test(name)
        ? 'A quota of the account is used up: remove what is no longer needed, or ask AWS for more.'
        : status === 429 || status >= 500
          ? 'Wait a little and run the same command again.'
          : 'Change what the message names, and run the same command again.'
  const request = $metadata?.requestId === undefined ? '' : `, request ${$metadata.requestId}`
  return fail('conflict', `AWS answered ${action}${where} with ${status} ${name}: ${text}${request}`, cure)
}

/** The SDK's error in what was thrown. */
function serviceError(thrown: unknown): ServiceError | undefined {
  const error = thrown instanceof Failure ? thrown.cause : thrown
  return error instanceof Error ? (error as ServiceError) : undefined
}

/** Whether what was thrown is the service's error of one of these names (`NoSuchBucketPolicy`, …). */
export function isService(thrown: unknown, ...names: readonly string[]): boolean {
  return names.includes(serviceError(thrown)?.name ?? '')
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

/** The HTTP status of the service's error; undefined for other errors. */
export function statusOf(thrown: unknown): number | undefined {
  return serviceError(thrown)?.$metadata?.httpStatusCode
}

/**
 * The region that S3 names when a bucket is in another one than was asked: "" when it names none, undefined when that
 * is not the trouble. S3 answers 301 PermanentRedirect or 400 AuthorizationHeaderMalformed (facts: cloudfront 1.4).
 */
export function otherRegion(thrown: unknown): string | undefined {
  const error = serviceError(thrown)
  const status = statusOf(thrown)
  const named = error?.$response?.headers?.['x-amz-bucket-region'] ?? error?.Region
  const wrong =
    status === 301 ||
    isService(
      thrown,
      'AuthorizationHeaderMalformed',
      'IllegalLocationConstraintException',
      'PermanentRedirect',
    )
  if (wrong) return named ?? ''
  return status === 400 && named !== undefined ? named : undefined
}

/** Repeats `act` for up to a minute while it fails with one of these names: a bucket just made is not known everywhere yet. */
export async function settling<T>(act: () => Promise<T>, ...names: readonly string[]): Promise<T> {
  for (let wait = 250, waited = 0; ; waited += wait, wait *= 2) {
    try {
      return await act()
    } catch (error) {
      if (waited > 60_000 || !isService(error, ...names)) throw error
      await pause(wait)
    }
  }
}
