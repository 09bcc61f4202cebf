import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ahead,
  type From,
  type KeyPage,
  type Listing,
  listed as listedIn,
  type Stretch,
} from '../../src/drivers/s3-ahead.ts'
import { digitCuts } from '../../src/drivers/s3-cuts.ts'
import { keysOf } from '../../src/drivers/s3-keys.ts'

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const listed = (key: string) => ({ key, size: key.length, modified: new Date(0) })

/** A bucket as ListObjectsV2 shows it, whose answers come in an order of their own. */
function store(keys: readonly string[], pageSize: number, order: () => number) {
  const sorted = [...new Set(keys)].sort(byBytes)
  const waiting: (() => void)[] = []
  const asked: From[] = []
  const answer = (at: number): KeyPage => ({
    keys: keysOf(sorted.slice(at, at + pageSize).map(listed)),
    token: at + pageSize < sorted.length ? String(at + pageSize) : undefined,
  })
  const later = <T>(give: () => T): Promise<T> => {
    setImmediate(() => waiting.splice(Math.floor(order() * waiting.length), 1)[0]?.())
    return new Promise((resolve) => waiting.push(() => resolve(give())))
  }
  const place = (from: From) => {
    if ('token' in from) return Number(from.token)
    const found = sorted.findIndex((key) => byBytes(key, from.after) > 0)
    return found < 0 ? sorted.length : found
  }
  return {
    sorted,
    asked,
    first: answer(0),
    answer,
    place,
    ask(from: From): Promise<KeyPage> {
      asked.push(from)
      return later(() => answer(place(from)))
    },
    /** The bucket for `ahead`, with pages asked for in another way. */
    listing: (page: Listing['page']): Listing => ({
      prefix: '',
      page,
      directories: (directory, after) =>
        later(() => {
          const found = sorted
            .filter((key) => key.startsWith(directory) && byBytes(key, after) > 0)
            .flatMap((key) => key.slice(directory.length).match(/^.*?\//)?.[0] ?? [])
            .map((name) => directory + name)
          const prefixes = [...new Set(found)]
          return { prefixes: prefixes.slice(0, pageSize), all: prefixes.length <= pageSize }
        }),
    }),
  }
}

async function all(pages: AsyncIterable<Stretch>): Promise<string[]> {
  const found: string[] = []
  for await (const page of pages) for (const { key } of listedIn(page)) found.push(key)
  return found
}

const text = (characters: string, maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength }).map((list) => list.join(''))

/** Keys as a registry has them, flat ones, numbers, and any Unicode. */
const keySets = fc.oneof(
  fc.array(
    text('0123456789abcdef', 4).map((hex) => `v2/blobs/${hex[0]}/${hex}/data`),
    { maxLength: 300 },
  ),
  fc
    .integer({ min: 0, max: 400 })
    .map((count) => Array.from({ length: count }, (_, index) => `dir/${index}`)),
  fc.array(text('ab/-._~', 6), { maxLength: 300 }),
  fc.array(
    fc.tuple(text('abc', 2), text('01', 3), fc.integer({ max: 40, min: 0 })).map((parts) => parts.join('/')),
    { maxLength: 300 },
  ),
  fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), { maxLength: 200 }),
)
const orders = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
const next = (stream: Iterator<number>) => () => stream.next().value as number

