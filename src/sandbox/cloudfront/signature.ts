/**
 * Whether a request is signed as CloudFront wants it (facts: cloudfront 3.2 to 3.5). Where AWS does not say in which
 * order it looks, the order is: key id, key, signature's encoding, policy, signature, time, resource, address.
 */
import { type KeyObject, verify } from 'node:crypto'
import { BlockList, isIPv4 } from 'node:net'
import { z } from 'zod'
import { cannedPolicy, decodeUrlSafe } from '../../signing/policy.ts'
import { matchesResource } from './patterns.ts'
import { pathAndQuery, type ViewerRequest } from './viewer-request.ts'

export type SignatureAnswer =
  | { readonly signed: true; readonly keyPairId: string }
  | {
      readonly signed: false
      readonly code: keyof typeof messages
      /** Why, for the log: the code, or what CloudFront does not tell. */
      readonly reason: string
      readonly keyPairId?: string
    }

/** The messages of CloudFront's own refusals, word for word. */
export const messages = {
  MissingKey: 'Missing Key-Pair-Id query parameter or cookie value',
  InvalidKey: 'Unknown Key',
  MalformedSignature: 'Could not unencode Signature',
  MalformedPolicy: 'Malformed Policy',
  AccessDenied: 'Access denied',
} as const

const epoch = z.object({ 'AWS:EpochTime': z.int().min(0).max(2_147_483_647) })
const customPolicy = z.object({
  Statement: z
    .array(
      z.object({
        Resource: z.string().optional(),
        Condition: z.object({
          DateLessThan: epoch,
          DateGreaterThan: epoch.optional(),
          IpAddress: z.object({ 'AWS:SourceIp': z.string() }).optional(),
        }),
      }),
    )
    .length(1),
})

interface Policy {
  /** What was signed. */
  readonly bytes: Buffer
  /** Undefined for a canned policy, whose resource is the URL itself, and for a policy that covers every URL. */
  readonly resource: string | undefined
  readonly before: number
  readonly after: number | undefined
  readonly address: string | undefined
}

/** Judges `request` by the keys that its behaviour trusts, at `now` (milliseconds since the epoch). */
export function checkSignature(
  request: ViewerRequest,
  trusted: ReadonlyMap<string, KeyObject>,
  now: number,
): SignatureAnswer {
  const { signing } = request
  const keyPairId = signing.get('Key-Pair-Id') ?? ''
  if (keyPairId === '') return { signed: false, code: 'MissingKey', reason: 'MissingKey' }
  const refuse = (code: keyof typeof messages, reason: string = code): SignatureAnswer => ({
    signed: false,
    code,
    reason,
    keyPairId,
  })
  const key = trusted.get(keyPairId)
  if (key === undefined) return refuse('InvalidKey')

  const signature = decodeUrlSafe(signing.get('Signature') ?? '')
  if (signature === undefined) return refuse('MalformedSignature')
  const policy = policyOf(request)
  if (policy === undefined) return refuse('MalformedPolicy')
  const hash = hashOf(signing.get('Hash-Algorithm'))
  if (hash === undefined) return refuse('AccessDenied', 'hash')
  if (!verify(hash, policy.bytes, key, signature)) return refuse('AccessDenied', 'signature')

  const seconds = now / 1000
  if (seconds >= policy.before) return refuse('AccessDenied', 'expired')
  if (policy.after !== undefined && seconds <= policy.after) return refuse('AccessDenied', 'not yet valid')
  if (policy.resource !== undefined && !matchesResource(policy.resource, request.url))
    return refuse('AccessDenied', 'resource')
  if (policy.address !== undefined && !isInRange(request.ip, policy.address))
    return refuse('AccessDenied', 'address')
  return { signed: true, keyPairId }
}

/** The custom policy of the request or, when it has none, the canned one. Undefined when neither can be read. */
function policyOf({ signing, url }: ViewerRequest): Policy | undefined {
  const custom = signing.get('Policy')
  if (custom !== undefined) return parsePolicy(custom)
  const expires = signing.get('Expires') ?? ''
  if (!/^\d{1,10}$/.test(expires) || Number(expires) > 2_147_483_647) return undefined
  const resource = `${url.scheme}://${url.host}${pathAndQuery(url)}`
  return {
    bytes: Buffer.from(cannedPolicy(resource, Number(expires))),
    resource: undefined,
    before: Number(expires),
    after: undefined,
    address: undefined,
  }
}

function parsePolicy(encoded: string): Policy | undefined {
  const bytes = decodeUrlSafe(encoded)
  if (bytes === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
  const statement = customPolicy.safeParse(json).data?.Statement[0]
  if (statement === undefined) return undefined
  const { DateLessThan, DateGreaterThan, IpAddress } = statement.Condition
  return {
    bytes,
    resource: statement.Resource,
    before: DateLessThan['AWS:EpochTime'],
    after: DateGreaterThan?.['AWS:EpochTime'],
    address: IpAddress?.['AWS:SourceIp'],
  }
}

function hashOf(name: string | undefined): 'sha1' | 'sha256' | undefined {
  if (name === undefined || name === 'SHA1') return 'sha1'
  return name === 'SHA256' ? 'sha256' : undefined
}

/** Whether `ip` is in an IPv4 range `a.b.c.d/nn` (or is the address `a.b.c.d`). An IPv6 viewer never is. */
function isInRange(ip: string, range: string): boolean {
  const [network = '', bits = '32'] = range.split('/')
  if (!isIPv4(network) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), 'ipv4')
  return list.check(ip)
}
