import { describe, expect, it } from 'vitest'
import { parseCopyRange, parseRange } from '../../../src/sandbox/s3/ranges.ts'

describe('Range', () => {
  it.each([
    ['bytes=0-0', 10, { start: 0, end: 1 }],
    ['bytes=2-5', 10, { start: 2, end: 6 }],
    ['bytes=2-', 10, { start: 2, end: 10 }],
    ['bytes=9-99', 10, { start: 9, end: 10 }],
    ['bytes=-3', 10, { start: 7, end: 10 }],
    ['bytes=-99', 10, { start: 0, end: 10 }],
    [' bytes=1-2 ', 10, { start: 1, end: 3 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=10-20', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'unsatisfiable'],
    ['bytes=5-2', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['bytes=a-b', 10, undefined],
    ['bytes=-', 10, undefined],
    ['items=0-1', 10, undefined],
    ['', 10, undefined],
    [undefined, 10, undefined],
  ] as const)('%s of %i bytes', (header, size, range) => {
    expect(parseRange(header, size)).toEqual(range)
  })
})

describe('x-amz-copy-source-range', () => {
  it.each([
    ['bytes=0-9', 10, { start: 0, end: 10 }],
    ['bytes=3-3', 10, { start: 3, end: 4 }],
    ['bytes=0-10', 10, undefined],
    ['bytes=5-2', 10, undefined],
    ['bytes=2-', 10, undefined],
    ['bytes=-2', 10, undefined],
  ])('%s of %i bytes', (header, size, range) => {
    expect(parseCopyRange(header, size)).toEqual(range)
  })
})
