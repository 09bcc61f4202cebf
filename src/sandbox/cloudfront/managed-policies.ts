/**
 * The policies that exist in every account under the same id (facts: cloudfront 1.3; Developer Guide,
 * "Use managed cache policies", "… origin request policies", "… response headers policies").
 */
import type { CachePolicyConfig, OriginRequestPolicyConfig } from './configs.ts'
import type { Resource } from './state.ts'

const day = 86_400
const year = 31_536_000

const names = (...list: string[]) => ({ Quantity: list.length, Items: { Name: list } })
const managed = <C>(id: string, config: C): Resource<C> => ({
  id,
  etag: 'E23ZP02F085DFQ',
  created: '2020-08-31T00:00:00.000Z',
  modified: '2020-08-31T00:00:00.000Z',
  config,
})

interface Key {
  readonly compressed: boolean
  readonly headers?: readonly string[]
  readonly cookies?: 'all'
  readonly query?: 'all' | readonly string[]
}

function cachePolicy(
  id: string,
  name: string,
  [MinTTL, DefaultTTL, MaxTTL]: readonly [number, number, number],
  key: Key,
): Resource<CachePolicyConfig> {
  const query = key.query ?? []
  return managed(id, {
    Comment: '',
    Name: `Managed-${name}`,
    DefaultTTL,
    MaxTTL,
    MinTTL,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingGzip: key.compressed,
      EnableAcceptEncodingBrotli: key.compressed,
      HeadersConfig:
        key.headers === undefined
          ? { HeaderBehavior: 'none' }
          : { HeaderBehavior: 'whitelist', Headers: names(...key.headers) },
      CookiesConfig: { CookieBehavior: key.cookies ?? 'none' },
      QueryStringsConfig:
        query === 'all'
          ? { QueryStringBehavior: 'all' }
          : query.length === 0
            ? { QueryStringBehavior: 'none' }
            : { QueryStringBehavior: 'whitelist', QueryStrings: names(...query) },
    },
  })
}

const originControlled = ['Host', 'Origin', 'X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override']

export const managedCachePolicies: readonly Resource<CachePolicyConfig>[] = [
  cachePolicy('658327ea-f89d-4fab-a63d-7e88639e58f6', 'CachingOptimized', [1, day, year], {
    compressed: true,
  }),
  cachePolicy(
    'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
    'CachingOptimizedForUncompressedObjects',
    [1, day, year],
    { compressed: false },
  ),
  cachePolicy('4135ea2d-6df8-44a3-9df3-4b5a84be39ad', 'CachingDisabled', [0, 0, 0], { compressed: false }),
  cachePolicy('2e54312d-136d-493c-8eb9-b001f22f67d2', 'Amplify', [2, 2, 600], {
    compressed: true,
    headers: ['Authorization', 'CloudFront-Viewer-Country', 'Host'],
    cookies: 'all',
    query: 'all',
  }),
  cachePolicy('08627262-05a9-4f76-9ded-b50ca2e3a84f', 'Elemental-MediaPackage', [0, day, year], {
    compressed: true,
    headers: ['Origin'],
    query: ['aws.manifestfilter', 'start', 'end', 'm'],
  }),
  cachePolicy('83da9c7e-98b4-4e11-a168-04f0df8e2c65', 'UseOriginCacheControlHeaders', [0, 0, year], {
    compressed: true,
    headers: originControlled,
    cookies: 'all',
  }),
  cachePolicy(
    '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
    'UseOriginCacheControlHeaders-QueryStrings',
    [0, 0, year],
    {
      compressed: true,
      headers: originControlled,
      cookies: 'all',
      query: 'all',
    },
  ),
]

type HeadersConfig = OriginRequestPolicyConfig['HeadersConfig']

const originRequestPolicy = (
  id: string,
  name: string,
  headers: HeadersConfig,
  cookies: 'all' | 'none',
  query: 'all' | 'none',
): Resource<OriginRequestPolicyConfig> =>
  managed(id, {
    Comment: '',
    Name: `Managed-${name}`,
    HeadersConfig: headers,
    CookiesConfig: { CookieBehavior: cookies },
    QueryStringsConfig: { QueryStringBehavior: query },
  })

const whitelist = (...list: string[]): HeadersConfig => ({
  HeaderBehavior: 'whitelist',
  Headers: names(...list),
})
const cors = ['Origin', 'Access-Control-Request-Headers', 'Access-Control-Request-Method']

export const managedOriginRequestPolicies: readonly Resource<OriginRequestPolicyConfig>[] = [
  originRequestPolicy(
    '216adef6-5c7f-47e4-b989-5492eafa07d3',
    'AllViewer',
    { HeaderBehavior: 'allViewer' },
    'all',
    'all',
  ),
  originRequestPolicy(
    'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    'AllViewerExceptHostHeader',
    { HeaderBehavior: 'allExcept', Headers: names('Host') },
    'all',
    'all',
  ),
  originRequestPolicy(
    '33f36d7e-f396-46d9-90e0-52428a34d9dc',
    'AllViewerAndCloudFrontHeaders-2022-06',
    {
      HeaderBehavior: 'allViewerAndWhitelistCloudFront',
      Headers: names('CloudFront-Forwarded-Proto', 'CloudFront-Viewer-Address', 'CloudFront-Viewer-Country'),
    },
    'all',
    'all',
  ),
  originRequestPolicy(
    '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
    'CORS-S3Origin',
    whitelist(...cors),
    'none',
    'none',
  ),
  originRequestPolicy(
    '59781a5b-3903-41f3-afcb-af62929ccde1',
    'CORS-CustomOrigin',
    whitelist('Origin'),
    'none',
    'none',
  ),
  originRequestPolicy(
    'acba4595-bd28-49b8-b9fe-13317c0390fa',
    'UserAgentRefererHeaders',
    whitelist('User-Agent', 'Referer'),
    'none',
    'none',
  ),
  originRequestPolicy(
    '775133bc-15f2-49f9-abea-afb2e0bf67d2',
    'Elemental-MediaTailor-PersonalizedManifests',
    whitelist(...cors, 'User-Agent', 'X-Forwarded-For'),
    'none',
    'all',
  ),
  originRequestPolicy(
    'bf0718e1-ba1e-49d1-88b1-f726733018ae',
    'HostHeaderOnly',
    whitelist('Host'),
    'none',
    'none',
  ),
]

/** Only that they exist: the edge adds none of their headers. */
export const managedResponseHeadersPolicies: readonly Resource<{ Name: string; Comment: string }>[] = [
  ['60669652-455b-4ae9-85a4-c4c02393f86c', 'SimpleCORS'],
  ['5cc3b908-e619-4b99-88e5-2cf7f45965bd', 'CORS-With-Preflight'],
  ['67f7725c-6f97-4210-82d7-5512b31e9d03', 'SecurityHeadersPolicy'],
  ['e61eb60c-9c35-4d20-a928-2b84e02af89c', 'CORS-and-SecurityHeadersPolicy'],
  ['eaab4381-ed33-4a86-88ca-d9558dc6cd63', 'CORS-with-preflight-and-SecurityHeadersPolicy'],
].map(([id = '', name]) => managed(id, { Name: `Managed-${name}`, Comment: '' }))
