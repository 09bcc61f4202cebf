import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import type { Bucket } from './s3-client.ts'

/** Seconds that a presigned URL is good for; the registry's own, which cannot be configured. */
const lifetime = 1200

interface Request {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Record<string, string | readonly string[] | null>
}

/** A presigned URL for GET or HEAD of a path; undefined for any other method. No request is made. */
export async function presign(bucket: Bucket, method: string, path: string): Promise<string | undefined> {
  if (method !== 'GET' && method !== 'HEAD') return undefined
  const { client, parameters } = bucket
  const request = await serialized(bucket, method, path)
  if (parameters.redirectEndpoint !== undefined) redirect(request, parameters.redirectEndpoint, bucket.Bucket)
  const scheme = { name: 'sigv4', signingName: 's3', signingRegion: parameters.region, properties: {} }
  const signer = await (client.config.signer as unknown as (scheme: unknown) => Promise<Signer>)(scheme)
  const signed = await signer.presign(request, {
    expiresIn: lifetime,
    unhoistableHeaders: new Set(),
    unsignableHeaders: new Set(['content-type']),
  })
  const query = Object.entries(signed.query ?? {}).map(
    ([name, value]) => `${percentEncode(name)}=${percentEncode(String(value ?? ''))}`,
  )
  const port = signed.port === undefined ? '' : `:${signed.port}`
  return `${signed.protocol}//${signed.hostname}${port}${signed.path}?${query.join('&')}`
}

interface Signer {
  presign(request: Request, options: object): Promise<Request>
}

/** The request as the client would send it, caught before it is signed and sent. */
async function serialized(
  { client, Bucket, key }: Bucket,
  method: 'GET' | 'HEAD',
  path: string,
): Promise<MutableRequest> {
  const input = { Bucket, Key: key(path) }
  let caught: MutableRequest | undefined
  const command = method === 'GET' ? new GetObjectCommand(input) : new HeadObjectCommand(input)
  const stack = command.middlewareStack as GetObjectCommand['middlewareStack']
  stack.add(
    () =>
      async ({ request }) => {
        const { protocol, hostname, port, path } = request as MutableRequest
        const host = port === undefined ? hostname : `${hostname}:${port}`
        caught = {
          method,
          protocol,
          hostname,
          path,
          ...(port !== undefined && { port }),
          headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
          query: {},
        }
        return { output: { $metadata: {} }, response: {} }
      },
    { step: 'build', priority: 'high', name: 'catchRequest' },
  )
  // Not by way of the client, which would keep this stack for other calls, or none for any.
  const send = (command as GetObjectCommand).resolveMiddleware(client.middlewareStack, client.config, {})
  await send(command as GetObjectCommand)
  if (caught === undefined) throw new Error('the SDK made no request')
  return caught
}

type MutableRequest = { -readonly [K in keyof Request]: Request[K] } & {
  method: string
  headers: Record<string, string>
}

/** Virtual-host style keeps the bucket in front of the new host. */
function redirect(request: MutableRequest, endpoint: string, bucket: string): void {
  const { protocol, hostname, port } = new URL(endpoint)
  const virtual = request.hostname.startsWith(`${bucket}.`)
  request.protocol = protocol
  request.hostname = virtual ? `${bucket}.${hostname}` : hostname
  if (port === '') delete request.port
  else request.port = Number(port)
  request.headers.host = port === '' ? request.hostname : `${request.hostname}:${port}`
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
