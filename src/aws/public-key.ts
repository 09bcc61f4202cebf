import { Failure } from '../core/errors.ts'
import { resource } from './resource.ts'

interface PublicKeySpec {
  readonly name: string
  readonly pem: string
  readonly callerReference: string
}

/** The bytes inside a PEM block: CloudFront gives the text back with other white space. */
const body = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '')

/** The public half of the signing key. Immutable at CloudFront, and found by its bytes, whatever its name. */
export const publicKey = resource<'publicKey', PublicKeySpec>({
  kind: 'publicKey',
  title: 'public key',
  permissions: ['cloudfront:ListPublicKeys', 'cloudfront:CreatePublicKey'],
  name: (spec) => spec.name,
  desired: (intent) => ({
    name: `${intent.name}-key-${intent.publicKeyHash.slice(0, 12)}`.slice(-128),
    pem: intent.publicKey,
    callerReference: `regctl:${intent.name}:${intent.publicKeyHash.slice(0, 32)}`,
  }),
  async find({ cloudfront }, spec) {
    let Marker: string | undefined
    let taken = false
    do {
      const { PublicKeyList: page } = await cloudfront.listPublicKeys({ ...(Marker && { Marker }) })
      const found = page?.Items?.find((item) => body(item.EncodedKey ?? '') === body(spec.pem))
      if (found?.Id !== undefined) return { id: found.Id, name: found.Name ?? '' }
      taken ||= page?.Items?.some((item) => item.Name === spec.name) ?? false
      Marker = page?.NextMarker
    } while (Marker)
    if (taken)
      throw new Failure('conflict', `CloudFront has a public key named ${spec.name} that is not this key`)
    return undefined
  },
  diff: (spec, state) => (state === undefined ? [{ field: 'name', from: '', to: spec.name }] : []),
  async apply({ cloudfront }, spec) {
    const answer = await cloudfront.createPublicKey({
      PublicKeyConfig: { CallerReference: spec.callerReference, Name: spec.name, EncodedKey: spec.pem },
    })
    return { id: answer.PublicKey?.Id ?? '', name: spec.name }
  },
})
