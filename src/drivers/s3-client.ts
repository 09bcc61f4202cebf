import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { getSchemaSerdePlugin } from '@smithy/core/schema'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { codeOf, Failure, messageOf } from '../core/errors.ts'
import { before, latest, type Release } from '../registry-config/releases.ts'
import { AccessDeniedError } from '../storage/driver.ts'
import { objectKey } from '../storage/path.ts'
import { cutPages } from './s3-page.ts'
import type { S3Settings } from './s3-parameters.ts'
import { type Patience, patientRetry, type Reached, statusOf } from './s3-retry.ts'
import { watchSending } from './s3-sending.ts'

/** What the driver takes from its caller; each part has a default. */
export interface S3Environment {
  /** Used when accesskey and secretkey are not both set. Default: the SDK's chain. */
  readonly credentials?: S3ClientConfig['credentials']
  /** Puts something between the client and the network; it gets the handler that it may call. */
  readonly intercept?: <H extends NodeHttpHandler>(inner: H) => H
  /** Whose reading of the parameters. Default: the latest. */
  readonly release?: Release
  readonly patience?: Patience
  /** Milliseconds without a byte of content after which the rest is asked for again. Default 30 000. */
  readonly silence?: number
  /** Parts in flight per upload. Default 4. */
  readonly concurrency?: number
  /** Milliseconds. */
  readonly now?: () => number
  /** In [0, 1). */
  readonly random?: () => number
  readonly warn?: (sentence: string) => void
  /** Environment variables, for what the registry would make of them. */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** Gets a line for each request when `loglevel` is not off. */
  readonly log?: (line: string) => void
  /** Keeps the clients of drivers with the same environment but for `intercept`, since a new one is slow at first. */
  readonly clients?: S3Clients
}

export type S3Clients = Map<string, S3Client>

/** Errors carry the name that the registry's driver gives itself. */
export const driverName = 's3aws'

/** The bucket as the driver sees it: client, parameters, and what every write sends with it. */
export interface Bucket {
  readonly client: S3Client
  readonly parameters: S3Settings
  readonly concurrency: number
  /** Milliseconds. */
  readonly silence: number
  readonly Bucket: string
  key(path: string): string
  /** Encryption, storage class, ACL and content type, the same for each way of writing an object. */
  readonly writeHeaders: {
    readonly ACL: string & {}
    readonly ContentType: string
    readonly StorageClass?: string & {}
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms'
    readonly SSEKMSKeyId?: string
  }
}

/** Opens a client, or takes one that is open; no request is made. */
export function openBucket(parameters: S3Settings, environment: S3Environment): Bucket {
  const { rootDirectory: _, warnings, ...settings } = parameters
  const key = JSON.stringify([settings, environment.release])
  const client = environment.clients?.get(key) ?? openClient(parameters, environment)
  environment.clients?.set(key, client)
  for (const sentence of warnings) environment.warn?.(sentence)
  const role = [
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  ].find((variable) => environment.variables?.[variable])
  const release = environment.release ?? latest
  if (
    credentialsOf(parameters, environment) === undefined &&
    role !== undefined &&
    before(release, '3.0.0')
  ) {
    environment.warn?.(
      `${role} is set, which regctl follows and registry ${release} does not: it takes the role of the node. Use registry 3, or set accesskey and secretkey.`,
    )
  }
  return {
    client: environment.intercept === undefined ? client : interceptCalls(client, environment.intercept),
    parameters,
    concurrency: environment.concurrency ?? 4,
    silence: environment.silence ?? silence,
    Bucket: parameters.bucket,
    key: (path) => objectKey(parameters.rootDirectory, path),
    writeHeaders: {
      ACL: parameters.acl,
      ContentType: 'application/octet-stream',
      ...(parameters.storageClass !== undefined && { StorageClass: parameters.storageClass }),
      ...(parameters.encrypt && {
        ServerSideEncryption: parameters.keyId === undefined ? 'AES256' : 'aws:kms',
      }),
      // Sent even without `encrypt`, as the registry does.
      ...(parameters.keyId !== undefined && { SSEKMSKeyId: parameters.keyId }),
    },
  }
}

const credentialsOf = (parameters: S3Settings, environment: S3Environment) =>
  parameters.credentials ?? environment.credentials

