import { type ChildProcess, spawn } from 'node:child_process'
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
  readonly url: string
  log(): string
  stop(): Promise<void>
}

/** Starts a server and resolves when `url` answers at all; throws with its log when it ends before, or says nothing for 30 s. */
export async function startServer(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  url: string,
): Promise<Running> {
  const child: ChildProcess = spawn(program, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  let ended = false
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (log += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
  const end = new Promise<void>((resolve) => child.on('close', () => resolve()))
  end.then(() => (ended = true))
  const start = Date.now()
  for (;;) {
    if (Date.now() - start > 30_000) {
      child.kill('SIGKILL')
      throw new Error(`${program} does not answer at ${url}:\n${log}`)
    }
    if (ended) throw new Error(`${program} ended before it answered:\n${log}`)
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) break
    await Promise.race([pause(25), end])
  }
  return {
    url,
    log: () => log,
    async stop() {
      child.kill('SIGTERM')
      await end
    },
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
