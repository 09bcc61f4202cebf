import { describe, expect, it } from 'vitest'
import { errorLifetime, successLifetime } from '../../../src/sandbox/cloudfront/freshness.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const optimized = { min: 1, default: 86_400, max: 31_536_000 }
const disabled = { min: 0, default: 0, max: 0 }
const ordinary = { min: 0, default: 60, max: 3600 }

describe('successLifetime', () => {
  it.each([
    ['nothing said', {}, optimized, 86_400],
    ['nothing said, caching disabled', {}, disabled, 0],
    ['max-age', { 'cache-control': 'public, max-age=30' }, ordinary, 30],
    ['max-age above the maximum', { 'cache-control': 'max-age=99999' }, ordinary, 3600],
    ['max-age below the minimum', { 'cache-control': 'max-age=0' }, optimized, 1],
    ['s-maxage before max-age', { 'cache-control': 'max-age=30, s-maxage=40' }, ordinary, 40],
    ['a quoted age', { 'cache-control': 'max-age="30"' }, ordinary, 30],
    ['Expires', { expires: 'Thu, 01 Jan 2026 00:00:20 GMT' }, ordinary, 20],
    ['Expires in the past', { expires: 'Thu, 01 Jan 2025 00:00:20 GMT' }, ordinary, 0],
    [
      'max-age before Expires',
      { 'cache-control': 'max-age=5', expires: 'Thu, 01 Jan 2026 00:00:20 GMT' },
      ordinary,
      5,
    ],
    ['no-store', { 'cache-control': 'no-store' }, ordinary, 0],
    ['no-store with a minimum', { 'cache-control': 'No-Store, max-age=50' }, optimized, 1],
    ['private', { 'cache-control': 'private' }, ordinary, 0],
  ])('%s', (_title, headers, ttl, expected) => {
    expect(successLifetime(headers as Record<string, string>, ttl, now)).toBe(expected)
  })
})

describe('errorLifetime', () => {
  const aged = { 'cache-control': 'max-age=30' }
  it.each([
    [404, {}, undefined, 10],
    [404, {}, 0, 0],
    [404, {}, 300, 300],
    [404, aged, undefined, 30],
    [404, aged, 300, 300],
    [500, {}, undefined, 10],
    [503, {}, 1, 1],
    [403, {}, undefined, 0],
    [403, {}, 20, 20],
    [403, aged, undefined, 30],
    [403, aged, 0, 30],
    [405, {}, undefined, 0],
    [416, {}, undefined, 0],
    [416, aged, 300, 0],
    [409, aged, undefined, 0],
  ])('%i with %j and ErrorCachingMinTTL %s is kept for %i s', (status, headers, configured, expected) => {
    expect(errorLifetime(status, headers as Record<string, string>, configured, optimized, now)).toBe(
      expected,
    )
  })
})
