import { describe, expect, it } from 'vitest'
import { lint } from '../../../src/lint/run.ts'
import { atLeast, type Release, releases } from '../../../src/registry-config/releases.ts'
import { cloudfrontTraps } from './cloudfront.ts'
import { configTraps } from './config.ts'
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
  return releases.filter((release) =>
    lint(text, 'config.yml', { release, environment, privateKey }).some(
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
    (_, __, ___, trap) => {
      const [from, to] = trap.at
      const wanted = releases.filter((release) => atLeast(release, from) && atLeast(to, release))
      expect(wanted).not.toEqual([])
      const seen = seenAt(trap, trap.bad, trap.environment, trap.privateKey)
      expect(seen.filter((release) => wanted.includes(release))).toEqual(wanted)
      if (trap.at.length === 2 && trap.alsoElsewhere !== true) expect(seen).toEqual(wanted)
      const beside = seenAt(
        trap,
        trap.good,
        trap.goodEnvironment ?? trap.environment,
        trap.goodPrivateKey ?? trap.privateKey,
      )
      expect(beside.filter((release) => atLeast(release, trap.goodFrom ?? '2.0.0'))).toEqual([])
    },
  )
})
