import { InvalidPathError } from './driver.ts'

const valid = /^(\/[A-Za-z0-9._-]+)+$/

/**
 * Throws InvalidPathError unless `path` is one the registry accepts: ^(/[A-Za-z0-9._-]+)+$, and with
 * `root` also exactly "/" (as `stat`, `list` and `walk` do). Source: the registry's storagedriver.go, base.go.
 */
export function checkPath(driver: string, path: string, options: { readonly root?: boolean } = {}): void {
  if (options.root === true && path === '/') return
  if (!valid.test(path)) throw new InvalidPathError(driver, path)
}

/**
 * The S3 object key of a storage path: the root directory without its trailing slashes, joined to the
 * path, without leading slashes. "reg", "/reg", "/reg/" are equal; "" and "/" mean the bucket's root.
 * Source: the registry's s3Path, the same from 2.0.0 to main.
 */
export function objectKey(rootDirectory: string, path: string): string {
  return `${rootDirectory.replace(/\/+$/, '')}${path}`.replace(/^\/+/, '')
}
