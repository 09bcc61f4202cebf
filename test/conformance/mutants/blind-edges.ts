import type { EdgeMutant } from './edge.ts'

/** Edges with a defect, written from the sources alone; none with a case in view. */

const mutant = (name: string, source: string, breakEdge: EdgeMutant['breakEdge']): EdgeMutant => ({
  name: `edge: ${name}`,
  source,
  breakEdge,
})

export const blindEdges: readonly EdgeMutant[] = [
  mutant(
    'HEAD is refused',
    'npm 2.5: HEAD on a blob is redirected too',
    (inner) => async (method, url, headers) =>
      method === 'HEAD' ? { status: 403, headers: {}, body: Buffer.alloc(0) } : inner(method, url, headers),
  ),
  mutant('HEAD tells a length of zero', 'npm 2.5; faults 5.3', (inner) => async (method, url, headers) => {
    const answer = await inner(method, url, headers)
    return method === 'HEAD' ? { ...answer, headers: { ...answer.headers, 'content-length': '0' } } : answer
  }),
  mutant('Range is ignored', 'npm 2.2: emulate', (inner) => (method, url) => inner(method, url)),
  mutant(
    'the tail of a range is one byte short',
    'faults 5.3: ignores the end of a range',
    (inner) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      return answer.status === 206 ? { ...answer, body: answer.body.subarray(0, -1) } : answer
    },
  ),
  mutant('the last bytes are the first', 'npm 2.2: suffix range', (inner) => (method, url, headers) => {
    const range = headers?.range ?? headers?.Range
    const last = /^bytes=-(\d+)$/.exec(range ?? '')?.[1]
    return inner(method, url, last === undefined ? headers : { range: `bytes=0-${Number(last) - 1}` })
  }),
  mutant('a range past the end gives everything', 'npm 2.2: 416', (inner) => async (method, url, headers) => {
    const answer = await inner(method, url, headers)
    return answer.status === 416 ? inner(method, url) : answer
  }),
  mutant(
    'what is over is served',
    'registry 5.1: expired URLs',
    (inner, look) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      const over = Number(new URL(url).searchParams.get('Expires')) * 1000 <= Date.now()
      return answer.status === 403 && over
        ? { status: 200, headers: {}, body: look(url) ?? Buffer.alloc(0) }
        : answer
    },
  ),
  mutant(
    'what is not signed is served',
    'peers 4: the worst case',
    (inner, look) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      return answer.status === 403 && !url.includes('Signature=')
        ? { status: 200, headers: {}, body: look(url) ?? Buffer.alloc(0) }
        : answer
    },
  ),
  mutant(
    'a signature opens every path',
    'npm 2.2: tampered refused',
    (inner, look) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      const over = Number(new URL(url).searchParams.get('Expires')) * 1000 <= Date.now()
      return answer.status === 403 && !over && url.includes('Signature=')
        ? { status: 200, headers: {}, body: look(url) ?? Buffer.alloc(0) }
        : answer
    },
  ),
  mutant(
    'content of no bytes is missing',
    'registry 4.3: empty content',
    (inner) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      return answer.status === 200 && answer.headers['content-length'] === '0'
        ? { status: 404, headers: {}, body: Buffer.alloc(0) }
        : answer
    },
  ),
  mutant(
    'the root directory comes twice',
    'npm 2.5: origin path and rootdirectory; T-51',
    (inner) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      return answer.status < 300 ? { status: 404, headers: {}, body: Buffer.from('NoSuchKey') } : answer
    },
  ),
  mutant(
    'what is missing is a page of 200',
    'custom error pages',
    (inner) => async (method, url, headers) => {
      const answer = await inner(method, url, headers)
      return answer.status === 404 ? { status: 200, headers: {}, body: Buffer.from('<html>') } : answer
    },
  ),
  mutant('more than 1 MiB is cut', 'buffers of proxies', (inner) => async (method, url, headers) => {
    const answer = await inner(method, url, headers)
    return { ...answer, body: answer.body.subarray(0, 1_048_576) }
  }),
  mutant('the answer to one URL is kept for its path', 'caches whose key has no range', (inner) => {
    const kept = new Map<string, Awaited<ReturnType<typeof inner>>>()
    return async (method, url, headers) => {
      const { pathname } = new URL(url)
      const answer = await inner(method, url, headers)
      if (answer.status >= 300) return answer
      const first = kept.get(`${method} ${pathname}`) ?? answer
      kept.set(`${method} ${pathname}`, first)
      return first
    }
  }),
]
