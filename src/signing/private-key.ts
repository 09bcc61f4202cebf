import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Failure, messageOf } from '../core/errors.ts'

/**
 * The private half of a CloudFront key pair. We read more than the registry does; `registryReads` says
 * whether the registry would. Source: facts registry 5.1 (key files), CloudFront Developer Guide (key types).
 */
export interface SigningKey {
  readonly key: KeyObject
  /** The label of the first PEM block: `RSA PRIVATE KEY` is PKCS#1. */
  readonly label: string
  readonly type: 'rsa' | 'ec'
  /** RSA modulus length, or 256 for P-256. */
  readonly bits: number
  /** The public half as SubjectPublicKeyInfo, DER: what to compare, since PEM texts differ in white space. */
  readonly publicDer: Buffer
  /** Undefined when the registry reads this key; otherwise why it refuses to start. */
  readonly registryRefusal: string | undefined
}

/**
 * Reads a PEM private key. Throws Failure('usage') naming `file` when it is none that CloudFront takes
 * (RSA 2048, or ECDSA P-256) or when it is encrypted. The key's text appears in no message.
 */
export function readPrivateKey(pem: string, file: string): SigningKey {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1]
  const convert = {
    text: 'The registry reads only an unencrypted RSA key in PKCS#1 form.',
    commands: [`openssl rsa -traditional -in ${file} -out ${file}.pkcs1`],
  }
  if (label === undefined) {
    throw new Failure('usage', `${file} holds no PEM block, so it is not a private key`, {
      remedy: { text: 'Name the file that starts with -----BEGIN RSA PRIVATE KEY-----.' },
    })
  }
  if (/ENCRYPTED/.test(pem.slice(0, 200))) {
    throw new Failure(
      'usage',
      `${file} is an encrypted private key; neither the registry nor regctl asks for a passphrase`,
      {
        remedy: convert,
      },
    )
  }
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (error) {
    throw new Failure('usage', `${file} (${label}) is not a private key: ${messageOf(error)}`, {
      remedy: { text: 'Name the private half of the CloudFront key pair.' },
    })
  }
  const type = key.asymmetricKeyType
  const details = key.asymmetricKeyDetails
  const bits = type === 'rsa' ? (details?.modulusLength ?? 0) : 256
  if (!((type === 'rsa' && bits === 2048) || (type === 'ec' && details?.namedCurve === 'prime256v1'))) {
    const what =
      type === 'rsa' ? `RSA with ${bits} bits` : [type, details?.namedCurve].filter(Boolean).join(' ')
    throw new Failure('usage', `${file} is ${what}; CloudFront takes RSA 2048 or ECDSA P-256`, {
      remedy: { text: 'Make a new key.', commands: [`openssl genrsa -traditional -out ${file} 2048`] },
    })
  }
  return {
    key,
    label,
    type: type === 'ec' ? 'ec' : 'rsa',
    bits,
    publicDer: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    registryRefusal: registryRefusal(label),
  }
}

/** What the registry's x509.ParsePKCS1PrivateKey says to a block with this label; the same in 2.8 and 3.x. */
function registryRefusal(label: string): string | undefined {
  switch (label) {
    case 'RSA PRIVATE KEY':
      return undefined
    case 'PRIVATE KEY':
      return 'x509: failed to parse private key (use ParsePKCS8PrivateKey instead for this key format)'
    case 'EC PRIVATE KEY':
      return 'x509: failed to parse private key (use ParseECPrivateKey instead for this key format)'
    default:
      return 'asn1: structure error'
  }
}

/** A new RSA 2048 pair: the private half as the registry reads it (PKCS#1 PEM), the public half as CloudFront takes it (SPKI PEM). */
export function generateKeyPair(): { readonly privatePem: string; readonly publicPem: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return { privatePem: pair.privateKey, publicPem: pair.publicKey }
}

/** The public half as PEM (SPKI), which is what CreatePublicKey takes. */
export function publicPemOf(key: SigningKey): string {
  return createPublicKey(key.key).export({ type: 'spki', format: 'pem' }).toString()
}

/** The DER of a public key in PEM, for comparison; undefined when `pem` is none. */
export function publicDerOf(pem: string): Buffer | undefined {
  try {
    return createPublicKey(pem).export({ type: 'spki', format: 'der' })
  } catch {
    return undefined
  }
}
