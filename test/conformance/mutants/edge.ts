import { createHmac } from 'node:crypto'
import type { Edge, Fetch } from '../../../src/conformance/case.ts'
import { type MemoryStore, memoryStore, openMemoryDriver } from '../../../src/drivers/memory.ts'

/** An edge with one defect. */
export interface EdgeMutant {
  readonly name: string
  readonly source: string
  /** `inner` is the sound edge; `look` goes around it and its signatures. */
  breakEdge(inner: Fetch, look: Look): Fetch
}

/** What is stored at the path of a URL. */
export type Look = (url: string) => Buffer | undefined

const host = 'https://edge.test'
const secret = 'of the test'

const signature = (path: string, expires: string) =>
  createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex')

/** A sound edge before a store in memory: signed URLs, GET and HEAD, ranges. */
export function openEdge(store: MemoryStore = memoryStore()) {
  const look: Look = (url) => {
    const file = store.files.get(new URL(url).pathname)
    return file && Buffer.concat(file.content)
  }
  const answer = (
    method: string,
    status: number,
    body: Buffer,
    headers: Readonly<Record<string, string>> = {},
  ) => ({
    status,
    headers: { 'content-length': String(body.length), 'accept-ranges': 'bytes', ...headers },
    body: method === 'HEAD' ? Buffer.alloc(0) : body,
  })
  const fetch: Fetch = async (method, url, headers = {}) => {
    const { pathname, searchParams } = new URL(url)
    const expires = searchParams.get('Expires') ?? ''
    if (
      searchParams.get('Key-Pair-Id') !== 'K' ||
      searchParams.get('Signature') !== signature(pathname, expires) ||
      Number(expires) * 1000 <= Date.now()
    )
      return answer(method, 403, Buffer.from('<Error><Code>AccessDenied</Code></Error>'))
    if (method !== 'GET' && method !== 'HEAD')
      return answer(method, 403, Buffer.from('not one of the allowed methods'))
    const content = look(url)
    // CloudFront passes on what S3 says to those who may not list.
    if (content === undefined)
      return answer(method, 404, Buffer.from('<Error><Code>NoSuchKey</Code></Error>'))
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? headers.Range ?? '') ?? []
    if (first === undefined || (first === '' && last === '')) return answer(method, 200, content)
    const from = first === '' ? Math.max(0, content.length - Number(last)) : Number(first)
    const to = first === '' || last === '' ? content.length : Math.min(content.length, Number(last) + 1)
    if (from >= content.length)
      return answer(method, 416, Buffer.from('<Error><Code>InvalidRange</Code></Error>'), {
        'content-range': `bytes */${content.length}`,
      })
    return answer(method, 206, content.subarray(from, to), {
      'content-range': `bytes ${from}-${to - 1}/${content.length}`,
    })
  }
  return {
    fetch,
    look,
    open: async (root: string) => ({ driver: openMemoryDriver(store, { rootdirectory: root }) }),
    edge: (root: string): Edge => ({
      async sign(path, { lifetime = 60 } = {}) {
        const expires = String(Math.floor(Date.now() / 1000) + lifetime)
        const key = `${root}${path}`
        return `${host}${key}?Expires=${expires}&Signature=${signature(key, expires)}&Key-Pair-Id=K`
      },
    }),
  }
}
