import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import manifest from '../../package.json' with { type: 'json' }
import type { Terminal, World } from '../commands/world.ts'
import { Failure } from '../core/errors.ts'
import { redact, redactAll } from '../core/redact.ts'
import type { S3Clients } from '../drivers/s3.ts'
import { reporters } from '../reporters/all.ts'
import { openFiles, readAll } from './files.ts'

export interface WorldOptions {
  readonly signal: AbortSignal
  /** --color or --no-color; undefined when neither was given. */
  readonly colour: boolean | undefined
  /** False with --no-input. */
  readonly input: boolean
  /** Answers every certificate with these authorities besides the usual ones, PEM. */
  readonly ca?: string
}

/** What openWorld needs of a process; tests give one of their own. */
export type ProcessLike = Pick<NodeJS.Process, 'env' | 'cwd' | 'execPath' | 'argv'> & {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }
}

/** The world over a process: its streams, environment, clock, files, network and AWS. Each part is made on first use. */
export function openWorld(proc: ProcessLike, options: WorldOptions): World {
  const { env } = proc
  const stdout = terminal(proc.stdout, env, options.colour)
  const stderr = terminal(proc.stderr, env, options.colour)
  const warned = new Set<string>()
  const clients: S3Clients = new Map()
  // Every request in flight listens to it.
  setMaxListeners(0, options.signal)
  return {
    env,
    cwd: proc.cwd(),
    stdout,
    stderr: { ...stderr, write: (text) => stderr.write(redact(text)) },
    signal: options.signal,
    now: () => new Date(),
    randomBytes: (length) => randomBytes(length),
    files: openFiles(proc.cwd(), env),
    self: [proc.execPath, proc.argv[1] ?? ''],
    readStdin: (atMost) => readAll(proc.stdin, atMost),
    async confirm(question, flag) {
      const nobody = !proc.stdin.isTTY || !proc.stderr.isTTY || !options.input || isCI(env)
      if (nobody) {
        throw new Failure('usage', 'this needs a yes, and nobody is here to give it', {
          remedy: { text: `Add ${flag} to go on without a question.` },
        })
      }
      const { ask } = await import('./prompt.ts')
      return ask(question, proc.stdin, proc.stderr)
    },
    async render(outcome) {
      const reporter = await reporters.text?.()
      return reporter?.(redactAll(outcome), { colour: stderr.colour }) ?? ''
    },
    async certificate(told) {
      const { certificate } = await import('../reporters/certificate.ts')
      return certificate(redactAll(told), manifest.version)
    },
    async aws({ region, s3Endpoint }) {
      const { openClients, configuredRegion } = await import('../aws/clients.ts')
      return openClients({
        region: region || env.AWS_REGION || env.AWS_DEFAULT_REGION || (await configuredRegion()),
        s3Endpoint: s3Endpoint || endpointOf(env, 'AWS_ENDPOINT_URL_S3'),
        cloudfrontEndpoint: endpointOf(env, 'AWS_ENDPOINT_URL_CLOUDFRONT'),
        credentials: credentialsFrom(env),
      })
    },
    async openDriver(name, parameters, { release, intercept } = {}) {
      const { openDriver } = await import('./drivers.ts')
      const credentials = credentialsFrom(env)
      return openDriver(name, parameters, {
        ...(credentials && { credentials }),
        ...(release && { release }),
        ...(intercept && { intercept }),
        clients,
        variables: env,
        log: (line) => stderr.write(redact(`${line}\n`)),
        warn(sentence) {
          if (!warned.has(sentence)) stderr.write(redact(`warning: ${sentence}\n`))
          warned.add(sentence)
        },
      })
    },
    async request(request) {
      const { request: send } = await import('./http.ts')
      return send(request, options.ca, options.signal)
    },
    spawn(program, args, { env: extra, output, cwd }) {
      options.signal.throwIfAborted()
      return new Promise((resolve, reject) => {
        const child = spawn(program, args, {
          cwd: cwd ?? proc.cwd(),
          env: { ...env, ...extra },
          stdio: output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
        })
        const caught = { stdout: '', stderr: '' }
        child.stdout?.setEncoding('utf8').on('data', (text: string) => (caught.stdout += text))
        child.stderr?.setEncoding('utf8').on('data', (text: string) => (caught.stderr += text))
        const stop = () => child.kill('SIGTERM')
        options.signal.addEventListener('abort', stop, { once: true })
        child.on('error', (error: NodeJS.ErrnoException) => {
          reject(
            new Failure(
              'usage',
              `cannot run ${program}: ${error.code === 'ENOENT' ? 'no such program' : error.message}`,
              { cause: error },
            ),
          )
        })
        child.on('close', (code, signal) => {
          options.signal.removeEventListener('abort', stop)
          resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), ...caught })
        })
      })
    },
  }
}

/** --color, then FORCE_COLOR, NO_COLOR, TERM=dumb, and whether it is a terminal (no-color.org; facts: npm 5). */
function terminal(
  stream: ProcessLike['stdout'],
  env: NodeJS.ProcessEnv,
  asked: boolean | undefined,
): Terminal {
  const isTTY = stream.isTTY === true
  const forced = env.FORCE_COLOR === undefined ? undefined : env.FORCE_COLOR !== '0'
  const colour = asked ?? forced ?? (!env.NO_COLOR && env.TERM !== 'dumb' && isTTY)
  return { isTTY, colour, columns: stream.columns ?? 80, write: (text) => void stream.write(text) }
}

function isCI(env: NodeJS.ProcessEnv): boolean {
  return env.CI !== undefined && env.CI !== '' && env.CI !== 'false'
}

/** The endpoint in the service's own variable, or in AWS_ENDPOINT_URL. Throws Failure('usage') when it is no URL. */
function endpointOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const variable = env[name] ? name : 'AWS_ENDPOINT_URL'
  const url = env[variable]
  if (!url) return undefined
  if (/^https?:\/\/[^/\s]+\/?$/.test(url)) return url
  throw new Failure(
    'usage',
    `${variable} is ${JSON.stringify(url)}, which is no endpoint: http or https, a host and no path are needed`,
  )
}

/** Credentials from the environment, taken here so that a test's world has its own; otherwise the SDK's chain finds them. */
function credentialsFrom(env: NodeJS.ProcessEnv) {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}
