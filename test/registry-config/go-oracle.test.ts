import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it } from 'vitest'
import { re2Error } from '../../src/lint/re2.ts'
import { formatDuration, parseDuration } from '../../src/registry-config/duration.ts'
import { parseGoUrl } from '../../src/registry-config/go-url.ts'
import { parseBool, parseIntBase0, scanInteger, sprintFloat } from '../../src/registry-config/go-values.ts'
import { oracle } from '../support/oracle/build.ts'
import { type Random, random } from '../support/oracle/random.ts'

const program = oracle('std/check')
const child = program === undefined ? undefined : spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
const waiting: ((answer: Answer) => void)[] = []
if (child !== undefined) {
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line) as Answer))
}
afterAll(() => child?.stdin.end())

interface Answer {
  readonly result?: string
  readonly error?: string
}

function ask(kind: string, text: string): Promise<Answer> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    child?.stdin.write(`${JSON.stringify([kind, text])}\n`)
  })
}

const count = Number(process.env.REGCTL_CASES ?? 3000)

async function compare(
  kind: string,
  make: (rng: Random) => string,
  mine: (text: string) => string | undefined,
): Promise<void> {
  const rng = random(Number(process.env.REGCTL_SEED ?? 1))
  const differences: string[] = []
  for (let i = 0; i < count; i += 1) {
    const text = make(rng)
    const theirs = await ask(kind, text)
    const ours = mine(text)
    if (ours !== theirs.result)
      differences.push(
        `${JSON.stringify(text)}: Go ${theirs.result ?? theirs.error}, ours ${ours ?? 'refused'}`,
      )
  }
  expect(differences.slice(0, 10)).toEqual([])
}

const letters = (pool: readonly string[], most: number) => (rng: Random) =>
  Array.from({ length: rng.integer(most + 1) }, () => rng.pick(pool)).join('')

describe.skipIf(program === undefined)('as Go reads it', () => {
  it('a regular expression compiles or not', () =>
    compare(
      'regexp',
      letters(
        [
          ...'ab()[]{}*+?|^$\\.-1,2:<>P=i!dQEpx0 ',
          '(?',
          '\\d',
          '[a',
          'a{2',
          '[[:alpha:]]',
          '(?P<n>',
          '(?i)',
          '\\pL',
        ],
        9,
      ),
      (text) => (re2Error(text) === undefined ? '' : undefined),
    ))

  it('a URL is one or not', async () => {
    const rng = random(2)
    const make = letters(
      [...'ab:/?#@[]%.- 12', 'http', 'https://', '://', '%41', '%zz', '[::1]', 'é', '%25', ':80'],
      7,
    )
    const differences: string[] = []
    for (let i = 0; i < count; i += 1) {
      const text = make(rng)
      const theirs = await ask('url', text)
      const mine = parseGoUrl(text)
      const [scheme, host] = theirs.result?.split('|') ?? []
      const same =
        'error' in mine
          ? theirs.error !== undefined
          : scheme === mine.scheme && (host === mine.host || /%/.test(mine.host))
      if (!same)
        differences.push(`${text}: Go ${theirs.result ?? theirs.error}, ours ${JSON.stringify(mine)}`)
    }
    expect(differences.slice(0, 10)).toEqual([])
  })

  it('a duration', () =>
    compare(
      'duration',
      letters([...'0123456789.-+', 'ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'd', ' '], 6),
      (text) => {
        const read = parseDuration(text)
        return 'error' in read ? undefined : `${read.nanoseconds} ${formatDuration(read.nanoseconds)}`
      },
    ))

  it('an integer at the start of a text', () =>
    compare('scan', letters([...'0123456789.-+_xabe ', '\t', '99999999'], 6), (text) =>
      scanInteger(text)?.toString(),
    ))

  it('an integer with its base', () =>
    compare('int', letters([...'0123456789-+_', '0x', '0b', '0o', 'f', '9223372036854775807'], 5), (text) =>
      parseIntBase0(text)?.toString(),
    ))

  it('a boolean', () =>
    compare(
      'bool',
      (rng) =>
        rng.pick([
          '1',
          't',
          'T',
          'true',
          'TRUE',
          'True',
          'tRUE',
          'yes',
          '',
          '0',
          'f',
          'false',
          'F',
          'no',
          'on',
        ]),
      (text) => parseBool(text)?.toString(),
    ))

  it('a float as it is printed', () =>
    compare(
      'float',
      (rng) =>
        `${rng.integer(2) ? '-' : ''}${rng.integer(100000)}.${rng.integer(1000)}e${rng.integer(40) - 20}`,
      (text) => sprintFloat(Number(text)),
    ))
})
