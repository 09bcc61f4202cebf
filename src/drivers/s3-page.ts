import { finished, Readable } from 'node:stream'
import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3'
import { cutKeys } from './s3-contents.ts'
import { type Keys, keysOf } from './s3-keys.ts'

const cut = Symbol('keys')

interface WithKeys {
  [cut]?: Keys | undefined
}

/** By answer, because the context is shared by all calls of a client. */
const cutFrom = new WeakMap<object, Keys>()

/** Bytes of a page of a thousand keys. */
const usualSize = 524_288

/** For answers to be put together in; garbage of that size is too slow to go. */
const buffers: Buffer[] = []

/** Takes the keys out of what ListObjectsV2 answers, before the client's parser gets the rest. Read them with `keysIn`. */
export function cutPages(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const { response } = result as { response: { statusCode: number; body?: unknown } }
      if (context.commandName !== 'ListObjectsV2Command' || response.statusCode !== 200) return result
      let buffer: Buffer = buffers.pop() ?? Buffer.allocUnsafeSlow(usualSize)
      let size = 0
      try {
        await flow(response.body as Readable, (chunk) => {
          if (size + chunk.length > buffer.length)
            buffer = Buffer.concat([buffer], 2 * (buffer.length + chunk.length))
          buffer.set(chunk, size)
          size += chunk.length
        })
      } catch (error) {
        // It is to be told where the client reads.
        response.body = new Readable({ read: (): void => void 0 }).destroy(error as Error)
        return result
      }
      const found = cutKeys(buffer.subarray(0, size))
      response.body = found?.rest ?? buffer.subarray(0, size)
      if (found !== undefined) buffers.push(buffer)
      if (found !== undefined) cutFrom.set(response, found.keys)
      return result
    },
    // Next to the network.
    { step: 'deserialize', priority: 'low', name: 'cutPages' },
  )
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const found = cutFrom.get(result.response as object)
      if (found !== undefined) (result.output as WithKeys)[cut] = found
      return result
    },
    { step: 'deserialize', priority: 'high', name: 'keepKeys' },
  )
}

/** Gives each piece away as soon as it is there. Rejects where the stream fails, or is closed before its end. */
function flow(stream: Readable, take: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    finished(stream, { writable: false }, (error) => (error ? reject(error) : resolve()))
    stream.on('data', take)
  })
}

/** The keys of a page, however they were read. */
export function keysIn(answer: ListObjectsV2CommandOutput): Keys {
  return (
    (answer as WithKeys)[cut] ??
    keysOf(
      (answer.Contents ?? []).map(({ Key = '', Size = 0, LastModified = new Date(0) }) => ({
        key: Key,
        size: Size,
        modified: LastModified,
      })),
    )
  )
}

/** The same without sizes and times. */
export function namesIn(answer: ListObjectsV2CommandOutput): string[] {
  const keys = keysIn(answer)
  return Array.from({ length: keys.length }, (_, index) => keys.key(index))
}
