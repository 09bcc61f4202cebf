import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { withCloudFront } from '../example.ts'
import { type Complaint, type Rule, refusal, value } from '../rule.ts'

const make = (type: 'pkcs1' | 'pkcs8') =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }).toString()

export const cloudfrontPrivateKey: Rule = {
  id: 'cloudfront-private-key',
  summary: 'the registry cannot read the private key',
  severity: 'error',
  why: 'The option is the path of a file, of which the registry reads the first PEM block and nothing but an unencrypted RSA key in PKCS#1 form. OpenSSL 3 writes PKCS#8 unless told otherwise. Pass the file with --key to have it looked at.',
  examples: [
    {
      bad: withCloudFront('privatekey: "-----BEGIN RSA PRIVATE KEY-----"'),
      good: withCloudFront('privatekey: /etc/cloudfront.pem'),
    },
    {
      bad: withCloudFront('privatekey: /etc/cloudfront.pem'),
      good: withCloudFront('privatekey: /etc/cloudfront.pem'),
      get privateKey() {
        return make('pkcs8')
      },
      get goodPrivateKey() {
        return make('pkcs1')
      },
    },
  ],
  *check({ effective, privateKey }) {
    for (const { name, index, options } of effective.storageMiddleware) {
      const given = options.entries.get('privatekey')?.value
      if (name !== 'cloudfront' || given?.kind !== 'scalar' || given.type !== 'string') continue
      const at = value('middleware', 'storage', index, 'options', 'privatekey')
      const file = String(given.value)
      if (/-----BEGIN|\n/.test(file)) {
        yield refusal(
          at,
          'unable to configure storage middleware (cloudfront): failed to read privatekey file: no such file or directory',
          {
            cause: 'The key’s text stands where its path belongs.',
            remedy: { text: 'Put the key in a file and write the file’s path.' },
          },
        )
      } else if (file === '' || file.endsWith('/')) {
        const said = file === '' ? 'open : no such file or directory' : `read ${file}: is a directory`
        yield refusal(
          at,
          `unable to configure storage middleware (cloudfront): failed to read privatekey file: ${said}`,
          { remedy: { text: 'Write the path of the private key’s file.' } },
        )
      } else if (privateKey !== undefined) {
        yield* judge(privateKey, file, at)
      }
    }
  },
}

function* judge(content: string, file: string, at: Complaint['at']): Iterable<Complaint> {
  const { message, key } = readPkcs1(content)
  if (message !== undefined) {
    yield refusal(at, `unable to configure storage middleware (cloudfront): ${message}`, {
      cause: 'The registry reads an unencrypted RSA key in PKCS#1 form only.',
      remedy: {
        text: 'Convert the key, if it is an RSA key.',
        commands: [`openssl rsa -traditional -in ${file} -out ${file}.pkcs1`],
      },
    })
  } else if (key?.asymmetricKeyDetails?.modulusLength !== 2048) {
    yield {
      at,
      message: `the key has ${key?.asymmetricKeyDetails?.modulusLength} bits; CloudFront takes RSA keys of 2048 bits only, so every signed URL is refused`,
      remedy: {
        text: 'Make a new key, and give CloudFront its public half.',
        commands: [`openssl genrsa -traditional -out ${file} 2048`],
      },
    }
  }
}

/** The key, or what the registry says instead. Source: Go's pem.Decode and x509.ParsePKCS1PrivateKey. */
function readPkcs1(content: string): { readonly key?: KeyObject; readonly message?: string } {
  const block =
    /-----BEGIN ([^\n-]*)-----\r?\n((?:[^\n:]+:[^\n]*\n)*)\s*([A-Za-z0-9+/=\s]*)-----END \1-----/.exec(
      content,
    )
  if (block === null) return { message: 'failed to decode private key as an rsa private key' }
  const der = Buffer.from(block[3] ?? '', 'base64')
  if (/ENCRYPTED/.test(block[2] ?? '')) return { message: 'asn1: structure error' }
  // OpenSSL takes PKCS#8 for PKCS#1, so the others come first.
  for (const [type, message] of [
    ['pkcs8', 'x509: failed to parse private key (use ParsePKCS8PrivateKey instead for this key format)'],
    ['sec1', 'x509: failed to parse private key (use ParseECPrivateKey instead for this key format)'],
    ['pkcs1', undefined],
  ] as const) {
    try {
      const key = createPrivateKey({ key: der, format: 'der', type })
      return message === undefined ? { key } : { message }
    } catch {
      // Not of this type.
    }
  }
  return { message: 'asn1: structure error' }
}
