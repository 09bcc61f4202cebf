import type { ClientRequest } from 'node:http'
import type { S3Client } from '@aws-sdk/client-s3'

/** How many requests have been answered and still go on with the body, for each body of a part that was answered. */
const sending = new WeakMap<object, number>()

/**
 * Whether all requests that carried this body, a part whose upload has succeeded, have sent it to the end. A store may
 * answer before; the connection then goes on with the rest of what was refused and is sent again, so nothing new may be
 * written into it. False for a body that no watched client has sent.
 */
export function sentWhole(body: object): boolean {
  return sending.get(body) === 0
}

/** Watches the parts that this client uploads. Once a client: it keeps the stack of its first command for all others. */
export function watchSending(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const result = await next(args)
        const { Body: body } = args.input as { readonly Body?: unknown }
        if (commandName !== 'UploadPartCommand' || typeof body !== 'object' || body === null) return result
        const { req } = (result.response as { readonly body?: { readonly req?: ClientRequest } }).body ?? {}
        const more = (by: number) => sending.set(body, (sending.get(body) ?? 0) + by)
        const over = req?.writableFinished === true
        more(over ? 0 : 1)
        if (!over) req?.once('finish', () => more(-1))
        return result
      },
    { step: 'deserialize', priority: 'low', name: 'watchSending' },
  )
}
