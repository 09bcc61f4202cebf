import { orNone } from '../../aws/errors.ts'
import { publicDerOf, registryRemedy } from '../../signing/private-key.ts'
import type { Check, Complaint } from '../check.ts'
import { behaviorCure } from '../init-cure.ts'

export const keyPair: Check = {
  id: 'key-pair',
  title: 'the private key belongs to keypairid, and the distribution trusts it',
  severity: 'error',
  why: 'The registry cannot tell that its key is another one: it signs, and every pull is refused.',
  permissions: ['cloudfront:GetPublicKey', 'cloudfront:GetDistribution'],
  needs: ['distribution'],
  async run(context) {
    const { keyPairId, keyFile } = context.settings
    const key = await context.key()
    const place = { kind: 'resource', type: 'public key', id: keyPairId } as const
    const findings: Complaint[] = []
    if (key.registryRefusal !== undefined) {
      findings.push({
        message: 'the registry cannot read the private key and refuses to start',
        evidence: { expected: 'RSA PRIVATE KEY (PKCS#1)', actual: key.label },
        cause: key.registryRefusal,
        ...(keyFile && { remedy: registryRemedy(key, keyFile) }),
      })
    }
    const found = await context.distribution()
    if (!found?.activeKeys.includes(keyPairId)) {
      findings.push({
        message: `the distribution does not accept signatures of ${keyPairId || 'an empty keypairid'}`,
        place,
        evidence: { expected: keyPairId, actual: found?.activeKeys.join(', ') || 'no key at all' },
        remedy: behaviorCure(
          'Set keypairid to the id of the public key (K…), not of the key group; or have the key added to the group.',
          context.settings,
          found,
        ),
      })
    }
    // Key pairs of the account (APKA…) can be seen in the console only.
    if (keyPairId !== '' && !keyPairId.startsWith('APKA')) {
      const answer = await orNone(
        context.clients.cloudfront.getPublicKey({ Id: keyPairId }),
        'NoSuchPublicKey',
      )
      const pem = answer?.PublicKey?.PublicKeyConfig?.EncodedKey
      if (pem === undefined) {
        findings.push({
          message: `CloudFront has no public key ${keyPairId}`,
          place,
          remedy: { text: 'List them and correct keypairid.', commands: ['aws cloudfront list-public-keys'] },
        })
      } else if (publicDerOf(pem)?.equals(key.publicDer) !== true) {
        findings.push({
          message: `the private key is not the other half of ${keyPairId}`,
          place,
          remedy: behaviorCure(
            'Put the matching key file in place; or have the public half of this one uploaded, and set keypairid to its id.',
            context.settings,
            found,
          ),
        })
      }
    }
    return findings.length > 0 ? { status: 'fail', findings } : { status: 'pass', seen: keyPairId }
  },
}
