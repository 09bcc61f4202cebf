import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    const texts = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, ...texts }))
  })
}

export interface Running {
  /** What it has said so far, on both streams. */
  log(): string
  /** Ends it, by its id, and resolves when it has ended. Default SIGTERM. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Starts a program that goes on until it is stopped; `ended` resolves when it does so. */
export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Running & { readonly ended: Promise<void> } {
  const child = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  child.on('error', (error) => (log += error.message))
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  return {
    ended,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}

/**
 * Starts a server and resolves when `url` answers at all; throws with its log when it ends before, or says nothing for
 * `patience` milliseconds.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  url: string,
  patience = 30_000,
): Promise<Running> {
  const server = start(program, args, env)
  let over = false
  server.ended.then(() => (over = true))
  const deadline = Date.now() + patience
  for (;;) {
    if (over) throw new Error(`${program} ended before it answered:\n${server.log()}`)
    if (Date.now() > deadline) {
      await server.stop('SIGKILL')
      throw new Error(`${program} does not answer at ${url}:\n${server.log()}`)
    }
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return server
    await Promise.race([pause(25), server.ended])
  }
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
