import type * as sdk from '@aws-sdk/client-cloudfront'

/** Changes of a minimal config, for tables of what is taken and what is refused. */

export const certificate: sdk.ViewerCertificate = {
  ACMCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/abc',
  SSLSupportMethod: 'sni-only',
}

export type Change = () => Partial<sdk.DistributionConfig>

export const origin = (change: object): Change => {
  return () => ({
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'origin',
          DomainName: 'bucket.s3.us-east-1.amazonaws.com',
          S3OriginConfig: { OriginAccessIdentity: '' },
          ...change,
        },
      ],
    },
  })
}
export const base = {
  TargetOriginId: 'origin',
  ViewerProtocolPolicy: 'allow-all',
  CachePolicyId: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
} as const
export const behavior = (change: object): Change => {
  return () => ({ DefaultCacheBehavior: { ...base, ...change } })
}
export const legacy = (change: object): Change =>
  behavior({
    CachePolicyId: undefined,
    ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
    MinTTL: 0,
    ...change,
  })
export const methods = (allowed: string[], cached: string[] = ['GET', 'HEAD']): Change =>
  behavior({
    AllowedMethods: {
      Quantity: allowed.length,
      Items: allowed,
      CachedMethods: { Quantity: cached.length, Items: cached },
    },
  })
export const errorResponse = (...Items: object[]): Change => {
  return () => ({
    CustomErrorResponses: { Quantity: Items.length, Items: Items as sdk.CustomErrorResponse[] },
  })
}
export const many = <T>(count: number, make: (i: number) => T) => ({
  Quantity: count,
  Items: Array.from({ length: count }, (_, i) => make(i)),
})
export const seven = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE']
