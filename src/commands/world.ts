import type { AwsClients } from '../aws/clients.ts'
import type { Inspector } from '../conformance/case.ts'
import type { Certificate } from '../conformance/certificate.ts'
import type { Intercept } from '../conformance/faults.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Release } from '../registry-config/releases.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { LedgerFiles } from '../storage/ledger.ts'

/**
 * All that a command is given: streams, clock, randomness, files, network and credentials. wiring.ts builds the
 * real one, each part on first use; tests build theirs. A command that needs something else asks for it here.
 */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative file names are resolved against it. */
  readonly cwd: string
  readonly stderr: Terminal
  readonly stdout: Terminal
  /** Standard input as text, of its first `atMost` bytes when there are more. */
  readStdin(atMost: number): Promise<string>
  /** Aborted by Ctrl-C: stop, clean up, throw. */
  readonly signal: AbortSignal
  readonly now: () => Date
  readonly randomBytes: (length: number) => Buffer
  readonly files: Files
  /** Asks the person; throws Failure('usage') naming `flag` where nobody is there (no terminal, CI, --no-input). */
  confirm(question: string, flag: string): Promise<boolean>
  /** How an outcome reads on a terminal; for what must be shown before a question. */
  render(outcome: Outcome): Promise<string>
  /** A certificate as a page and as a badge, with nothing secret in it. */
  certificate(told: Certificate): Promise<{ readonly html: string; readonly svg: string }>
  /** `s3Endpoint`: a config's own endpoint, which outranks the environment's; "" for none. */
  aws(options: { readonly region: string | undefined; readonly s3Endpoint?: string }): Promise<AwsClients>
  /**
   * Opens a driver by the registry's name for it with the registry's parameters, as `release` (by default the latest)
   * reads them. Throws Failure('usage') on bad ones.
   */
  openDriver(
    name: string,
    parameters: Readonly<Record<string, unknown>>,
    options?: { readonly release?: Release; readonly intercept?: Intercept },
  ): Promise<OpenDriver>
  /** One HTTP request, redirects not followed. Throws Failure('unreachable'). */
  request(request: HttpRequest): Promise<HttpAnswer>
  /** Runs a program with this world's environment and `env` over it. */
  spawn(program: string, args: readonly string[], options: SpawnOptions): Promise<SpawnResult>
  /** The program and leading arguments that start regctl itself. */
  readonly self: readonly string[]
}

export interface Terminal {
  write(text: string): void
  readonly isTTY: boolean
  readonly colour: boolean
  readonly columns: number
}

/**
 * Files by name. Reading throws Failure('usage') naming the file and why; writing is whole or not at all, with `mode`
 * as in chmod, and never over another file unless `overwrite`; `stateDirectory` is for what only regctl reads.
 */
export interface Files extends LedgerFiles {
  /** A file as text, of its first `atMost` bytes when there are more. Throws Failure('usage') when it cannot be read. */
  readText(path: string, atMost?: number): Promise<string>
  /** The files that a pattern such as `deploy/*.yml` names, in order; none is an empty list. */
  glob(pattern: string): Promise<readonly string[]>
  /** Throws Failure('usage') when `path` could not be written, before anything else is done. */
  checkWritable(path: string): Promise<void>
}

export interface OpenDriver {
  readonly driver: StorageDriver
  /** Looks behind the driver's back, rooted where the driver is. */
  readonly inspector: Inspector | undefined
}

export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Read at most this many bytes of the body; the rest is dropped. */
  readonly limit: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface SpawnOptions {
  /** Undefined removes a variable. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where its output goes: the terminal as it is, or caught. */
  readonly output: 'inherit' | 'capture'
  readonly cwd?: string
}

export interface SpawnResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}
