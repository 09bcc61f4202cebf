import { Failure } from '../core/errors.ts'

/**
 * What regctl wrote, noted before it is written, so that a run that was killed can be cleaned up: one file a run,
 * in the state directory. Holds no secret: a config is noted by its file name.
 */
export interface LedgerEntry {
  /** The name everything was written under. */
  readonly run: string
  readonly command: 'conformance' | 'bench' | 'doctor'
  readonly driver: string
  /** Where, for people: bucket and prefix, or a folder. */
  readonly place: string
  /** Absolute. */
  readonly config?: string
  /** Absolute; for the filesystem driver. */
  readonly root?: string
  /** The release whose reading of the config was used. */
  readonly release?: string
  readonly started: string
  /** When nothing of it was left any more. */
  readonly finished?: string
}

/** The files that a ledger needs. */
export interface LedgerFiles {
  readText(path: string): Promise<string>
  exists(path: string): Promise<boolean>
  writeText(
    path: string,
    content: string,
    options: { readonly mode: number; readonly overwrite: boolean },
  ): Promise<void>
  stateDirectory(): Promise<string>
}

/** 128 random bits under a name that says whose it is; `bytes` are 16. */
export function runName(bytes: Uint8Array): string {
  return `regctl-${Buffer.from(bytes).toString('hex')}`
}

const runForm = /^(?:regctl-)?([0-9a-f]{32})$/

/** A run as people write it, with or without the `regctl-`. Throws Failure('usage') for any other text. */
export function parseRun(text: string): string {
  const [, id] = runForm.exec(text) ?? []
  if (id !== undefined) return `regctl-${id}`
  throw new Failure('usage', `"${text}" is not the name of a run`, {
    remedy: { text: 'A run is called regctl- and 32 hexadecimal digits; its own output names it.' },
  })
}

/** Notes a run. Throws Failure('usage') when the state directory cannot be written. */
export async function note(files: LedgerFiles, entry: LedgerEntry): Promise<void> {
  const text = `${JSON.stringify(entry, undefined, 2)}\n`
  await files.writeText(await place(files, entry.run), text, { mode: 0o600, overwrite: true })
}

/** Notes that nothing of the run is left, at `time`. */
export async function finish(files: LedgerFiles, entry: LedgerEntry, time: Date): Promise<void> {
  await note(files, { ...entry, finished: time.toISOString() })
}

/** What was noted about a run; undefined on a machine that did not run it. */
export async function find(files: LedgerFiles, run: string): Promise<LedgerEntry | undefined> {
  const path = await place(files, run)
  if (!(await files.exists(path))) return undefined
  try {
    return JSON.parse(await files.readText(path)) as LedgerEntry
  } catch (error) {
    throw new Failure('usage', `${path} is not a ledger of regctl any more`, {
      cause: error,
      remedy: { text: 'Remove it, and say with --driver and --config where the run wrote.' },
    })
  }
}

async function place(files: LedgerFiles, run: string): Promise<string> {
  return `${await files.stateDirectory()}/runs/${run}.json`
}
