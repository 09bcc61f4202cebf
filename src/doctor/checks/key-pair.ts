import { orNone } from '../../aws/errors.ts'
import { publicDerOf, registryRemedy } from '../../signing/private-key.ts'
import type { Check, Complaint } from '../check.ts'

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
    const accepted = found?.activeKeys.join(', ') ?? ''
    if (!found?.activeKeys.includes(keyPairId)) {
      findings.push({
        message: `the distribution does not accept signatures of ${keyPairId || 'an empty keypairid'}`,
        place,
        evidence: { expected: keyPairId, actual: accepted || 'no key at all' },
        // init alone cannot cure it: it leaves a config as it is.
        remedy: {
          text: `Set keypairid to the id of a public key that the distribution accepts${accepted === '' ? '' : ` (${accepted})`}, not of the key group.`,
          commands: ['aws cloudfront list-public-keys'],
        },
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
          remedy: {
            text: `Put the private half of ${keyPairId} in place; or upload the public half of this one, add it to the key group, and set keypairid to its id.`,
          },
        })
      }
    }
    return findings.length > 0 ? { status: 'fail', findings } : { status: 'pass', seen: keyPairId }
  },
}
