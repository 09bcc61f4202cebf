import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sortedKeys } from '../../../src/sandbox/s3/keys.ts'

const key = fc.oneof(
  fc.string({ maxLength: 3, unit: fc.constantFrom('a', 'b', '/', '-', '0') }),
  fc.string({ maxLength: 4, unit: 'grapheme' }),
  // Where the order of UTF-16 differs from that of UTF-8.
  fc.constantFrom('\u{10000}', '\uffff', '\u{10ffff}x', '\ue000', 'a\u{10000}', 'a\uffff'),
)

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

describe('a set of keys', () => {
  it('is what a sorted array is', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ add: fc.boolean(), key })), key, (changes, start) => {
        const keys = sortedKeys()
        const model = new Set<string>()
        for (const change of changes) {
          if (change.add) {
            keys.add(change.key)
            model.add(change.key)
          } else {
            keys.remove(change.key)
            model.delete(change.key)
          }
        }
        const sorted = [...model].sort(byBytes)
        expect(keys.size).toBe(sorted.length)
        expect([...keys.from('')]).toEqual(sorted)
        expect([...keys.from(start)]).toEqual(sorted.filter((k) => byBytes(k, start) >= 0))
        expect([...keys.from(start, true)]).toEqual(sorted.filter((k) => byBytes(k, start) > 0))
        if (start === '') return
        expect([...keys.beyond(start)]).toEqual(
          sorted.filter((k) => byBytes(k, start) > 0 && !k.startsWith(start)),
        )
      }),
    )
  })

  it('holds half a million keys, whatever order they come in', () => {
    const keys = sortedKeys()
    const count = 500_000
    // Every number below the count once, since 7919 is prime to it.
    for (let i = 0; i < count; i += 1) keys.add(String((i * 7919) % count).padStart(6, '0'))
    expect(keys.size).toBe(count)
    let expected = 0
    for (const k of keys.from('')) if (Number(k) !== expected++) throw new Error(`${k} is out of order`)
    expect(keys.from('250000', true).next().value).toBe('250001')
    for (let i = 0; i < count; i += 2) keys.remove(String(i).padStart(6, '0'))
    expect(keys.size).toBe(count / 2)
    expect(keys.from('').next().value).toBe('000001')
  })
})