describe('a listing ahead', () => {
  it('gives every key once, in the order of bytes, whatever they are and in whichever order answers come', async () => {
    await fc.assert(
      fc.asyncProperty(keySets, fc.integer({ min: 1, max: 7 }), orders, async (keys, pageSize, order) => {
        const { sorted, first, ask, listing } = store(keys, pageSize, next(order))
        expect(await all(ahead(first, listing(ask)))).toEqual(sorted)
      }),
      { numRuns: 300 },
    )
  })

  it('asks for nothing more when the first page is all', async () => {
    const { first, asked, ask, sorted, listing } = store(['a', 'b', 'c'], 3, () => 0)
    expect(await all(ahead(first, listing(ask)))).toEqual(sorted)
    expect(asked).toEqual([])
  })

  it('asks for pages side by side, and for few that it does not need', async () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `data/${(index * 7919) % 65_536}`)
    const bucket = store(keys, 20, () => 0)
    let now = 0
    let most = 0
    const ask = async (from: From) => {
      most = Math.max(most, ++now)
      return bucket.ask(from).finally(() => {
        now -= 1
      })
    }
    expect(await all(ahead(bucket.first, bucket.listing(ask)))).toEqual(bucket.sorted)
    expect(most).toBe(12)
    expect(bucket.asked.length).toBeLessThan((5000 / 20) * 1.1)
  })

  it('lists directories side by side that are too many for one after the other and of no even size', async () => {
    const keys = Array.from({ length: 40_000 }, (_, index) => {
      const team = Math.floor(20 * ((index * 0.618_034) % 1) ** 2)
      const digest = (index * 2_654_435_761) % 4_294_967_296
      return `repositories/team-${team}/app-${index % 7}/_layers/sha256/${digest.toString(16).padStart(8, '0')}/link`
    })
    const bucket = store(keys, 200, () => 0)
    let now = 0
    const seen: number[] = []
    const ask = async (from: From) => {
      seen.push(++now)
      return bucket.ask(from).finally(() => {
        now -= 1
      })
    }
    expect(await all(ahead(bucket.first, bucket.listing(ask)))).toEqual(bucket.sorted)
    expect(seen.reduce((sum, count) => sum + count, 0) / seen.length).toBeGreaterThan(7)
    expect(bucket.asked.length).toBeLessThan((40_000 / 200) * 1.75)
  })

  it('knows what comes behind digests long before it has listed them', async () => {
    const pairs = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))
    const blobs = pairs.flatMap((pair) =>
      [1, 2, 3, 4].map((digit) => `v2/blobs/${pair}/${pair}aaaa${digit}/data`),
    )
    const bucket = store([...blobs, 'v2/repositories/app/link', 'w/other'], 8, () => 0)
    const asked: string[] = []
    const listing = bucket.listing((from) => {
      asked.push('page')
      return bucket.ask(from)
    })
    const directories: Listing['directories'] = (directory, after, signal) => {
      asked.push(directory)
      return listing.directories(directory, after, signal)
    }
    expect(await all(ahead(bucket.first, { ...listing, directories }))).toEqual(bucket.sorted)
    const early = asked.slice(0, 40).filter((what) => what !== 'page')
    expect(early).toEqual(expect.arrayContaining(['', 'v2/']))
  })

  it.each([
    ['side by side', (number: string) => `data/${number}`],
    [
      'one after the other',
      (number: string) => `data/${number.replaceAll(/\d/g, (digit) => 'ghijklmnop'[+digit] ?? '')}`,
    ],
  ] as const)('holds a bounded number of pages that come %s when nobody takes them', async (_, name) => {
    const keys = Array.from({ length: 20_000 }, (_, index) => name(String(index).padStart(6, '0')))
    const { first, asked, ask, listing } = store(keys, 20, () => 0)
    const pages = ahead(first, listing(ask))
    await pages.next()
    for (let turn = 0; turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(asked.length).toBeGreaterThan(20)
    // What waits, and what turned out to be of another range.
    expect(asked.length).toBeLessThanOrEqual(100)
    await pages.return(undefined)
  })

  it('counts what waits for nothing, too', async () => {
    let state = 7
    const next = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state
    }
    const clusters = Array.from({ length: 300 }, () => String(next() % 1_000_000).padStart(6, '0'))
    const keys = clusters.flatMap((name) => Array.from({ length: 40 }, (_, index) => `data/${name}${index}`))
    const { first, asked, ask, listing } = store(keys, 20, () => 0)
    const pages = ahead(first, listing(ask))
    await pages.next()
    for (let turn = 0; turn < 2000; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(asked.length).toBeLessThanOrEqual(100)
    await pages.return(undefined)
  })

  it('goes on behind a page without keys', async () => {
    const pages: KeyPage[] = [
      { keys: keysOf([]), token: '1' },
      { keys: keysOf(['a', 'b'].map(listed)), token: '2' },
      { keys: keysOf([]), token: '3' },
      { keys: keysOf(['c', 'd'].map(listed)), token: undefined },
    ]
    const listing: Listing = {
      prefix: '',
      page: async (from) => ('token' in from ? pages[Number(from.token)] : pages[0]) as KeyPage,
      directories: async () => ({ prefixes: [], all: true }),
    }
    expect(await all(ahead(pages[0] as KeyPage, listing))).toEqual(['a', 'b', 'c', 'd'])
  })

  it.each([
    ['few keys, which are told a thousand at a time', 11, 4, 1.75],
    ['one key, of which a page tells as much', 1, 0, 1.1],
  ] as const)('lists directories of %s', async (_, size, sideBySide, most) => {
    const names = Array.from({ length: 8000 / size }, (_, index) =>
      String(index)
        .padStart(4, '0')
        .replaceAll(/\d/g, (digit) => 'ghijklmnop'[+digit] ?? ''),
    )
    const keys = names.flatMap((name) => Array.from({ length: size }, (_, index) => `d/${name}/${index}`))
    let state = 1
    const bucket = store(keys, 50, () => {
      state = (state * 16_807) % 2_147_483_647
      return state / 2_147_483_647
    })
    let asked = 0
    let now = 0
    const seen: number[] = []
    const listing = bucket.listing(async (from) => {
      seen.push(++now)
      return bucket.ask(from).finally(() => {
        now -= 1
      })
    })
    const directories: Listing['directories'] = (...rest) => {
      asked += 1
      return listing.directories(...rest)
    }
    expect(await all(ahead(bucket.first, { ...listing, directories }))).toEqual(bucket.sorted)
    expect(seen.reduce((sum, count) => sum + count, 0) / seen.length).toBeGreaterThan(sideBySide)
    expect(seen.length + asked).toBeLessThan((keys.length / 50) * most)
  })

  it.each(['debian', 'latest', '0a', '~'])('takes %s among numbers for what lies between two', (name) => {
    const page = Array.from({ length: 50 }, (_, index) => `d/${String(index + 120_000).padStart(6, '0')}`)
    const [cut] = digitCuts('d/', page)
    const place = cut?.level.place as (key: string) => number
    const places = ['d/000000', 'd/120049', 'd/129999', `d/${name}`].map(place)
    expect(places.every(Number.isFinite)).toBe(true)
    expect(place(`d/${name}`)).toBeGreaterThanOrEqual(name === '0a' ? 0 : 100)
  })

  it('ends what is under way when its consumer stops', async () => {
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}`)
    const { first, ask, listing } = store(keys, 10, () => 0)
    const signals: AbortSignal[] = []
    let count = 0
    const pages = ahead(
      first,
      listing((from, signal) => {
        signals.push(signal)
        count += 1
        return ask(from)
      }),
    )
    await pages.next()
    await pages.next()
    await pages.return(undefined)
    const asked = count
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect(count).toBe(asked)
    expect(signals.length).toBeGreaterThan(0)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it.each([
    ['ignores where to begin', (bucket: ReturnType<typeof store>) => () => bucket.answer(0)],
    [
      'begins with the key itself',
      (bucket: ReturnType<typeof store>) => (from: From) =>
        bucket.answer(Math.max(0, bucket.place(from) - 1)),
    ],
    [
      'refuses to begin anywhere',
      () => () => {
        throw new Error('NotImplemented')
      },
    ],
  ] as const)('goes from page to page on a store that %s', async (_, wrong) => {
    await fc.assert(
      fc.asyncProperty(keySets, fc.integer({ min: 1, max: 7 }), orders, async (keys, pageSize, order) => {
        const bucket = store(keys, pageSize, next(order))
        const answer = wrong(bucket)
        const ask = async (from: From) => {
          const page = await bucket.ask(from)
          return 'token' in from ? page : answer(from)
        }
        expect(await all(ahead(bucket.first, bucket.listing(ask)))).toEqual(bucket.sorted)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['shuffled', (keys: string[]) => keys.map((_, index) => keys[(index * 37) % 100] ?? '')],
    [
      'ordered by page',
      (keys: string[]) => keys.map((_, index) => keys[index - (index % 10) + 9 - (index % 10)] ?? ''),
    ],
  ] as const)('gives what an unordered store gives, in its order: %s', async (_, order) => {
    const sorted = Array.from({ length: 100 }, (_, index) => `k${String(index).padStart(2, '0')}`)
    const given = order(sorted)
    const answer = (at: number) => ({
      keys: keysOf(given.slice(at, at + 10).map(listed)),
      token: at + 10 < 100 ? String(at + 10) : undefined,
    })
    const ask = async (from: From) =>
      answer('token' in from ? Number(from.token) : sorted.filter((key) => key <= from.after).length)
    const directories = async () => ({ prefixes: [], all: true })
    expect(await all(ahead(answer(0), { prefix: '', page: ask, directories }))).toEqual(given)
  })

  it('fails with what a page fails with, after all keys before it', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `k${String(index).padStart(3, '0')}`)
    const bucket = store(keys, 10, () => 0)
    const ask = async (from: From) => {
      if (bucket.place(from) >= 100) throw new Error('the store is gone')
      return bucket.ask(from)
    }
    const found: string[] = []
    const reading = (async () => {
      for await (const page of ahead(bucket.first, bucket.listing(ask)))
        for (const { key } of listedIn(page)) found.push(key)
    })()
    await expect(reading).rejects.toThrow('the store is gone')
    expect(found).toEqual(keys.slice(0, found.length))
    expect(found.length).toBeGreaterThanOrEqual(90)
  })
})
