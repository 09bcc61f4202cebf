import { type FileInfo, InvalidOffsetError, PathNotFoundError, type StorageDriver } from './driver.ts'
import { checkPath } from './path.ts'

/**
 * A driver whose "/" is the directory `root` of `driver`: for drivers that have no root directory of their own.
 * `root` is "" or a path; paths in answers and in errors are relative to it.
 */
export function under(driver: StorageDriver, root: string): StorageDriver {
  if (root === '') return driver
  checkPath(driver.name, root)
  const inside = (path: string) => (path === '/' ? root : root + path)
  const outside = (path: string) => path.slice(root.length) || '/'
  const info = (found: FileInfo): FileInfo => ({ ...found, path: outside(found.path) })

  /** Runs `act`; `paths` are checked as they were given, since the root would hide what is wrong with them. */
  async function translated<T>(
    paths: readonly string[],
    act: () => Promise<T>,
    options: { readonly root?: boolean } = {},
  ): Promise<T> {
    for (const path of paths) checkPath(driver.name, path, options)
    try {
      return await act()
    } catch (error) {
      if (error instanceof PathNotFoundError) throw new PathNotFoundError(driver.name, outside(error.path))
      if (error instanceof InvalidOffsetError)
        throw new InvalidOffsetError(driver.name, outside(error.path), error.offset)
      throw error
    }
  }
  const withRoot = { root: true }
  return {
    name: driver.name,
    capabilities: driver.capabilities,
    getContent: (path) => translated([path], () => driver.getContent(inside(path))),
    putContent: (path, content) => translated([path], () => driver.putContent(inside(path), content)),
    reader: (path, offset) => translated([path], () => driver.reader(inside(path), offset)),
    writer: (path, options) => translated([path], () => driver.writer(inside(path), options)),
    stat: (path) =>
      translated([path], async () => info(await driver.stat(inside(path))), withRoot).catch(
        (error: unknown) => {
          // The root is always there.
          if (path === '/' && error instanceof PathNotFoundError)
            return { path, size: 0, modTime: new Date(0), isDir: true }
          throw error
        },
      ),
    list: (path) =>
      translated([path], async () => (await driver.list(inside(path))).map(outside), withRoot).catch(
        (error: unknown) => {
          if (path === '/' && error instanceof PathNotFoundError) return []
          throw error
        },
      ),
    move: (source, dest) => translated([source, dest], () => driver.move(inside(source), inside(dest))),
    delete: (path) => translated([path], () => driver.delete(inside(path))),
    redirectURL: (request, path) => translated([path], () => driver.redirectURL(request, inside(path))),
    walk: (path, visit, { startAfter } = {}) =>
      translated(
        [path],
        () =>
          driver.walk(
            inside(path),
            (found) => visit(info(found)),
            startAfter === undefined ? {} : { startAfter: inside(startAfter) },
          ),
        withRoot,
      ).catch((error: unknown) => {
        if (!(path === '/' && error instanceof PathNotFoundError)) throw error
      }),
  }
}
