import type { FileInfo, WalkStep } from '../storage/driver.ts'

/**
 * Turns a driver's files in byte order into the contract's walk: each directory is visited once, right before the
 * first file in it that is visited, as an object store infers it; so `/a-b/x` comes before `/a` and `/a/x`.
 * Returns whether there was any file at all.
 */
export async function walkFiles(
  files: AsyncIterable<FileInfo>,
  from: string,
  visit: (info: FileInfo) => WalkStep | Promise<WalkStep>,
): Promise<boolean> {
  let open: readonly string[] = []
  let skipped: string | undefined
  let any = false
  for await (const file of files) {
    any = true
    if (skipped !== undefined && file.path.startsWith(`${skipped}/`)) continue
    skipped = undefined
    const directories = ancestors(from, file.path)
    for (const directory of directories.filter((path) => !open.includes(path))) {
      const step = await visit({ path: directory, size: 0, modTime: file.modTime, isDir: true })
      if (step === 'stop') return any
      if (step === 'skip') {
        skipped = directory
        break
      }
    }
    open = directories
    if (skipped === undefined && (await visit(file)) === 'stop') return any
  }
  return any
}

/** The directories strictly between `from` and the file, outermost first. */
function ancestors(from: string, file: string): string[] {
  const base = from === '/' ? '' : from
  const names = file.slice(base.length + 1).split('/')
  return names.slice(0, -1).map((_, index) => `${base}/${names.slice(0, index + 1).join('/')}`)
}
