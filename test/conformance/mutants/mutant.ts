import type { Inspector } from '../../../src/conformance/case.ts'
import { type MemoryStore, openMemoryDriver } from '../../../src/drivers/memory.ts'
import type { FileWriter, StorageDriver } from '../../../src/storage/driver.ts'

/** A driver with one defect. `source` says where the defect was seen, or which promise it breaks. */
export interface DriverMutant {
  readonly name: string
  readonly source: string
  /** Cases of the full profile that are needed to see it. */
  readonly also?: readonly string[]
  breakDriver(good: GoodDriver): Partial<StorageDriver> & { readonly inspector?: Partial<Inspector> }
}

export interface GoodDriver extends StorageDriver {
  readonly inspector: Inspector
  readonly store: MemoryStore
  /** The full path in the store. */
  full(path: string): string
}

/** The mutant rooted at `root` of `store`. */
export function openMutant(mutant: DriverMutant, store: MemoryStore, root: string) {
  const memory = openMemoryDriver(store, { rootdirectory: root })
  const good: GoodDriver = { ...memory, store, full: (path) => `${root}${path === '/' ? '' : path}` }
  const { inspector, ...broken } = mutant.breakDriver(good)
  return {
    driver: { ...memory, ...broken } as StorageDriver,
    inspector: { ...memory.inspector, ...inspector },
    /** The methods that are not the good driver's. */
    changed: Object.keys(broken),
  }
}

/** A writer that does what `writer` does, but for `changes`. */
export function writerLike(
  writer: FileWriter,
  changes: Partial<FileWriter> & { sizeNow?: () => number },
): FileWriter {
  const { sizeNow, ...rest } = changes
  const like: FileWriter = {
    get size() {
      return sizeNow?.() ?? writer.size
    },
    write: (chunk) => writer.write(chunk),
    close: () => writer.close(),
    cancel: () => writer.cancel(),
    commit: () => writer.commit(),
    ...rest,
  }
  changesBy.set(like, [...Object.keys(rest), ...(sizeNow ? ['size'] : [])])
  return like
}

const changesBy = new WeakMap<FileWriter, readonly string[]>()

/** What a writer of `writerLike` does otherwise. */
export const changesOf = (writer: FileWriter) => changesBy.get(writer) ?? []
