import type { Readable } from 'node:stream'

/**
 * The registry's storage-driver contract (facts: distribution `registry/storage/driver/storagedriver.go`).
 * Paths match ^(/[A-Za-z0-9._-]+)+$; `stat`, `list` and `walk` also take "/". Anything else is an InvalidPathError.
 * A writer's content is readable only after `commit`. Concurrent writers on one path: the last commit wins.
 * Undefined: the order of `list`; size and modification time of a directory; whether a directory outlives its last
 * file; a path that is both file and directory; reading while a writer is open.
 */
export interface StorageDriver {
  readonly name: string
  readonly capabilities: Capabilities
  /** The whole content. Throws PathNotFoundError. For small objects: it is held in memory. */
  getContent(path: string): Promise<Buffer>
  /** Replaces the whole content. */
  putContent(path: string, content: Uint8Array): Promise<void>
  /** A stream from `offset` (bytes) to the end; empty when offset is at the end or past it. Throws PathNotFoundError, InvalidOffsetError. */
  reader(path: string, offset: number): Promise<Readable>
  /** A writer on new content, or with `append` on an upload that was closed but not committed (or on empty content). */
  writer(path: string, options: { readonly append: boolean }): Promise<FileWriter>
  /** Throws PathNotFoundError. */
  stat(path: string): Promise<FileInfo>
  /** The direct children as absolute paths. Throws PathNotFoundError. */
  list(path: string): Promise<string[]>
  /** Renames a file, overwriting `dest`. Throws PathNotFoundError for `source`. */
  move(source: string, dest: string): Promise<void>
  /** Removes the path and everything under it, and nothing else. Throws PathNotFoundError. */
  delete(path: string): Promise<void>
  /** A URL that serves the content directly, or undefined: "serve it yourself". */
  redirectURL(request: { readonly method: string }, path: string): Promise<string | undefined>
  /**
   * Visits everything under `path` in the byte order of full paths, where a directory counts with a slash at its end;
   * a directory right before the first visited file in it, and no file at or before `startAfter`. See WalkStep.
   * Throws PathNotFoundError.
   */
  walk(
    path: string,
    visit: (info: FileInfo) => WalkStep | Promise<WalkStep>,
    options?: { readonly startAfter?: string },
  ): Promise<void>
}

/** The methods of every driver. */
export const driverMethods = [
  'getContent',
  'putContent',
  'reader',
  'writer',
  'stat',
  'list',
  'move',
  'delete',
  'redirectURL',
  'walk',
] as const satisfies readonly (keyof StorageDriver)[]

export interface Capabilities {
  /** `redirectURL` gives URLs for GET and HEAD. */
  readonly redirect: boolean
  /** Uploads survive `close` and can be resumed by another process. */
  readonly resumable: boolean
  /** Smallest and default part size in bytes, where uploads are made of parts. */
  readonly parts?: { readonly minimum: number; readonly chunk: number }
  /** The largest content in bytes that makes sense here, where there is such a bound. */
  readonly largest?: number
}

export interface FileInfo {
  readonly path: string
  readonly size: number
  readonly modTime: Date
  readonly isDir: boolean
}

/** `undefined`: go on; `skip`: do not descend into this directory; `stop`: end the walk without an error. */
export type WalkStep = 'skip' | 'stop' | undefined

export interface FileWriter {
  /** Bytes accepted so far, those of a resumed upload included. */
  readonly size: number
  write(chunk: Uint8Array): Promise<void>
  /** Flushes; the upload stays open for `append` unless committed. */
  close(): Promise<void>
  /** Drops the upload; nothing of it stays. */
  cancel(): Promise<void>
  /** Makes the content readable. */
  commit(): Promise<void>
}

/** A driver that keeps content under S3 object keys, which is what the CloudFront middleware signs for. */
export interface S3BucketKeyer {
  s3BucketKey(path: string): string
}

/** Whether the driver has object keys (the registry's `S3BucketKeyer` assertion, at run time). */
export function hasObjectKeys(driver: StorageDriver): driver is StorageDriver & S3BucketKeyer {
  return 's3BucketKey' in driver && typeof driver.s3BucketKey === 'function'
}

/** The texts are the registry's own, after the driver's name. */
export class PathNotFoundError extends Error {
  readonly path: string

  constructor(driver: string, path: string) {
    super(`${driver}: Path not found: ${path}`)
    this.name = 'PathNotFoundError'
    this.path = path
  }
}

export class InvalidPathError extends Error {
  readonly path: string

  constructor(driver: string, path: string) {
    super(`${driver}: invalid path: ${path}`)
    this.name = 'InvalidPathError'
    this.path = path
  }
}

export class InvalidOffsetError extends Error {
  readonly path: string
  readonly offset: number

  constructor(driver: string, path: string, offset: number) {
    super(`${driver}: invalid offset: ${offset} for path: ${path}`)
    this.name = 'InvalidOffsetError'
    this.path = path
    this.offset = offset
  }
}

/** The store refused: the action that was not allowed, for the wording of "blocked". */
export class AccessDeniedError extends Error {
  readonly action: string
  readonly path: string

  constructor(driver: string, action: string, path: string, options?: { cause: unknown }) {
    super(`${driver}: access denied: ${action} on ${path}`, options)
    this.name = 'AccessDeniedError'
    this.action = action
    this.path = path
  }
}