function openClient(parameters: S3Settings, environment: S3Environment): S3Client {
  const { patience = { total: 90_000, first: 4_000 }, now = Date.now, random = Math.random } = environment
  const credentials = credentialsOf(parameters, environment)
  const client = new S3Client({
    region: parameters.region,
    ...(parameters.endpoint !== undefined && { endpoint: parameters.endpoint }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: parameters.pathStyle && !parameters.accelerate,
    useAccelerateEndpoint: parameters.accelerate,
    useDualstackEndpoint: parameters.dualStack,
    useFipsEndpoint: parameters.fips && !parameters.accelerate,
    ...(parameters.userAgent !== undefined && { customUserAgent: parameters.userAgent }),
    requestHandler: httpHandler(parameters.skipVerify),
    retryStrategy: patientRetry(patience, random, now, reachedAt(parameters)),
    // Bodies are in memory, so there is nothing to wait for before they are sent.
    expectContinueHeader: false,
    // The reader checks whole objects itself, since it may put one together from several answers.
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The stack of a command is put together once a client, not once a call.
    cacheMiddleware: true,
  })
  // It copies what is sent and answered for a logger that there is not.
  client.middlewareStack.remove('loggerMiddleware')
  shareSigner(client)
  compactConfig(client)
  askForChecksums(client)
  watchSending(client)
  cutPages(client)
  takeCarried(client)
  if (parameters.endpoint === undefined && !parameters.secure) withoutTls(client)
  if (parameters.logLevel !== 'off' && environment.log !== undefined) logRequests(client, environment.log)
  return client
}

/** What a call carries with it: the handler that it goes through in place of its client's, and what ends it. */
const via = Symbol('via')
const until = Symbol('until')

interface Carried {
  [via]?: NodeHttpHandler
  [until]?: AbortSignal
}

/** The same client whose calls go through `intercept`. */
function interceptCalls(client: S3Client, intercept: NonNullable<S3Environment['intercept']>): S3Client {
  const handler = intercept(client.config.requestHandler as NodeHttpHandler)
  const send = (command: { readonly input: Carried }, ...rest: readonly unknown[]) => {
    command.input[via] = handler
    return Reflect.apply(client.send, client, [command, ...rest])
  }
  return Object.assign(Object.create(client), { send })
}

/**
 * Makes a call end when the signal is aborted; its answer then rejects. Given to the client with the call, the signal
 * would make it forget the stack of every command.
 */
export function endWith<C extends { readonly input: object }>(
  command: C,
  signal: AbortSignal | undefined,
): C {
  if (signal !== undefined) (command.input as Carried)[until] = signal
  return command
}

/** Sends a call with what it carries. */
function takeCarried(client: S3Client): void {
  const usual = client.config.requestHandler as NodeHttpHandler
  client.middlewareStack.add(
    () => async (args) => {
      const { [via]: handler = usual, [until]: abortSignal } = args.input as Carried
      const request = args.request as Parameters<NodeHttpHandler['handle']>[0]
      return handler.handle(request, abortSignal === undefined ? {} : { abortSignal }) as never
    },
    // Nearer to the network than whatever was added before.
    { step: 'deserialize', priority: 'low', name: 'takeCarried' },
  )
}

/** Milliseconds without a byte after which a connection counts as dead. */
const silence = 30_000

const places = new Map<string, Reached>()

function reachedAt({ endpoint, region }: S3Settings): Reached {
  const place = endpoint ?? region
  const reached = places.get(place) ?? { answered: false }
  places.set(place, reached)
  return reached
}

const handlers = new Map<boolean, NodeHttpHandler>()

/** One for all drivers of the process, so that opening a driver costs no connection. */
function httpHandler(skipVerify: boolean): NodeHttpHandler {
  const options = { keepAlive: true, maxSockets: 128 }
  const handler =
    handlers.get(skipVerify) ??
    new NodeHttpHandler({
      connectionTimeout: 5_000,
      socketTimeout: silence,
      httpAgent: new HttpAgent(options),
      httpsAgent: new HttpsAgent({ ...options, rejectUnauthorized: !skipVerify }),
    })
  handlers.set(skipVerify, handler)
  return handler
}

/** `secure: false`; with an endpoint its scheme decides. */
function withoutTls(client: S3Client): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request?: { protocol?: string } }
      if (request !== undefined) request.protocol = 'http:'
      return next(args)
    },
    { step: 'build', priority: 'high', name: 'withoutTls' },
  )
}

/** All calls of a client are for one bucket, whose signer need not be made for each. */
function shareSigner({ config }: S3Client): void {
  const make = config.signer
  let signer: ReturnType<typeof make> | undefined
  config.signer = async (scheme) => {
    signer ??= make(scheme)
    try {
      return await signer
    } catch (error) {
      // The next call may have better luck.
      signer = undefined
      throw error
    }
  }
}

/**
 * The SDK copies its config for each call and twice more to write the request and read the answer. One made in one go is
 * copied ten times faster, and the other two need next to nothing of it: they were most of what a call leaves in the heap.
 */
function compactConfig(client: S3Client): void {
  const config = Object.fromEntries(Object.entries(client.config)) as unknown as S3Client['config']
  Object.assign(client, { config })
  const { protocol, endpoint, streamCollector } = config
  client.middlewareStack.use(getSchemaSerdePlugin({ protocol, endpoint, streamCollector } as typeof config))
  protocol.setSerdeContext(config)
}

