import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import type { Kill } from './run.ts'

/** Neither a case that ran out of time nor an error of ours catches anything. */
export function expectCaught({ task, expect }: TestContext, kill: Kill, denied = false): void {
  task.meta.kill = kill
  task.meta.denied = denied
  expect(kill.crashed).toEqual([])
  expect(denied ? kill.blocked : kill.cases, 'no case failed').not.toEqual([])
}

/** The suite passes: no false alarm. */
export function expectSound({ task, expect }: TestContext, kill: Kill): void {
  task.meta.kill = kill
  task.meta.sound = true
  expect([...kill.cases, ...kill.blocked, ...kill.late, ...kill.crashed]).toEqual([])
}

/** Runs `act` with a folder of its own. */
export async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'regctl-mutant-'))
  try {
    await act(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
