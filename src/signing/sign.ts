import { getSignedUrl } from '@aws-sdk/cloudfront-signer'
import { Failure } from '../core/errors.ts'
import { cannedPolicy, signingParameters } from './policy.ts'
import type { SigningKey } from './private-key.ts'

/**
 * A signed URL with a canned policy, as the registry makes it: SHA-1, and the parameters in the order
 * Expires, Signature, Key-Pair-Id. `expires` is in seconds since the epoch. The signer's output is checked
 * against the URL asked for, byte for byte, since a signer that re-encodes it gives another resource. A scheme in
 * capitals stays as it is, as in the registry. Throws Failure('usage') for a URL that cannot be signed as it stands.
 */
export function signUrl(request: {
  readonly url: string
  readonly keyPairId: string
  readonly key: SigningKey
  readonly expires: number
}): string {
  const { url, expires } = request
  if (!Number.isInteger(expires) || expires < 0 || expires > 2_147_483_647) {
    throw new Failure(
      'usage',
      `the expiry ${expires} is not a time CloudFront takes: whole seconds since 1970, up to 2147483647`,
    )
  }
  if (!/^https?:\/\/[^/\s]+\/[\x21-\x7e]*$/i.test(url) || url.includes('#')) {
    throw new Failure(
      'usage',
      `cannot sign ${url}: a URL of http or https in plain ASCII, without white space and fragment, is needed`,
      {
        remedy: { text: 'Percent-encode what is outside ASCII; the signature covers the bytes on the wire.' },
      },
    )
  }
  const query = url.split('?')[1] ?? ''
  const reserved = query.split('&').find((part) => signingParameters.includes(part.split('=')[0] ?? ''))
  if (reserved !== undefined) {
    throw new Failure(
      'usage',
      `the URL already has the parameter ${reserved.split('=')[0]}, which CloudFront reads as part of a signature`,
      {
        remedy: { text: 'Sign the URL without it.' },
      },
    )
  }
  // The signer hands the key to node:crypto as it is; a parsed KeyObject saves parsing the PEM for every URL.
  const privateKey = request.key.key as unknown as string
  // It takes a scheme in small letters only; what is signed is the policy, and that holds the URL as it is.
  const asTaken = url.replace(/^[^:]*/, (scheme) => scheme.toLowerCase())
  const signed = getSignedUrl({
    url: asTaken,
    keyPairId: request.keyPairId,
    privateKey,
    policy: cannedPolicy(url, expires),
  })
  const cut = signed.search(/[?&]Policy=/)
  if (signed.slice(0, cut) !== asTaken) {
    throw new Failure(
      'usage',
      `cannot sign ${url}: it would be signed as ${signed.slice(0, cut)}, which is another resource`,
      {
        remedy: { text: 'Use a URL whose path has only letters, digits and / . _ - ~.' },
      },
    )
  }
  const signature = new URLSearchParams(signed.slice(cut + 1)).get('Signature')
  return `${url}${signed[cut]}Expires=${expires}&Signature=${signature}&Key-Pair-Id=${request.keyPairId}`
}
