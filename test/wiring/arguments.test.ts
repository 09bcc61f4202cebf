import { expect, it } from 'vitest'
import { commands } from '../../src/commands/all.ts'
import { type Arguments, readPlain } from '../../src/wiring/arguments.ts'
import { readArguments } from '../../src/wiring/usage.ts'
import { random } from '../support/oracle/random.ts'

const specs = await Promise.all(commands.map(({ load }) => load()))

it('reads plain arguments as commander does, and leaves it the rest', async () => {
  const rng = random(1)
  let read = 0
  for (let run = 0; run < 4000; run += 1) {
    const spec = rng.pick(specs)
    const flags = [
      ...Object.values(spec.options).flatMap(({ flags }) => flags.match(/--[a-z0-9-]+/g) ?? []),
      ...['--json', '--format', '--color', '--no-color', '--no-input', '--nosuch', '-h', '--'],
    ]
    const values = [
      'a',
      'A=b',
      '1',
      '',
      '-',
      '--',
      'error',
      'json',
      '3.1',
      '2.8..3.1',
      '-x',
      'x y',
      'all',
      'memory',
    ]
    const args = Array.from({ length: rng.integer(5) }, () => {
      const flag = rng.pick(flags)
      return rng.pick([flag, `${flag}=${rng.pick(values)}`, rng.pick(values), rng.pick(values)])
    })
    const plain = await outcome(() => readPlain(args, spec))
    if (plain === undefined) continue
    const whole = await outcome(() => readArguments([spec.name, ...args], commands, spec))
    expect(plain, `${spec.name} ${JSON.stringify(args)}`).toEqual(whole)
    read += 1
  }
  expect(read).toBeGreaterThan(400)
})

async function outcome(read: () => Arguments | undefined | Promise<unknown>): Promise<unknown> {
  try {
    return await read()
  } catch (error) {
    return error
  }
}
