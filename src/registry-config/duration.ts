/**
 * Go's durations, which the registry reads from text: "20m", "1h30m", "-1.5s", "0".
 * Source: Go's time.ParseDuration.
 */
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

export type Duration = { readonly nanoseconds: bigint } | { readonly error: string }

/** `text` in nanoseconds, or the error Go gives for it. */
export function parseDuration(text: string): Duration {
  const invalid = { error: `time: invalid duration ${JSON.stringify(text)}` }
  const sign = /^[-+]/.exec(text)?.[0] ?? ''
  let rest = text.slice(sign.length)
  if (rest === '0') return { nanoseconds: 0n }
  if (rest === '') return invalid
  let total = 0n
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest)
    const [whole = '', digits = '', fraction = ''] = number ?? []
    if (digits === '' && fraction === '') return invalid
    rest = rest.slice(whole.length)
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? ''
    if (unit === '') return { error: `time: missing unit in duration ${JSON.stringify(text)}` }
    const scale = units[unit]
    if (scale === undefined)
      return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}` }
    rest = rest.slice(unit.length)
    const kept = fraction.slice(0, 18)
    total += BigInt(digits || '0') * scale + (BigInt(kept || '0') * scale) / 10n ** BigInt(kept.length)
    if (total > 2n ** 63n) return invalid
  }
  if (sign !== '-' && total > 2n ** 63n - 1n) return invalid
  return { nanoseconds: sign === '-' ? -total : total }
}

/** Nanoseconds as a person writes them: 1200000000000n is "20m0s", as Go prints it. */
export function formatDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const sign = nanoseconds < 0n ? '-' : ''
  if (size === 0n) return '0s'
  if (size < 1_000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${Number(size) / 1e3}µs`
  if (size < 1_000_000_000n) return `${sign}${Number(size) / 1e6}ms`
  const hours = size / 3_600_000_000_000n
  const minutes = (size / 60_000_000_000n) % 60n
  const seconds = (Number(size % 60_000_000_000n) / 1e9).toFixed(9).replace(/\.?0+$/, '')
  return `${sign}${hours > 0n ? `${hours}h` : ''}${hours > 0n || minutes > 0n ? `${minutes}m` : ''}${seconds}s`
}
