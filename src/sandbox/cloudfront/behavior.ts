/** Which cache behaviour a request meets, and what its policies mean for the cache and for the origin. */
import type { Behavior, DistributionConfig } from './distribution-config.ts'
import type { Ttl } from './freshness.ts'
import { managedCachePolicies, managedOriginRequestPolicies } from './managed-policies.ts'
import { matchesPath } from './patterns.ts'
import { items } from './schema.ts'
import type { State } from './state.ts'

/** The first behaviour whose pattern matches the path, else the default one. */
export function behaviorFor(config: DistributionConfig, path: string): Behavior {
  return (
    items(config.CacheBehaviors).find((behavior) => matchesPath(behavior.PathPattern, path)) ??
    config.DefaultCacheBehavior
  )
}

/** Whether a name (of a query parameter, cookie or header) is meant. */
type Selection = (name: string) => boolean

export interface Policies {
  readonly ttl: Ttl
  /** What makes two requests for one path different. */
  readonly key: {
    readonly query: Selection
    readonly cookies: Selection
    /** In lower case. */
    readonly headers: readonly string[]
    readonly encodings: readonly string[]
  }
  /** What the origin is told. Header names in lower case. */
  readonly forward: { readonly query: Selection; readonly headers: Selection }
}

const nothing: Selection = () => false

function selection(
  behavior: string,
  names: { readonly Items?: { readonly Name: readonly string[] } | undefined } | undefined,
  ignoreCase = false,
): Selection {
  const normal = (name: string) => (ignoreCase ? name.toLowerCase() : name)
  const listed = new Set(items(names).map(normal))
  switch (behavior) {
    case 'whitelist':
      return (name) => listed.has(normal(name))
    case 'allExcept':
      return (name) => !listed.has(normal(name))
    case 'all':
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return () => true
    default:
      return nothing
  }
}

/** The policies of `behavior`, whether it names them or holds the older ForwardedValues. */
export function policiesOf(behavior: Behavior, state: State): Policies {
  const cachePolicy = [...managedCachePolicies, ...state.cachePolicies].find(
    (policy) => policy.id === behavior.CachePolicyId,
  )?.config
  if (cachePolicy === undefined) return legacyPolicies(behavior)

  const parameters = cachePolicy.ParametersInCacheKeyAndForwardedToOrigin
  const { HeadersConfig, CookiesConfig, QueryStringsConfig } = parameters
  const keyQuery = selection(QueryStringsConfig.QueryStringBehavior, QueryStringsConfig.QueryStrings)
  const keyHeaders = items(HeadersConfig.Headers).map((name) => name.toLowerCase())

  const origin = [...managedOriginRequestPolicies, ...state.originRequestPolicies].find(
    (policy) => policy.id === behavior.OriginRequestPolicyId,
  )?.config
  const query =
    origin === undefined
      ? nothing
      : selection(origin.QueryStringsConfig.QueryStringBehavior, origin.QueryStringsConfig.QueryStrings)
  const headers =
    origin === undefined
      ? nothing
      : selection(origin.HeadersConfig.HeaderBehavior, origin.HeadersConfig.Headers, true)
  return {
    ttl: { min: cachePolicy.MinTTL, default: cachePolicy.DefaultTTL, max: cachePolicy.MaxTTL },
    key: {
      query: keyQuery,
      cookies: selection(CookiesConfig.CookieBehavior, CookiesConfig.Cookies),
      headers: keyHeaders,
      encodings: [
        ...(parameters.EnableAcceptEncodingBrotli ? ['br'] : []),
        ...(parameters.EnableAcceptEncodingGzip ? ['gzip'] : []),
      ],
    },
    forward: {
      query: (name) => keyQuery(name) || query(name),
      headers: (name) => keyHeaders.includes(name) || headers(name),
    },
  }
}

function legacyPolicies(behavior: Behavior): Policies {
  const values = behavior.ForwardedValues
  const headers = items(values?.Headers).map((name) => name.toLowerCase())
  const names = items(values?.QueryStringCacheKeys)
  const query: Selection = values?.QueryString === true ? () => true : nothing
  return {
    ttl: {
      min: behavior.MinTTL ?? 0,
      default: behavior.DefaultTTL ?? 86_400,
      max: behavior.MaxTTL ?? 31_536_000,
    },
    key: {
      query: names.length === 0 ? query : (name) => query(name) && names.includes(name),
      cookies: selection(values?.Cookies.Forward ?? 'none', values?.Cookies.WhitelistedNames),
      headers,
      encodings: [],
    },
    forward: { query, headers: (name) => headers.includes(name) },
  }
}
