import type { z } from 'zod'
import { choice, counted, flag, integer, list, structure, text } from './schema.ts'

/** The configs of the small resources (API Reference; facts: cloudfront 1.3, 1.7). */

export const originAccessControlConfig = structure({
  Name: text(64).min(1),
  Description: text(256).default(''),
  SigningProtocol: choice(['sigv4', 'sigv4a']),
  SigningBehavior: choice(['never', 'always', 'no-override']),
  OriginAccessControlOriginType: choice(['s3', 'mediastore', 'mediapackagev2', 'lambda']),
})

const name = text(128).regex(/^[A-Za-z0-9_-]+$/)

export const publicKeyConfig = structure({
  CallerReference: text(),
  Name: name,
  EncodedKey: text(),
  Comment: text(128).default(''),
})

export const keyGroupConfig = structure({
  Name: name,
  Items: list('PublicKey', text()),
  Comment: text(128).default(''),
})

const cookies = structure({
  CookieBehavior: choice(['none', 'whitelist', 'allExcept', 'all']),
  Cookies: counted('Name', text()).optional(),
})
const queryStrings = structure({
  QueryStringBehavior: choice(['none', 'whitelist', 'allExcept', 'all']),
  QueryStrings: counted('Name', text()).optional(),
})

export const cachePolicyConfig = structure({
  Comment: text(128).default(''),
  Name: name,
  DefaultTTL: integer().default(86_400),
  MaxTTL: integer().default(31_536_000),
  MinTTL: integer(),
  ParametersInCacheKeyAndForwardedToOrigin: structure({
    EnableAcceptEncodingGzip: flag,
    EnableAcceptEncodingBrotli: flag.default(false),
    HeadersConfig: structure({
      HeaderBehavior: choice(['none', 'whitelist']),
      Headers: counted('Name', text()).optional(),
    }),
    CookiesConfig: cookies,
    QueryStringsConfig: queryStrings,
  }).default({
    EnableAcceptEncodingGzip: false,
    EnableAcceptEncodingBrotli: false,
    HeadersConfig: { HeaderBehavior: 'none' },
    CookiesConfig: { CookieBehavior: 'none' },
    QueryStringsConfig: { QueryStringBehavior: 'none' },
  }),
})

export const originRequestPolicyConfig = structure({
  Comment: text(128).default(''),
  Name: name,
  HeadersConfig: structure({
    HeaderBehavior: choice([
      'none',
      'whitelist',
      'allViewer',
      'allViewerAndWhitelistCloudFront',
      'allExcept',
    ]),
    Headers: counted('Name', text()).optional(),
  }),
  CookiesConfig: cookies,
  QueryStringsConfig: queryStrings,
})

export const invalidationBatch = structure({
  Paths: counted('Path', text(4000)),
  CallerReference: text(),
})

export type OriginAccessControlConfig = z.infer<typeof originAccessControlConfig>
export type PublicKeyConfig = z.infer<typeof publicKeyConfig>
export type KeyGroupConfig = z.infer<typeof keyGroupConfig>
export type CachePolicyConfig = z.infer<typeof cachePolicyConfig>
export type OriginRequestPolicyConfig = z.infer<typeof originRequestPolicyConfig>
