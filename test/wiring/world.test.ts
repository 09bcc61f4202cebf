import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/errors.ts'
import { openFiles } from '../../src/wiring/files.ts'
import { openWorld } from '../../src/wiring/world.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regctl-wiring-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A process whose three streams are terminals or not. */
function processOf(tty: boolean, env: Readonly<Record<string, string>> = {}) {
  const stream = () => Object.assign(new PassThrough(), { isTTY: tty, columns: 80 })
  const streams = { stdin: stream(), stdout: stream(), stderr: stream() }
  return { ...streams, env, cwd: () => folder, execPath: process.execPath, argv: [] }
}

const open = (proc: ReturnType<typeof processOf>, input = true) =>
  openWorld(proc, { signal: new AbortController().signal, colour: undefined, input })

describe('confirm', () => {
  it.each([
    ['y', true],
    ['n', false],
    ['', false],
  ])('on a terminal takes %j as %s', async (answer, wanted) => {
    const proc = processOf(true)
    const asked = open(proc).confirm('Go on?', '--yes')
    await new Promise<void>((resolve) =>
      proc.stderr.on('data', (text) => String(text).includes('Go on?') && resolve()),
    )
    proc.stdin.write(`${answer}\r`)
    expect(await asked).toBe(wanted)
  })

  it.each<[string, ReturnType<typeof processOf>, boolean]>([
    ['there is no terminal', processOf(false), true],
    ['it is CI', processOf(true, { CI: 'true' }), true],
    ['--no-input is given', processOf(true), false],
  ])('refuses where %s, naming the flag', async (_, proc, input) => {
    const refusal = await open(proc, input)
      .confirm('Go on?', '--yes')
      .catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(Failure)
    expect(refusal).toMatchObject({ kind: 'usage', remedy: { text: expect.stringContaining('--yes') } })
  })
})

describe('colour', () => {
  it.each<[Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('with %j on a terminal %s is %s', (env, tty, wanted) => {
    expect(open(processOf(tty, env)).stdout.colour).toBe(wanted)
  })
})

describe('files', () => {
  it('writes whole files with their mode, and never over another unless told to', async () => {
    const files = openFiles(folder, {})
    await files.writeText('a/b.txt', 'one', { mode: 0o600, overwrite: false })
    expect(statSync(join(folder, 'a/b.txt')).mode & 0o777).toBe(0o600)
    await expect(files.writeText('a/b.txt', 'two', { mode: 0o600, overwrite: false })).rejects.toThrow(
      /it exists already/,
    )
    expect(readFileSync(join(folder, 'a/b.txt'), 'utf8')).toBe('one')
    await files.writeText('a/b.txt', 'three', { mode: 0o600, overwrite: true })
    expect(readFileSync(join(folder, 'a/b.txt'), 'utf8')).toBe('three')
    expect(readdirSync(join(folder, 'a'))).toEqual(['b.txt'])
  })

  it('says what is wrong with a file that cannot be read', async () => {
    const files = openFiles(folder, {})
    await expect(files.readText('none')).rejects.toThrow('cannot read none: no such file or folder')
    await expect(files.readText('.')).rejects.toThrow('cannot read .: it is a folder')
    expect(await files.exists('none/under')).toBe(false)
  })

  it('keeps its state under XDG_STATE_HOME', async () => {
    expect(await openFiles(folder, { XDG_STATE_HOME: join(folder, 'state') }).stateDirectory()).toBe(
      join(folder, 'state', 'regctl'),
    )
    expect(await openFiles(folder, { HOME: folder }).stateDirectory()).toBe(
      join(folder, '.local', 'state', 'regctl'),
    )
  })
})

describe('what is written to stderr', () => {
  it('is redacted, whoever writes it', () => {
    const proc = processOf(false)
    open(proc).stderr.write('https://d.net/x?Expires=1&Signature=abcdef&Key-Pair-Id=K1')
    expect(String(proc.stderr.read())).toBe('https://d.net/x?Expires=1&Signature=[redacted]&Key-Pair-Id=K1')
  })
})
