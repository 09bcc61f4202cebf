import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundle } from '../../scripts/build.js'
import { type Ended, run } from './process.ts'

const root = resolve(import.meta.dirname, '../..')

/** The bundled program in a folder of its own, built from the sources as they are. */
export interface Cli {
  /** Runs it as a process, without a terminal and with nothing of this process' environment but PATH. */
  run(
    args: readonly string[],
    options?: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string },
  ): Promise<Ended>
  /** Which module went into which chunk. */
  readonly metafile: Metafile
  readonly program: string
  remove(): void
}

export type Metafile = Awaited<ReturnType<typeof bundle>>

export async function buildCli(): Promise<Cli> {
  const folder = mkdtempSync(join(tmpdir(), 'regctl-cli-'))
  const metafile = await bundle(join(folder, 'dist'))
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  const program = join(folder, 'bin', 'regctl.js')
  return {
    metafile,
    program,
    run: (args, { env = {}, cwd = folder } = {}) =>
      run(process.execPath, [program, ...args], { PATH: process.env.PATH ?? '', HOME: folder, ...env }, cwd),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
