import { InvalidOffsetError, type StorageDriver } from '../storage/driver.ts'
import { checkPath } from '../storage/path.ts'

/**
 * `driver` with every argument checked before it is used, as the registry's base.Base does: InvalidPathError,
 * InvalidOffsetError (a negative offset is found before a bad path). Other members of `driver` are kept.
 */
export function checked<D extends StorageDriver>(driver: D): D {
  const { name } = driver
  const check = (path: string) => checkPath(name, path)
  const checkWithRoot = (path: string) => checkPath(name, path, { root: true })
  return {
    ...driver,
    async getContent(path) {
      check(path)
      return driver.getContent(path)
    },
    async putContent(path, content) {
      check(path)
      return driver.putContent(path, content)
    },
    async reader(path, offset) {
      if (!Number.isSafeInteger(offset) || offset < 0) throw new InvalidOffsetError(name, path, offset)
      check(path)
      return driver.reader(path, offset)
    },
    async writer(path, options) {
      check(path)
      return driver.writer(path, options)
    },
    async stat(path) {
      checkWithRoot(path)
      return driver.stat(path)
    },
    async list(path) {
      checkWithRoot(path)
      return driver.list(path)
    },
    async move(source, dest) {
      check(source)
      check(dest)
      return driver.move(source, dest)
    },
    async delete(path) {
      check(path)
      return driver.delete(path)
    },
    async redirectURL(request, path) {
      check(path)
      return driver.redirectURL(request, path)
    },
    async walk(path, visit, options) {
      checkWithRoot(path)
      return driver.walk(path, visit, options)
    },
  } satisfies StorageDriver as D
}
