import { randomBytes } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { access, copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Files } from '../commands/world.ts'
import { codeOf, Failure, messageOf } from '../core/errors.ts'

/** Files relative to `cwd`; regctl's own state under XDG_STATE_HOME, by default ~/.local/state. */
export function openFiles(cwd: string, env: NodeJS.ProcessEnv): Files {
  return {
    async readText(path, atMost) {
      try {
        return await readAll(createReadStream(resolve(cwd, path)), atMost)
      } catch (error) {
        throw new Failure('usage', `cannot read ${path}: ${reason(error)}`, {
          cause: error,
          remedy: { text: 'Name a file that exists and that you may read.' },
        })
      }
    },
    async glob(pattern) {
      return (await import('./glob.ts')).filesLike(pattern, cwd)
    },
    async exists(path) {
      try {
        await access(resolve(cwd, path))
        return true
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false
        throw new Failure('usage', `cannot look at ${path}: ${reason(error)}`, { cause: error })
      }
    },
    async writeText(path, content, { mode, overwrite }) {
      const target = resolve(cwd, path)
      const temporary = join(dirname(target), `.${randomBytes(6).toString('hex')}.tmp`)
      try {
        await mkdir(dirname(target), { recursive: true })
        const file = await open(temporary, 'wx', mode)
        try {
          await file.writeFile(content)
          await file.sync()
        } finally {
          await file.close()
        }
        // link, unlike rename, fails when the name is taken: nobody's file is lost between a look and the write.
        if (overwrite) await rename(temporary, target)
        else await linkOrCopy(temporary, target)
      } catch (error) {
        throw new Failure('usage', `cannot write ${path}: ${reason(error)}`, {
          cause: error,
          remedy: { text: 'Name another file, or make room for this one.' },
        })
      } finally {
        await rm(temporary, { force: true })
      }
    },
    async checkWritable(path) {
      for (let folder = dirname(resolve(cwd, path)); ; folder = dirname(folder)) {
        try {
          await access(folder, constants.W_OK | constants.X_OK)
          return
        } catch (error) {
          if (codeOf(error) === 'ENOENT' && folder !== dirname(folder)) continue
          throw new Failure('usage', `cannot write ${path}: ${reason(error)}`, {
            cause: error,
            remedy: { text: 'Name a file in a folder that you may write to.' },
          })
        }
      }
    },
    async stateDirectory() {
      const directory = join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'regctl')
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
      } catch (error) {
        throw new Failure('usage', `cannot make ${directory}: ${reason(error)}`, {
          cause: error,
          remedy: { text: 'Set XDG_STATE_HOME to a folder that you may write to.' },
        })
      }
      return directory
    },
  }
}

/** The text of a stream, of its first `atMost` bytes when there are more. */
export async function readAll(
  stream: NodeJS.ReadableStream,
  atMost = Number.POSITIVE_INFINITY,
): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes >= atMost) break
  }
  return Buffer.concat(chunks, Math.min(bytes, atMost)).toString('utf8')
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    // Not every file system has hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error
    await copyFile(from, to, constants.COPYFILE_EXCL)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'it exists already',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
}

function reason(error: unknown): string {
  return reasons[codeOf(error) ?? ''] ?? messageOf(error)
}
