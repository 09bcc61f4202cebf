import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Command } from '../../src/commands/command.ts'
import { sandboxEnvironment } from '../../src/commands/sandbox.ts'
import type { World } from '../../src/commands/world.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { openWorld } from '../../src/wiring/world.ts'

/** A world over the real wiring, in a folder of its own, with a sandbox's environment; and what was written to its streams. */
export interface TestWorld {
  readonly world: World
  readonly folder: string
  stdout(): string
  stderr(): string
  /** Runs a command with its options' defaults under `options`. */
  run(
    command: Command,
    args: readonly string[],
    options?: Readonly<Record<string, unknown>>,
  ): Promise<Outcome>
  remove(): void
}

export function testWorld(sandbox?: Sandbox, env: Readonly<Record<string, string>> = {}): TestWorld {
  const folder = mkdtempSync(join(tmpdir(), 'regctl-test-'))
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end()
  const texts = { stdout: '', stderr: '' }
  stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
  stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
  const world = openWorld(
    {
      env: { HOME: folder, PATH: process.env.PATH, ...(sandbox && sandboxEnvironment(sandbox)), ...env },
      cwd: () => folder,
      execPath: process.execPath,
      argv: [process.execPath, join(import.meta.dirname, '../../bin/regctl.js')],
      stdin,
      stdout,
      stderr,
    },
    { signal: new AbortController().signal, colour: false, input: false, ...(sandbox && { ca: sandbox.ca }) },
  )
  return {
    world,
    folder,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    run(command, args, options = {}) {
      const fallbacks = Object.fromEntries(
        Object.entries(command.options).map(([name, { fallback }]) => [name, fallback]),
      )
      return command.run({ args, options: { ...fallbacks, ...options } }, world)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
