import { Failure, messageOf } from '../core/errors.ts'
import { PathNotFoundError } from '../storage/driver.ts'
import type { SuiteOptions } from './run.ts'

/** Where a run wrote, and under which name. */
export type Store = Pick<SuiteOptions, 'open' | 'run'>

/** Within the run's own root, so that what a driver keeps beside a write is under it too. */
export const marker = '/marker'

/** Whether something of this run is there: below its name, not at it, where nothing of ours ever is. */
export async function isThere({ open, run }: Store): Promise<boolean> {
  const [{ driver }, { inspector }] = await Promise.all([open(''), open(`/${run}`)])
  if (((await inspector?.openUploads()) ?? []).length > 0) return true
  return driver.list(`/${run}`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof PathNotFoundError) return false
      throw error
    },
  )
}

/**
 * Removes the open uploads and the content under the run's own prefix, the marker last, and nothing else.
 * Throws Failure('conflict') when something of it stays.
 */
export async function cleanUp({ open, run }: Store): Promise<void> {
  const [{ driver }, { inspector }] = await Promise.all([open(''), open(`/${run}`)])
  let reason = ''
  for (let round = 0; round < 3; round++) {
    try {
      for (const upload of (await inspector?.openUploads()) ?? []) await inspector?.abortUpload(upload)
      const children = await driver.list(`/${run}`).catch(ignoreMissing<string[]>([]))
      const last = `/${run}${marker}`
      for (const child of [...children.filter((path) => path !== last), last]) {
        await driver.delete(child).catch(ignoreMissing(undefined))
      }
      if (!(await isThere({ open, run }))) return
      // What no listing shows: names that no path can have.
      await driver.delete(`/${run}`).catch(ignoreMissing(undefined))
      if (!(await isThere({ open, run }))) return
    } catch (error) {
      reason = messageOf(error)
      if (error instanceof Failure && error.kind === 'unreachable') break
    }
  }
  throw new Failure('conflict', `not everything under /${run} could be removed${reason && `: ${reason}`}`, {
    remedy: { text: 'Try again:', commands: [`regctl conformance --cleanup ${run}`] },
  })
}

function ignoreMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof PathNotFoundError) return instead
    throw error
  }
}