function askForChecksums(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { request } = args as { request?: { headers?: Record<string, string> } }
      if (context.commandName === 'GetObjectCommand' && request?.headers !== undefined) {
        request.headers['x-amz-checksum-mode'] = 'ENABLED'
      }
      return next(args)
    },
    { step: 'build', name: 'askForChecksums' },
  )
}

function logRequests(client: S3Client, log: (line: string) => void): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { request } = args as { request?: { method?: string; path?: string } }
      try {
        const result = await next(args)
        log(`${context.commandName} ${request?.method} ${request?.path} ok`)
        return result
      } catch (error) {
        log(
          `${context.commandName} ${request?.method} ${request?.path} ${statusOf(error) ?? ''} ${messageOf(error)}`,
        )
        throw error
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'logRequests' },
  )
}

/** Whether S3 says that there is no such object (or, for HEAD, nothing but a 404). */
export function isMissing(error: unknown): boolean {
  return hasName(error, 'NoSuchKey', 'NotFound')
}

/** Whether `error` is the service's error of one of these names. */
export function hasName(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name)
}

/**
 * The answer of a call bound to its IAM action. Throws AccessDeniedError when S3 refuses it, Failure with the cure for
 * what no later call can get around (bucket, region, credentials, address), and S3's own error otherwise.
 */
export async function call<T>(bucket: Bucket, action: string, path: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw explain(bucket, action, path, error)
  }
}

function explain({ parameters }: Bucket, action: string, path: string, error: unknown): unknown {
  const name = error instanceof Error ? error.name : ''
  const status = statusOf(error)
  const say = (kind: 'denied' | 'unreachable' | 'usage', message: string, cure: string) =>
    new Failure(kind, `s3: ${message}`, { cause: error, remedy: { text: cure } })
  if (name === 'CredentialsProviderError') {
    return say(
      'denied',
      'no credentials found',
      'Set accesskey and secretkey, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
    )
  }
  if (
    [
      'InvalidAccessKeyId',
      'SignatureDoesNotMatch',
      'ExpiredToken',
      'InvalidToken',
      'RequestTimeTooSkewed',
    ].includes(name)
  ) {
    return say(
      'denied',
      `the store does not accept the credentials (${name})`,
      `Check ${parameters.credentials ? 'accesskey, secretkey' : 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE,'} and the clock of this machine.`,
    )
  }
  if (name === 'NoSuchBucket') {
    return say(
      'usage',
      `there is no bucket ${parameters.bucket}`,
      'Check storage.s3.bucket, or make the bucket (regctl init).',
    )
  }
  if (
    status === 301 ||
    name === 'PermanentRedirect' ||
    name === 'AuthorizationHeaderMalformed' ||
    name === 'IllegalLocationConstraintException'
  ) {
    const { Region, $response } = error as {
      readonly Region?: unknown
      readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
    }
    const right = Region ?? $response?.headers?.['x-amz-bucket-region']
    return say(
      'usage',
      `the bucket ${parameters.bucket} is not in ${parameters.region}${typeof right === 'string' ? ` but in ${right}` : ''}`,
      'Set storage.s3.region to the region of the bucket (aws s3api get-bucket-location).',
    )
  }
  if (status === 403) return new AccessDeniedError(driverName, action, path, { cause: error })
  if (name === 'EndpointError')
    return say('usage', messageOf(error), 'Check bucket, region and regionendpoint.')
  if (status === undefined && (codeOf(error) !== undefined || name === 'TimeoutError')) {
    const [reason, cure] = unreachable(error)
    return say(
      'unreachable',
      `no answer from ${parameters.endpoint ?? `S3 in ${parameters.region}`}: ${reason}`,
      cure,
    )
  }
  // In the registry's form. Many stores send a code and no message, which the SDK then calls UnknownError.
  if (error instanceof Error && status !== undefined && !error.message.startsWith(driverName)) {
    const said = error.message === 'UnknownError' ? '' : `: ${error.message}`
    error.message = `${driverName}: ${name}${said} (HTTP ${status})`
  }
  return error
}

/** Why a connection did not come about, and what to do. */
function unreachable(error: unknown): readonly [string, string] {
  const code = codeOf(error) ?? ''
  if (error instanceof Error && error.name === 'TimeoutError')
    return [
      'nothing came for a while',
      'Check that a store listens at regionendpoint, the network and the proxy.',
    ]
  if (code === 'EPROTO')
    return ['it does not speak TLS', 'Begin regionendpoint with http://, or name the port that speaks TLS.']
  if (/CERT|ALTNAME|VERIFY|ISSUER/.test(code))
    return [
      messageOf(error),
      'Name the file of the certificate authority in NODE_EXTRA_CA_CERTS, or set storage.s3.skipverify: true.',
    ]
  return [messageOf(error), 'Check regionendpoint, the network and the proxy.']
}
