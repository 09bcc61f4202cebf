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
  const root = from === '/' ? '' : from
  /** The directory of the last visited file: it and those around it have been visited. */
  let open = root
  let skipped: string | undefined
  let any = false
  for await (const files of lists) {
    for (const file of files) {
      any = true
      if (skipped !== undefined && file.path.startsWith(`${skipped}/`)) continue
      skipped = undefined
      const end = file.path.lastIndexOf('/')
      if (end !== open.length || !file.path.startsWith(open)) {
        const parent = file.path.slice(0, end)
        let shared = open
        while (shared !== root && !isIn(parent, shared)) shared = shared.slice(0, shared.lastIndexOf('/'))
        for (const directory of directoriesTo(parent, shared)) {
          const visited = visit({ path: directory, size: 0, modTime: file.modTime, isDir: true })
          // Half a million pauses more are felt.
          const step = typeof visited === 'object' ? await visited : visited
          if (step === 'stop') return any
          if (step === 'skip') {
            skipped = directory
            break
          }
        }
        open = parent
      }
      if (skipped !== undefined) continue
      const step = visit(file)
      if ((typeof step === 'object' ? await step : step) === 'stop') return any
    }
  }
  return any
}

const isIn = (path: string, directory: string) =>
  path.startsWith(directory) && (path.length === directory.length || path[directory.length] === '/')

/** The directories below `above` down to `parent`, outermost first. */
function directoriesTo(parent: string, above: string): string[] {
  const found: string[] = []
  for (let end = above.length; end < parent.length; ) {
    const next = parent.indexOf('/', end + 1)
    end = next < 0 ? parent.length : next
    found.push(parent.slice(0, end))
  }
  return found
}
