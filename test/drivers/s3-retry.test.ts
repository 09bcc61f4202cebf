import { describe, expect, it } from 'vitest'
import { patientRetry, worthRetrying } from '../../src/drivers/s3-retry.ts'

const service = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } })
const system = (code: string) => Object.assign(new Error(code), { code })

describe('worthRetrying', () => {
  it.each([
    ['a busy server', service('SlowDown', 503), true],
    ['a broken server', service('InternalError', 500), true],
    ['what the server cannot do', service('NotImplemented', 501), false],
    ['too many requests', service('TooManyRequests', 429), true],
    ['a body that was damaged on the way', service('XAmzContentSHA256Mismatch', 400), true],
    ['a checksum that does not match', service('BadDigest', 400), true],
    ['a wrong request', service('InvalidArgument', 400), false],
    ['a refusal', service('AccessDenied', 403), false],
    ['what is not there', service('NoSuchKey', 404), false],
    ['half an answer', service('Error', 200), true],
    ['a reset', system('ECONNRESET'), true],
    ['a refusal that was cut', Object.assign(service('Error', 404), { code: 'ECONNRESET' }), true],
    ['a wrong name', system('ENOTFOUND'), true],
    ['a cancelled request', Object.assign(new Error('aborted'), { name: 'AbortError' }), false],
    ['missing credentials', Object.assign(new Error('no'), { name: 'CredentialsProviderError' }), false],
    ['a defect of ours', new TypeError('x is not a function'), false],
  ])('of %s', (_, error, expected) => {
    expect(worthRetrying(error)).toBe(expected)
  })
})

describe('patientRetry', () => {
  /** A clock that moves by the pauses; gives the times at which one call was tried. */
  async function tries(
    error: unknown,
    options: { readonly after?: () => void; readonly strategy?: ReturnType<typeof strategyAt> } = {},
  ) {
    const clock = { now: 0 }
    const strategy = options.strategy ?? strategyAt(clock)
    const times = [0]
    let token = await strategy.acquireInitialRetryToken()
    try {
      for (;;) {
        token = await strategy.refreshRetryTokenForRetry(token, { error })
        clock.now += token.getRetryDelay()
        times.push(clock.now)
      }
    } catch (thrown) {
      expect(thrown).toBe(error)
    }
    return times
  }
  const strategyAt = (clock: { readonly now: number }) =>
    patientRetry(
      { total: 60_000, first: 4_000 },
      () => 0.999,
      () => clock.now,
    )

  it('goes on for the whole time, with pauses that grow to two seconds', async () => {
    const times = await tries(service('SlowDown', 503))
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(times.at(-1)).toBeGreaterThan(59_000)
    expect(times.at(-1)).toBeLessThanOrEqual(60_000)
    expect(pauses[0]).toBeLessThan(100)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(2_000)
  })

  it('gives up soon on an address that never answered, and not so soon on one that did', async () => {
    expect((await tries(system('ECONNREFUSED'))).at(-1)).toBeLessThanOrEqual(4_000)
    const clock = { now: 0 }
    const strategy = strategyAt(clock)
    strategy.recordSuccess()
    let token = await strategy.acquireInitialRetryToken()
    for (let round = 0; round < 20; round++) {
      token = await strategy.refreshRetryTokenForRetry(token, { error: system('ECONNREFUSED') })
      clock.now += token.getRetryDelay()
    }
    expect(clock.now).toBeGreaterThan(4_000)
  })

  it('tries three times more what takes longer than the whole time, on an address that answered', async () => {
    for (const [answered, expected] of [
      [true, 3],
      [false, 0],
    ] as const) {
      const clock = { now: 0 }
      const strategy = strategyAt(clock)
      if (answered) strategy.recordSuccess()
      let token = await strategy.acquireInitialRetryToken()
      let more = 0
      try {
        for (;;) {
          clock.now += 100_000
          token = await strategy.refreshRetryTokenForRetry(token, { error: system('ECONNRESET') })
          more += 1
        }
      } catch {
        expect(more).toBe(expected)
      }
    }
  })

  it('does not try again what cannot succeed', async () => {
    expect(await tries(service('AccessDenied', 403))).toEqual([0])
  })

  it('has no quota: after a thousand failed calls the next one is retried as the first was', async () => {
    const clock = { now: 0 }
    const strategy = strategyAt(clock)
    for (let call = 0; call < 1000; call++) {
      const token = await strategy.acquireInitialRetryToken()
      const retry = await strategy.refreshRetryTokenForRetry(token, { error: service('SlowDown', 503) })
      expect(retry.getRetryCount()).toBe(1)
    }
  })
})
