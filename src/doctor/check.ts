import type { AwsClients, DistributionConfig } from '../aws/clients.ts'
import type { Methods } from '../aws/intent.ts'
import type { Finding, Severity } from '../core/finding.ts'
import type { Release } from '../registry-config/releases.ts'
import type { SigningKey } from '../signing/private-key.ts'
import type { EdgePath } from '../storage/edge-path.ts'

/**
 * One thing that must hold for pulls to work. A check looks and answers; it never changes anything of the user's.
 * A thrown Failure is `blocked` (it names the permission or the obstacle), any other throw `crash`: our defect.
 */
export interface Check {
  /** Its file's name. */
  readonly id: string
  /** The healthy state, as a sentence. */
  readonly title: string
  readonly severity: Severity
  readonly why: string
  /** The IAM actions it takes to look. */
  readonly permissions: readonly string[]
  /** Checks without whose success this one says nothing. */
  readonly needs?: readonly string[]
  run(context: Context): Promise<Answer>
}

export type Answer =
  | { readonly status: 'pass'; readonly seen?: string }
  | { readonly status: 'skip'; readonly reason: string }
  | { readonly status: 'fail'; readonly findings: readonly Complaint[] }

/** A finding without the check's id, and with a severity only where it is not the check's. */
export type Complaint = Omit<Finding, 'id' | 'severity'> & Partial<Pick<Finding, 'severity'>>

/** What checks look at. Everything that takes a request is asked for once, however many checks ask. */
export interface Context {
  readonly settings: Settings
  readonly clients: AwsClients
  readonly now: () => Date
  /** The private key that the config names. Throws Failure. */
  key(): Promise<SigningKey>
  /** The distribution that serves the config's base URL; undefined when the account has none. Throws Failure. */
  distribution(): Promise<Distribution | undefined>
  /** An object to fetch: a probe of ours that is removed at the end, or one of the registry's where none may be written. Throws Failure. */
  blob(): Promise<Blob>
  /** A GET through the edge; the body is cut at 64 KiB. Throws Failure. */
  fetch(url: string, headers?: Readonly<Record<string, string>>): Promise<EdgeAnswer>
}

/** What the registry will use, from its config. */
export interface Settings extends EdgePath {
  readonly bucket: string
  readonly region: string
  /** As the registry prints it before a key: with one slash at the end. */
  readonly baseUrl: string
  readonly keyPairId: string
  /** The config's file, for commands. */
  readonly config: string
  /** The private key's file on this machine; undefined when it is not here. */
  readonly keyFile: string | undefined
  /** The private key's file where the registry runs, when that is another. */
  readonly keyPath: string | undefined
  /** Whether the registry asks S3 to encrypt, and with which KMS key; "" for S3's own. */
  readonly encrypt: boolean
  readonly keyId: string
  readonly release: Release
  /** Lifetime of a signed URL, in seconds. */
  readonly duration: number
  readonly methods: Methods
}

export interface Distribution {
  readonly id: string
  readonly status: string
  readonly config: DistributionConfig
  /** The ids of the public keys whose signatures it accepts now. */
  readonly activeKeys: readonly string[]
}

export interface Blob {
  /** The storage path, without the root directory. */
  readonly path: string
  readonly size: number
  /** How S3 encrypts it (`AES256`, `aws:kms`), where that is known. */
  readonly encryption?: string
}

export interface EdgeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
