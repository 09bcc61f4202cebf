import { describe, expect, it } from 'vitest'
import { rules } from '../../../src/lint/all.ts'
import { lint } from '../../../src/lint/run.ts'
import { atLeast, type Release, releases } from '../../../src/registry-config/releases.ts'
import { cloudfrontTraps } from './cloudfront.ts'
import { configTraps } from './config.ts'
import { pains } from './pains.ts'
import { s3Traps } from './s3.ts'
import type { Seen, Trap } from './trap.ts'

/** Every known trap of the registry, held against lint at every release: seen where it is one, and not beside it. */

const traps: readonly Trap[] = [...s3Traps, ...cloudfrontTraps, ...configTraps]

const isSeen = (trap: Trap): trap is Seen => 'rule' in trap

/** The releases at which the trap is seen. */
function seenAt(
  trap: Seen,
  text: string,
  environment: Seen['environment'] = {},
  privateKey?: string,
): Release[] {
  const only = rules.filter(({ id }) => id === trap.rule)
  return releases.filter((release) =>
    lint(text, 'config.yml', { release, environment, privateKey, rules: only }).some(
      ({ id, refuses, message, remedy }) =>
        id === trap.rule &&
        refuses === (trap.refuses ?? false) &&
        (trap.says?.test(`${message} ${remedy?.text}`) ?? true),
    ),
  )
}

describe('the traps', () => {
  it('are all here, T-01 to T-107', () => {
    const wanted = Array.from({ length: 107 }, (_, index) => `T-${String(index + 1).padStart(2, '0')}`)
    expect([...new Set(traps.map(({ id }) => id))].sort()).toEqual(wanted.sort())
  })

  it.each(traps.filter(isSeen).map((trap) => [trap.id, trap.what, trap.rule, trap] as const))(
    '%s, %s: %s',
    (_, __, ___, trap) => expectSeen(trap),
  )
})

describe('the pains', () => {
  it('are those of tiers A and B whose answer is lint’s', () => {
    expect(pains.map(({ pain }) => pain)).toEqual([
      1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19, 23, 24, 25, 26, 37, 38, 39, 40, 41, 42, 43, 44, 45,
      46, 47, 49, 50, 51, 53, 56, 60, 61, 63, 64, 67, 68, 69, 74, 77, 79, 81, 82, 83, 84, 85, 86, 87, 88, 89,
      90, 91, 92, 93, 94, 95,
    ])
  })

  it('are traps, or have rows of their own', () => {
    const seen = new Set(traps.filter(isSeen).map(({ id }) => id))
    for (const { pain, traps: named = [], rows = [] } of pains) {
      expect(named.length + rows.length, `pain ${pain}`).toBeGreaterThan(0)
      for (const id of named) expect(seen, `pain ${pain}`).toContain(id)
    }
  })

  it.each(
    pains.flatMap(({ pain, what, rows = [] }) => rows.map((row) => [pain, what, row.rule, row] as const)),
  )('%i, %s: %s', (_, __, ___, row) => expectSeen(row))
})

function expectSeen(trap: Seen): void {
  const [from, to] = trap.at
  const wanted = releases.filter((release) => atLeast(release, from) && atLeast(to, release))
  expect(wanted).not.toEqual([])
  const seen = seenAt(trap, trap.bad, trap.environment, trap.privateKey)
  expect(trap.alsoElsewhere === true ? seen.filter((release) => wanted.includes(release)) : seen).toEqual(
    wanted,
  )
  const beside = seenAt(
    trap,
    trap.good,
    trap.goodEnvironment ?? trap.environment,
    trap.goodPrivateKey ?? trap.privateKey,
  )
  expect(beside.filter((release) => atLeast(release, trap.goodFrom ?? '2.0.0'))).toEqual([])
}
