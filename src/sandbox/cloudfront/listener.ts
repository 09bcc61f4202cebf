/** One port that speaks HTTP and HTTPS: the first byte of a connection tells which. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Socket } from 'node:net'
import type { Certificate } from '../certificate.ts'
import { htmlRefusal } from './refusals.ts'

export interface Listener {
  readonly port: number
  /** Ends every connection, idle or not. */
  close(): Promise<void>
}

/** CloudFront's limit for a request's line and headers, in bytes (facts: cloudfront 1.16). */
const maxHeaderSize = 20_480
/** The first byte of a TLS handshake record. */
const handshake = 0x16

/**
 * Listens on 127.0.0.1, on `port` or, for 0, on any free one. `handle` is told whether the request came over TLS.
 * Rejects with Node's error when the port is taken.
 */
export async function listen(
  port: number,
  certificate: Certificate,
  handle: (request: IncomingMessage, response: ServerResponse, secure: boolean) => void,
): Promise<Listener> {
  // A slow upload may take as long as it likes.
  const options = { maxHeaderSize, keepAliveTimeout: 60_000, requestTimeout: 0 }
  const http = createHttpServer(options, (request, response) => handle(request, response, false))
  const https = createHttpsServer(
    { ...options, cert: certificate.certificate, key: certificate.privateKey },
    (request, response) => handle(request, response, true),
  )
  for (const server of [http, https]) server.on('clientError', refuseUnreadable)

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.unshift(first)
      ;(first[0] === handshake ? https : http).emit('connection', socket)
      setImmediate(() => socket.resume())
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      return closed
    },
  }
}

/** A request that is no HTTP, or has too large a head. */
function refuseUnreadable(
  error: NodeJS.ErrnoException,
  socket: { writable: boolean; end(text: string): void },
): void {
  if (!socket.writable) return
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const { status, headers, body } = htmlRefusal(tooLarge ? 413 : 400, '')
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${status} ${tooLarge ? 'Request Entity Too Large' : 'Bad Request'}\r\n${head.join('')}Connection: close\r\n\r\n${body}`,
  )
}
