import { glob } from 'tinyglobby'

/** The files below `cwd` that a pattern names, in order, relative to it. */
export async function filesLike(pattern: string, cwd: string): Promise<string[]> {
  return (await glob(pattern, { cwd, expandDirectories: false })).sort()
}
