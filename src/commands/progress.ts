import type { Progress } from '../conformance/run.ts'
import { inWords } from '../core/bytes.ts'
import type { World } from './world.ts'

/**
 * Shows how far a run of `total` cases has come, in one line that is written over and over, on a terminal only; and
 * tells it once where the run ends before it is through.
 */
export function watchProgress({ stderr }: World, total: number) {
  const failed: string[] = []
  let done = 0
  return {
    take(progress: Progress): void {
      const { bytes, last } = progress
      done = progress.done
      if (progress.failed > failed.length) failed.push(last.id)
      if (!stderr.isTTY) return
      const line = `${done}/${total} cases, ${failed.length} failed, ${inWords(bytes)}, ${last.id}`
      stderr.write(
        `\r${line.slice(0, stderr.columns - 1).padEnd(stderr.columns - 1)}${done === total ? '\n' : ''}`,
      )
    },
    tellEnd(): void {
      const endOfLine = stderr.isTTY && done > 0 && done < total ? '\n' : ''
      const told = failed.length === 0 ? 'none failed' : `failed: ${failed.join(', ')}`
      stderr.write(`${endOfLine}${done} of ${total} cases were run; ${told}.\n`)
    },
  }
}
