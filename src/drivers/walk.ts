import type { FileInfo, WalkStep } from '../storage/driver.ts'

/**
 * Turns a driver's files in byte order, which come in lists, into the contract's walk: each directory is visited once,
 * right before the first file in it that is visited, as an object store infers it; so `/a-b/x` comes before `/a` and
 * `/a/x`. Returns whether there was any file at all.
 */
export async function walkFiles(
  lists: AsyncIterable<Iterable<FileInfo>> | Iterable<Iterable<FileInfo>>,
  from: string,
  visit: (info: FileInfo) => WalkStep | Promise<WalkStep>,
): Promise<boolean> {
  /** The directories that hold the last file, outermost first; they have been visited. */
  const open = [from === '/' ? '' : from]
  let skipped: string | undefined
  let any = false
  for await (const files of lists) {
    for (const file of files) {
      const { path } = file
      any = true
      if (skipped !== undefined && isIn(path, skipped)) continue
      skipped = undefined
      while (open.length > 1 && !isIn(path, open.at(-1) as string)) open.pop()
      for (let end = slashIn(path, (open.at(-1) as string).length); end >= 0; end = slashIn(path, end)) {
        const directory = path.slice(0, end)
        const visited = visit({ path: directory, size: 0, modTime: file.modTime, isDir: true })
        // Half a million pauses more are felt.
        const step = typeof visited === 'object' ? await visited : visited
        if (step === 'stop') return any
        if (step === 'skip') {
          skipped = directory
          break
        }
        open.push(directory)
      }
      if (skipped !== undefined) continue
      const step = visit(file)
      if ((typeof step === 'object' ? await step : step) === 'stop') return any
    }
  }
  return any
}

// Faster than `startsWith`, which looks at one character after the other.
const isIn = (path: string, directory: string) =>
  path[directory.length] === '/' && path.slice(0, directory.length) === directory

/** Where the next slash behind this one is; -1 for none. */
const slashIn = (path: string, slash: number) => path.indexOf('/', slash + 1)
