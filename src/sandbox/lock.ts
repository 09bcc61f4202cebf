import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { codeOf, Failure } from '../core/errors.ts'

/**
 * One process a folder. The file names a port and a token; whoever holds the lock says the token to everyone who
 * connects there. So a lock that a killed process left is known for stale, whatever has its process id by now.
 */
const lockFile = z.object({ port: z.int().min(1).max(65_535), token: z.string() })

export interface Lock {
  release(): Promise<void>
}

/** Takes the lock `file`. Throws Failure('conflict') when another sandbox holds it. */
export async function takeLock(file: string): Promise<Lock> {
  const token = randomBytes(16).toString('hex')
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.end(token)
  })
  server.unref().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const content = JSON.stringify({ port: portOf(server), token })
  if (!write(file, content)) {
    if (await isHeld(file)) {
      server.close()
      throw new Failure('conflict', `another sandbox is running on this data directory (${file})`, {
        remedy: { text: 'End it, or choose another data directory.' },
      })
    }
    rmSync(file, { force: true })
    write(file, content)
  }
  return {
    async release() {
      rmSync(file, { force: true })
      server.close()
      await once(server, 'close')
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function write(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function isHeld(file: string): Promise<boolean> {
  try {
    const { port, token } = lockFile.parse(JSON.parse(readFileSync(file, 'utf8')))
    const socket = connect(port, '127.0.0.1').setTimeout(1000)
    socket.once('timeout', () => socket.destroy())
    return (await text(socket)) === token
  } catch {
    return false
  }
}
