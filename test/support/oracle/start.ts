import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { scrubbed } from '../peers.ts'

/** Whether a registry started with a config, and what it said last if it did not. */
export interface Started {
  readonly started: boolean
  /** The panic, the fatal line, or the configuration error. */
  readonly message: string
}

/**
 * Starts the real registry on `config` and ends it. It counts as started when it answers on a socket it listens on:
 * some settings (TLS, the debug server) are only looked at after the socket is open.
 */
export async function startRegistry(
  program: string,
  config: string,
  environment: Readonly<Record<string, string>>,
  file: string,
): Promise<Started> {
  writeFileSync(file, config)
  const child = spawn(program, ['serve', file], {
    // Nothing leaves loopback: what would ask AWS or another server finds a proxy that is not there.
    env: scrubbed({ HTTP_PROXY: deadEnd, HTTPS_PROXY: deadEnd, ...environment }),
    cwd: dirname(file),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const begun = performance.now()
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  try {
    for (let waited = 0; waited < 60_000; waited += 10) {
      if (child.exitCode !== null || child.signalCode !== null) {
        await exited
        return { started: false, message: lastWords(output) }
      }
      const answered = await answers(child)
      if (answered) {
        // The debug server opens its socket beside the main one and ends the process when it cannot.
        await pause(Math.max(30, (performance.now() - begun) / 2))
        if (child.exitCode === null) return { started: true, message: '' }
      }
      await pause(10)
    }
    return { started: false, message: 'it neither answered nor ended in a minute' }
  } finally {
    child.kill('SIGKILL')
    await exited
  }
}

const deadEnd = 'http://127.0.0.1:9'

function lastWords(output: string): string {
  const lines = output.split('\n')
  const at = lines.findLastIndex((line) =>
    /^panic: |^configuration error: |level"?[=:]"?fatal|^fatal error: /.test(line),
  )
  return (at === -1 ? lines.slice(-4) : lines.slice(at, at + 3)).join(' ')
}

/** Whether any socket the process listens on gives an answer. */
async function answers(child: ChildProcess): Promise<boolean> {
  for (const address of listening(child.pid ?? 0)) {
    if (await responds(address)) return true
  }
  return false
}

type Address = { readonly port: number; readonly host: string } | { readonly path: string }

function listening(pid: number): Address[] {
  const sockets = new Set<string>()
  try {
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      if (inode !== undefined) sockets.add(inode)
    }
    if (sockets.size === 0) return []
    return [...tcp(pid, 'tcp', sockets), ...tcp(pid, 'tcp6', sockets), ...unix(pid, sockets)]
  } catch {
    // It ended meanwhile.
    return []
  }
}

function tcp(pid: number, table: string, sockets: ReadonlySet<string>): Address[] {
  const rows = readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
    if (state !== '0A' || !sockets.has(inode)) return []
    return [
      { host: table === 'tcp' ? '127.0.0.1' : '::1', port: Number.parseInt(local.split(':')[1] ?? '', 16) },
    ]
  })
}

function unix(pid: number, sockets: ReadonlySet<string>): Address[] {
  const rows = readFileSync(`/proc/${pid}/net/unix`, 'utf8').split('\n').slice(1)
  return rows.flatMap((row) => {
    const [, , , flags, , , inode = '', path] = row.trim().split(/\s+/)
    return flags === '00010000' && sockets.has(inode) && path !== undefined ? [{ path }] : []
  })
}

/** Any answer will do, such as a TLS listener's error, but a 404: the debug server, which is up long before, has no page here. */
function responds(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = 'path' in address ? connect(address.path) : connect(address.port, address.host)
    socket.setTimeout(1000)
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
    socket.once('data', (data: Buffer) => end(!/^HTTP\/\S+ 404 /.test(data.toString('latin1'))))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
    socket.once('close', () => end(false))
  })
}
