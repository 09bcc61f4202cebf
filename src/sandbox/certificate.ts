/** The certificates of the edges: an authority of the sandbox's own, and a leaf for loopback that it signs. */
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

cryptoProvider.set(webcrypto)

/** A certificate and its private key, both PEM (the key PKCS#8). */
export interface Certificate {
  readonly certificate: string
  readonly privateKey: string
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000

const serialNumber = () => `01${randomBytes(15).toString('hex')}`

async function pem(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<Certificate> {
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', key)
  return {
    certificate: certificate.toString('pem'),
    privateKey: PemConverter.encode(privateKey, 'PRIVATE KEY'),
  }
}

/** Makes a certificate authority that is valid for ten years. */
export async function createAuthority(): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Its own name each time: a trust store that holds two of one name takes the wrong one.
    name: `CN=regctl sandbox authority ${randomBytes(4).toString('hex')}`,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 3650 * day),
    signingAlgorithm: ecdsa,
    keys: keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return pem(certificate, keys.privateKey)
}

/** A certificate for 127.0.0.1 and localhost, signed by `authority`, valid for a year. Throws when the authority's PEM is none. */
export async function issueCertificate(authority: Certificate): Promise<Certificate> {
  const issuer = new X509Certificate(authority.certificate)
  const [pkcs8] = PemConverter.decode(authority.privateKey)
  if (pkcs8 === undefined) throw new Error('The authority has no private key.')
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsa, false, ['sign'])
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    signingAlgorithm: ecdsa,
    publicKey: keys.publicKey,
    signingKey: signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  })
  return pem(certificate, keys.privateKey)
}
