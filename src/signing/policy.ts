/**
 * CloudFront's policies and their wire form.
 * Source: CloudFront Developer Guide, "Create a URL signature that uses a canned policy"; facts: cloudfront 3.1 to 3.3.
 */

/** The canned policy: exactly these bytes are signed, no white space, members in this order. `expires` in seconds since the epoch. */
export function cannedPolicy(resource: string, expires: number): string {
  return `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`
}

/** Standard base64 with CloudFront's three substitutions: + becomes -, = becomes _, / becomes ~. */
export function encodeUrlSafe(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~')
}

/** The bytes of CloudFront's base64, or undefined when `text` is none. */
export function decodeUrlSafe(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9\-~]*_{0,2}$/.test(text)) return undefined
  const base64 = text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/')
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes : undefined
}

/** The query parameters that make a URL a signed one; CloudFront removes them before it asks the origin. */
export const signingParameters: readonly string[] = [
  'Expires',
  'Policy',
  'Signature',
  'Key-Pair-Id',
  'Hash-Algorithm',
]
