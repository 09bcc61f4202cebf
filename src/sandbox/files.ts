import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { z } from 'zod'
import { Failure, messageOf } from '../core/errors.ts'

/** Writes `value` as JSON in place of what `path` held, as `writeText` does. */
export function writeJson(path: string, value: unknown): void {
  writeText(path, JSON.stringify(value))
}

/**
 * Writes `text` in place of what `path` held, by a temporary file and a rename: whoever reads sees the old
 * or the new, never a part. Synchronous, so that a condition and the change it guards are one step.
 */
export function writeText(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** The JSON in `path`, as `schema` describes it. Throws a usage Failure when it is anything else. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** The one failure for a data folder that cannot be used. */
export function unreadable(path: string, cause: unknown): Failure {
  return new Failure('usage', `The sandbox's data cannot be read: ${path}: ${messageOf(cause)}`, {
    remedy: { text: 'Remove the data folder to start afresh, or name another one.' },
    cause,
  })
}
