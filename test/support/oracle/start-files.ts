import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, issueCertificate } from '../../../src/sandbox/certificate.ts'

/** The files and the server that configs for starting the registry name. */
export interface StartFiles {
  /** Where everything below is. */
  readonly folder: string
  /** For the filesystem driver. */
  readonly directory: string
  readonly certificate: string
  readonly key: string
  readonly htpasswd: string
  readonly jwks: string
  /** Key files for CloudFront by kind; the registry takes pkcs1 only. */
  readonly keys: Readonly<Record<string, string>>
  /** The content of the key files by path. */
  readonly contents: Readonly<Record<string, string>>
  /** The URL of a registry to mirror. */
  readonly remote: string
  close(): Promise<void>
}

/** Makes the files in a temporary folder and starts the server on loopback. */
export async function openStartFiles(): Promise<StartFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'regctl-start-'))
  const at = (name: string) => join(folder, name)
  const key = at('tls-key.pem')
  const certificate = at('tls.pem')
  const issued = await issueCertificate(await createAuthority())
  writeFileSync(key, issued.privateKey)
  writeFileSync(certificate, issued.certificate)
  const contents: Record<string, string> = {}
  const keys: Record<string, string> = {}
  for (const [kind, text] of Object.entries(keyTexts(issued.certificate))) {
    keys[kind] = at(`${kind}.pem`)
    contents[at(`${kind}.pem`)] = text
    writeFileSync(at(`${kind}.pem`), text)
  }
  const jwks = at('jwks.json')
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(
    jwks,
    JSON.stringify({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }],
    }),
  )
  mkdirSync(at('data'))
  const server = createServer((_, answer) => answer.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    folder,
    directory: at('data'),
    certificate,
    key,
    htpasswd: at('htpasswd'),
    jwks,
    keys,
    contents,
    remote: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function keyTexts(certificate: string): Record<string, string> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pkcs1 = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
  return {
    pkcs1,
    crlf: pkcs1.replaceAll('\n', '\r\n'),
    commented: `# a comment\n${pkcs1}`,
    pkcs8: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ed25519: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ec: ec.export({ type: 'sec1', format: 'pem' }).toString(),
    encrypted: rsa.privateKey
      .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'p' })
      .toString(),
    public: rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    certificate,
    bundle: `${certificate}${pkcs1}`,
    bare: pkcs1.replace(/-----.*-----\n/g, ''),
    empty: '',
    rsa1024: generateKeyPairSync('rsa', { modulusLength: 1024 })
      .privateKey.export({ type: 'pkcs1', format: 'pem' })
      .toString(),
  }
}
