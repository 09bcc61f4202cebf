import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCli, type Cli } from '../support/cli.ts'

/** The program as a process: what it says of hostile files, and what memory that takes it. */
let cli: Cli
let folder: string
let hook: string

beforeAll(async () => {
  cli = await buildCli()
  folder = dirname(cli.program)
  hook = join(folder, 'memory.cjs')
  writeFileSync(
    hook,
    "process.on('exit', () => process.stderr.write(process.resourceUsage().maxRSS + '\\n'))\n",
  )
})
afterAll(() => cli.remove())

async function lint(args: readonly string[], stdin?: Buffer) {
  const child = spawn(process.execPath, ['--require', hook, cli.program, 'lint', ...args], { cwd: folder })
  child.stdin.on('error', () => undefined).end(stdin)
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
  await ended
  const lines = stderr.trimEnd().split('\n')
  return {
    code: child.exitCode,
    stdout,
    stderr: lines.slice(0, -1).join('\n'),
    megabytes: Number(lines.at(-1)) / 1024,
  }
}

const full = (head: string, item: string, tail = '') =>
  head + item.repeat(Math.floor((524_288 - head.length - tail.length) / item.length)) + tail
const start = 'version: 0.1\nstorage: inmemory\n'
const letters = [...'bcdefghijklmnopqrstuvwxyz']
const before = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 1)
const secret = (config: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {config.yml: ${Buffer.from(config).toString('base64')}}\n`

const hostile: readonly (readonly [string, () => string | Buffer, RegExp])[] = [
  ['50 MB of YAML', () => 'a: b\n'.repeat(10_000_000), /more than 524288 characters/],
  ['50 MB of zeros', () => Buffer.alloc(50_000_000), /more than 524288 characters/],
  [
    'random bytes',
    () => Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 7919) % 256)),
    /control characters|UTF-8/,
  ],
  [
    'UTF-16',
    () => Buffer.from(`\ufeff${full(start, 'a: b\n').slice(0, 200_000)}`, 'utf16le'),
    /UTF-16; save it as UTF-8/,
  ],
  ['deep flow collections', () => full('a: ', '['), /nested more than 100 levels/],
  ['deep block collections', () => full('a:\n', '- '), /nested more than 100 levels/],
  ['tabs', () => full(`${start}log:\n`, '\ta: b\n'), /[Tt]ab/],
  [
    'maps by the ten thousand',
    () => full(`${start}log: {fields: {a: [`, '{},', ']}}\n'),
    /log.fields|no findings|note/,
  ],
  ['explicit keys', () => full(start, '? \n'), /ignores "": there is no such key/],
  ['duplicates', () => full(start, 'a: 1\n'), /there are more findings of unknown-key/],
  ['documents', () => full(start, '---\n'), /version|note|warning/],
  [
    'comments that silence',
    () => full(start, '# regctl-ignore a: b\n'),
    /there are more findings of suppression/,
  ],
  [
    'a Secret',
    () => secret(full(start, 'a: [{}]\n').slice(0, start.length + 8 * 45_000)),
    /there are more findings/,
  ],
  [
    'aliases that double',
    () =>
      `${start}a: &a [x]\n${letters.map((one) => `${one}: &${one} [${`*${before(one)},`.repeat(9)}]`).join('\n')}\nlog: {fields: {all: *z}}\n`,
    /excessive aliasing/,
  ],
]

describe('a hostile file', () => {
  it.each(hostile)('is named, within 256 MB: %s', { timeout: 120_000 }, async (name, make, message) => {
    const content = Buffer.from(make())
    const file = `${name.replaceAll(' ', '-')}.yml`
    writeFileSync(join(folder, file), content)
    for (const { code, stdout, stderr, megabytes } of [await lint([file]), await lint(['-'], content)]) {
      expect(stdout).toMatch(message)
      expect(stderr).toBe('')
      expect([0, 1]).toContain(code)
      expect(megabytes).toBeGreaterThan(20)
      expect(megabytes).toBeLessThan(256)
    }
  })

  it('is no environment and no key either', { timeout: 60_000 }, async () => {
    writeFileSync(join(folder, 'big'), 'A=b\n'.repeat(2_000_000))
    writeFileSync(join(folder, 'config.yml'), start)
    for (const option of ['--environment-file', '--key']) {
      const { code, stderr, megabytes } = await lint(['config.yml', option, 'big'])
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('big is far too long') })
      expect(megabytes).toBeLessThan(256)
    }
  })
})
