import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Failure, messageOf } from '../core/errors.ts'
import type { Remedy } from '../core/finding.ts'
import { shellLine } from '../core/shell.ts'

/**
 * The private half of a CloudFront key pair. We read more than the registry does; `registryRefusal` says
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
 * Reads a PEM private key. Throws Failure('usage') naming `file` when it is none that CloudFront takes, or when it is
 * encrypted: RSA 2048 or ECDSA P-256, and RSA 1024, 2048 or 4096 where `keyPairId` is one of the account's own pairs
 * (APKA…; facts: cloudfront 2.4). The key's text appears in no message.
 */
export function readPrivateKey(pem: string, file: string, keyPairId = ''): SigningKey {
  const found = /-----BEGIN ([^\n-]+)-----/.exec(pem)?.[1]
  if (found === undefined) {
    throw new Failure('usage', `${file} holds no PEM block, so it is not a private key`, {
      remedy: { text: 'Name the file that starts with -----BEGIN RSA PRIVATE KEY-----.' },
    })
  }
  if (/-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(pem)) {
    throw new Failure(
      'usage',
      `${file} is an encrypted private key; neither the registry nor regctl asks for a passphrase`,
      { remedy: conversion(file) },
    )
  }
  const block = firstBlock(pem)
  const read = readPkcs1(block?.der)
  const label = block?.label ?? found
  let key: KeyObject
  try {
    key = read.key ?? createPrivateKey(pem)
  } catch (error) {
    throw new Failure('usage', `${file} (${label}) is not a private key: ${messageOf(error)}`, {
      remedy: { text: 'Name the private half of the CloudFront key pair.' },
    })
  }
  const type = key.asymmetricKeyType
  const details = key.asymmetricKeyDetails
  const bits = type === 'rsa' ? (details?.modulusLength ?? 0) : 256
  const ofAccount = keyPairId.startsWith('APKA')
  const taken =
    type === 'rsa'
      ? (ofAccount ? [1024, 2048, 4096] : [2048]).includes(bits)
      : !ofAccount && type === 'ec' && details?.namedCurve === 'prime256v1'
  if (!taken) {
    const what =
      type === 'rsa' ? `RSA with ${bits} bits` : [type, details?.namedCurve].filter(Boolean).join(' ')
    const wanted = ofAccount
      ? 'a key pair of the account is RSA 1024, 2048 or 4096'
      : 'CloudFront takes RSA 2048 or ECDSA P-256'
    throw new Failure('usage', `${file} is ${what}; ${wanted}`, { remedy: newKey('Make a new key.', file) })
  }
  return {
    key,
    label,
    type: type === 'ec' ? 'ec' : 'rsa',
    bits,
    publicDer: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    registryRefusal: read.refusal,
  }
}

/** How to get a key that the registry reads from one in `file` that it refuses. The command overwrites no key. */
export function registryRemedy({ type }: Pick<SigningKey, 'type'>, file: string): Remedy {
  if (type === 'rsa') return conversion(file)
  const text =
    'An ECDSA key cannot be converted: make an RSA key, give CloudFront its public half, and set keypairid to the id it gets.'
  return newKey(text, file)
}

function conversion(file: string): Remedy {
  return {
    text: 'The registry reads only an unencrypted RSA key in PKCS#1 form: convert it.',
    commands: [shellLine('openssl', 'rsa', '-traditional', '-in', file, '-out', `${file}.new`)],
  }
}

function newKey(text: string, file: string): Remedy {
  return { text, commands: [shellLine('openssl', 'genrsa', '-traditional', '-out', `${file}.new`, '2048')] }
}

/**
 * The first PEM block that the registry sees: it begins at the start of a line, so a byte order mark before it hides
 * it, and what is no base64 is passed over. Source: Go's pem.Decode.
 */
function firstBlock(pem: string): { readonly label: string; readonly der: Buffer } | undefined {
  const [, label, body] =
    /(?<![^\n])-----BEGIN ([^\n]*)-----[ \t\r]*\n(?:[^\n:]*:[^\n]*\n)*([A-Za-z0-9+/=\s]*?)(?<![^\n])-----END \1-----[ \t\r]*(?:\n|$)/.exec(
      pem,
    ) ?? []
  return label === undefined || body === undefined ? undefined : { label, der: Buffer.from(body, 'base64') }
}

/** The key in the first block, or why the registry refuses it; the same in 2.8 and 3.x. Source: Go's x509.ParsePKCS1PrivateKey. */
function readPkcs1(der: Buffer | undefined): {
  readonly key?: KeyObject
  readonly refusal: string | undefined
} {
  if (der === undefined) return { refusal: 'failed to decode private key as an rsa private key' }
  const parse = (type: 'pkcs8' | 'sec1' | 'pkcs1'): KeyObject | undefined => {
    try {
      return createPrivateKey({ key: der, format: 'der', type })
    } catch {
      return undefined
    }
  }
  // OpenSSL takes PKCS#8 for PKCS#1, so the others come first.
  for (const [type, name] of [
    ['pkcs8', 'ParsePKCS8PrivateKey'],
    ['sec1', 'ParseECPrivateKey'],
  ] as const) {
    if (parse(type) !== undefined)
      return { refusal: `x509: failed to parse private key (use ${name} instead for this key format)` }
  }
  const key = parse('pkcs1')
  return key === undefined ? { refusal: 'asn1: structure error' } : { key, refusal: undefined }
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
