/** How long CloudFront keeps an answer of the origin (Developer Guide, "Manage how long content stays in the cache"). */

/** Seconds. */
export interface Ttl {
  readonly min: number
  readonly default: number
  readonly max: number
}

type Headers = Readonly<Record<string, string>>

/**
 * Seconds that a success may be served without asking the origin; 0 when it must not be kept.
 * `headers` have lower-case names; `now` is in milliseconds since the epoch.
 */
export function successLifetime(headers: Headers, ttl: Ttl, now: number): number {
  const control = directives(headers['cache-control'])
  if (['no-store', 'no-cache', 'private'].some((name) => control.has(name))) return ttl.min
  const stated = statedLifetime(headers, now)
  return stated === undefined ? Math.max(ttl.min, Math.min(ttl.default, ttl.max)) : clamp(stated, ttl)
}

const alwaysKept = new Set([404, 414, 500, 501, 502, 503, 504])
const keptWhenStated = new Set([400, 403, 405, 412, 415])

/**
 * Seconds that an error may be served without asking the origin; 0 when it must not be kept (facts: cloudfront 1.9).
 * `configured` is the ErrorCachingMinTTL of the distribution for this status, if it has one.
 */
export function errorLifetime(
  status: number,
  headers: Headers,
  configured: number | undefined,
  ttl: Ttl,
  now: number,
): number {
  const stated = statedLifetime(headers, now)
  const listed = configured !== undefined && keptWhenStated.has(status)
  if (!alwaysKept.has(status) && !listed && !(keptWhenStated.has(status) && stated !== undefined)) return 0
  const floor = configured ?? 10
  return stated === undefined ? floor : Math.max(floor, Math.min(stated, ttl.max))
}

const clamp = (seconds: number, { min, max }: Ttl) => Math.min(Math.max(seconds, min), max)

/** s-maxage, else max-age, else Expires, in seconds from now. */
function statedLifetime(headers: Headers, now: number): number | undefined {
  const control = directives(headers['cache-control'])
  const age = control.get('s-maxage') ?? control.get('max-age')
  if (age !== undefined && /^\d+$/.test(age)) return Number(age)
  const expires = Date.parse(headers.expires ?? '')
  return Number.isNaN(expires) ? undefined : Math.max(0, Math.floor((expires - now) / 1000))
}

function directives(header: string | undefined): ReadonlyMap<string, string> {
  const entries = (header ?? '').split(',').map((directive): [string, string] => {
    const [name = '', value = ''] = directive.split('=')
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', '')]
  })
  return new Map(entries)
}
