/** Random choices from a seed, the same on every machine. */
export interface Random {
  /** An integer in [0, below). */
  integer(below: number): number
  /** Whether something with this probability happens. */
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** About `share` of the list, in its order. */
  some<T>(list: readonly T[], share: number): T[]
}

/** Mulberry32 from `seed`. */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (below: number) => Math.floor(next() * below)
  return {
    integer,
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]) => list[integer(list.length)] as T,
    some: <T>(list: readonly T[], share: number) => list.filter(() => next() < share),
  }
}
