import { connect, createServer, type Socket } from 'node:net'

/** A TCP proxy before a server, which cuts connections and can be away for a while. */
export interface CuttingProxy {
  readonly endpoint: string
  /** Connections cut so far. */
  cuts(): number
  /** Refuses connections and ends those that are there, until `up`. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/**
 * Each connection is cut after `next()` bytes of answers, or never when that is Infinity; the server still gets and
 * does what was sent. Listens on a free port.
 */
export async function cuttingProxy(endpoint: string, next: () => number): Promise<CuttingProxy> {
  const target = new URL(endpoint)
  const sockets = new Set<Socket>()
  let cut = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let left = next()
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (bytes) => {
      if (!upstream.write(bytes)) client.pause()
    })
    upstream.on('drain', () => client.resume())
    client.on('drain', () => upstream.resume())
    client.on('close', () => upstream.end())
    upstream.on('end', () => client.end())
    upstream.on('data', (bytes) => {
      if (client.destroyed) return
      if (bytes.length < left) {
        left -= bytes.length
        if (!client.write(bytes)) upstream.pause()
        return
      }
      cut += 1
      const last = bytes.subarray(0, left)
      client.write(last, () => client.resetAndDestroy())
      upstream.resume()
    })
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  const end = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  await listen(0)
  const { port } = server.address() as { port: number }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    cuts: () => cut,
    down: end,
    up: () => listen(port),
    close: end,
  }
}
