import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, Failure } from '../../core/errors.ts'
import type { Certificate } from '../certificate.ts'
import { type Cache, createCache } from './cache.ts'
import { type EdgeOptions, edgeHandler } from './edge.ts'
import { type Listener, listen } from './listener.ts'
import type { Edges } from './route.ts'

export interface EdgesOptions extends Omit<EdgeOptions, 'distributionId' | 'cache'> {
  readonly certificate: Certificate
  /** An existing folder for the bodies of cached answers. */
  readonly cacheFolder: string
}

/** The bytes that one edge keeps at most. */
const cacheCapacity = 4 * 1024 ** 3

/**
 * The edges of all distributions of `state`, each on its kept port. Throws Failure('usage') when one is taken.
 */
export async function openEdges(options: EdgesOptions): Promise<Edges & { closeAll(): Promise<void> }> {
  const running = new Map<
    string,
    { readonly listener: Listener; readonly cache: Cache; readonly folder: string }
  >()

  async function start(id: string, port: number): Promise<number> {
    const folder = join(options.cacheFolder, id)
    mkdirSync(folder, { recursive: true })
    const cache = createCache(folder, cacheCapacity)
    const handle = edgeHandler({ ...options, distributionId: id, cache })
    const listener = await listen(port, options.certificate, handle)
    running.set(id, { listener, cache, folder })
    return listener.port
  }
  async function close(id: string): Promise<void> {
    const edge = running.get(id)
    if (edge === undefined) return
    running.delete(id)
    await edge.listener.close()
    rmSync(edge.folder, { recursive: true, force: true })
  }
  async function closeAll(): Promise<void> {
    await Promise.all([...running.keys()].map(close))
  }

  for (const { id, port } of options.state.distributions) {
    try {
      await start(id, port)
    } catch (error) {
      await closeAll()
      throw new Failure('usage', `the port ${port} of distribution ${id} cannot be used: ${codeOf(error)}`, {
        cause: error,
        remedy: { text: 'End what listens there: the port is part of the DomainName that clients know.' },
      })
    }
  }
  return {
    open: (id) => start(id, 0),
    close,
    closeAll,
    async invalidate(id, paths) {
      running.get(id)?.cache.forget((url) => paths.some((path) => covers(path, url)))
    },
  }
}

/** Whether the path of an invalidation, which may end in `*`, covers a cached `path?query`. */
function covers(path: string, url: string): boolean {
  return path.endsWith('*') ? url.startsWith(path.slice(0, -1)) : url === path
}
