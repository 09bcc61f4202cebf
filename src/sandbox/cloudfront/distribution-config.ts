import type { z } from 'zod'
import { choice, counted, flag, integer, list, none, structure, text } from './schema.ts'

/**
 * DistributionConfig as the API takes it (API Reference; facts: cloudfront 1.2), with the values CloudFront
 * fills in on create as defaults. What must be sent on update is in `requiredOnUpdate`.
 */

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'DELETE'] as const

const names = counted('Name', text())

const forwardedValues = structure({
  QueryString: flag,
  Cookies: structure({ Forward: choice(['none', 'whitelist', 'all']), WhitelistedNames: names.optional() }),
  Headers: names.default(none),
  QueryStringCacheKeys: names.default(none),
})

const behavior = {
  TargetOriginId: text(),
  TrustedSigners: counted('AwsAccountNumber', text(), { Enabled: flag }).default({ Enabled: false, ...none }),
  TrustedKeyGroups: counted('KeyGroup', text(), { Enabled: flag }).default({ Enabled: false, ...none }),
  ViewerProtocolPolicy: choice(['allow-all', 'https-only', 'redirect-to-https']),
  AllowedMethods: counted('Method', choice(methods), {
    CachedMethods: counted('Method', choice(methods)).default({
      Quantity: 2,
      Items: { Method: ['HEAD', 'GET'] },
    }),
  }).default({
    Quantity: 2,
    Items: { Method: ['HEAD', 'GET'] },
    CachedMethods: { Quantity: 2, Items: { Method: ['HEAD', 'GET'] } },
  }),
  SmoothStreaming: flag.default(false),
  Compress: flag.default(false),
  LambdaFunctionAssociations: counted(
    'LambdaFunctionAssociation',
    structure({ LambdaFunctionARN: text(), EventType: text(), IncludeBody: flag.optional() }),
  ).default(none),
  FunctionAssociations: counted(
    'FunctionAssociation',
    structure({ FunctionARN: text(), EventType: text() }),
  ).default(none),
  FieldLevelEncryptionId: text().default(''),
  RealtimeLogConfigArn: text().optional(),
  CachePolicyId: text().optional(),
  OriginRequestPolicyId: text().optional(),
  ResponseHeadersPolicyId: text().optional(),
  GrpcConfig: structure({ Enabled: flag }).default({ Enabled: false }),
  ForwardedValues: forwardedValues.optional(),
  MinTTL: integer().optional(),
  DefaultTTL: integer().optional(),
  MaxTTL: integer().optional(),
}

const cacheBehavior = structure({ PathPattern: text(255), ...behavior })
const defaultCacheBehavior = structure(behavior)

const origin = structure({
  Id: text(128),
  DomainName: text(253),
  OriginPath: text(255).default(''),
  CustomHeaders: counted(
    'OriginCustomHeader',
    structure({ HeaderName: text(), HeaderValue: text() }),
  ).default(none),
  S3OriginConfig: structure({
    OriginAccessIdentity: text(),
    OriginReadTimeout: integer(1, 120).default(30),
  }).optional(),
  CustomOriginConfig: structure({
    HTTPPort: integer(),
    HTTPSPort: integer(),
    OriginProtocolPolicy: choice(['http-only', 'match-viewer', 'https-only']),
    OriginSslProtocols: counted('SslProtocol', text()).optional(),
    OriginReadTimeout: integer().default(30),
    OriginKeepaliveTimeout: integer().default(5),
    IpAddressType: text().optional(),
  }).optional(),
  ConnectionAttempts: integer(1, 3).default(3),
  ConnectionTimeout: integer(1, 10).default(10),
  ResponseCompletionTimeout: integer().optional(),
  OriginShield: structure({ Enabled: flag, OriginShieldRegion: text().optional() }).default({
    Enabled: false,
  }),
  OriginAccessControlId: text().default(''),
})

const originGroup = structure({
  Id: text(),
  FailoverCriteria: structure({ StatusCodes: counted('StatusCode', integer()) }),
  Members: counted('OriginGroupMember', structure({ OriginId: text() })),
  SelectionCriteria: text().optional(),
})

const customErrorResponse = structure({
  ErrorCode: integer(),
  ResponsePagePath: text().default(''),
  ResponseCode: text().default(''),
  ErrorCachingMinTTL: integer().default(10),
})

const viewerCertificate = structure({
  CloudFrontDefaultCertificate: flag.optional(),
  IAMCertificateId: text().optional(),
  ACMCertificateArn: text().optional(),
  SSLSupportMethod: choice(['sni-only', 'vip', 'static-ip']).optional(),
  MinimumProtocolVersion: choice([
    'SSLv3',
    'TLSv1',
    'TLSv1_2016',
    'TLSv1.1_2016',
    'TLSv1.2_2018',
    'TLSv1.2_2019',
    'TLSv1.2_2021',
    'TLSv1.2_2025',
    'TLSv1.3_2025',
  ]).optional(),
  Certificate: text().optional(),
  CertificateSource: choice(['cloudfront', 'iam', 'acm']).optional(),
})

export const distributionConfig = structure({
  CallerReference: text(255),
  Aliases: counted('CNAME', text(253)).default(none),
  DefaultRootObject: text(255).default(''),
  Origins: counted('Origin', origin),
  OriginGroups: counted('OriginGroup', originGroup).default(none),
  DefaultCacheBehavior: defaultCacheBehavior,
  CacheBehaviors: counted('CacheBehavior', cacheBehavior).default(none),
  CustomErrorResponses: counted('CustomErrorResponse', customErrorResponse).default(none),
  Comment: text(128),
  Logging: structure({
    Enabled: flag.default(false),
    IncludeCookies: flag.default(false),
    Bucket: text().default(''),
    Prefix: text().default(''),
  }).default({ Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '' }),
  PriceClass: choice(['PriceClass_100', 'PriceClass_200', 'PriceClass_All', 'None']).default(
    'PriceClass_All',
  ),
  Enabled: flag,
  ViewerCertificate: viewerCertificate.default({ CloudFrontDefaultCertificate: true }),
  Restrictions: structure({
    GeoRestriction: counted('Location', text(), {
      RestrictionType: choice(['blacklist', 'whitelist', 'none']),
    }),
  }).default({ GeoRestriction: { RestrictionType: 'none', ...none } }),
  WebACLId: text().default(''),
  HttpVersion: choice(['http1.1', 'http2', 'http3', 'http2and3']).default('http2'),
  IsIPV6Enabled: flag.default(false),
  ContinuousDeploymentPolicyId: text().default(''),
  Staging: flag.default(false),
  AnycastIpListId: text().optional(),
  ConnectionMode: choice(['direct', 'tenant-only']).optional(),
})

export const tags = structure({
  Items: list('Tag', structure({ Key: text(128), Value: text(256).default('') })).optional(),
})

export const distributionConfigWithTags = structure({ DistributionConfig: distributionConfig, Tags: tags })

export type DistributionConfig = z.infer<typeof distributionConfig>
export type Origin = z.infer<typeof origin>
export type Behavior = z.infer<typeof defaultCacheBehavior> & { readonly PathPattern?: string }
export type Tags = z.infer<typeof tags>

/** The members that may be left out on create and must be sent on update (facts: cloudfront 1.2, column U). */
export const requiredOnUpdate: readonly string[] = [
  'Aliases',
  'DefaultRootObject',
  'CacheBehaviors',
  'CustomErrorResponses',
  'Logging',
  'PriceClass',
  'ViewerCertificate',
  'Restrictions',
  'WebACLId',
  'HttpVersion',
  'DefaultCacheBehavior.TrustedSigners',
  'DefaultCacheBehavior.AllowedMethods',
  'DefaultCacheBehavior.AllowedMethods.CachedMethods',
  'DefaultCacheBehavior.SmoothStreaming',
  'DefaultCacheBehavior.Compress',
  'DefaultCacheBehavior.LambdaFunctionAssociations',
  'DefaultCacheBehavior.FieldLevelEncryptionId',
  'Origins.Items.Origin.OriginPath',
  'Origins.Items.Origin.CustomHeaders',
  'CacheBehaviors.Items.CacheBehavior.TrustedSigners',
  'CacheBehaviors.Items.CacheBehavior.AllowedMethods',
  'CacheBehaviors.Items.CacheBehavior.SmoothStreaming',
  'CacheBehaviors.Items.CacheBehavior.Compress',
  'CacheBehaviors.Items.CacheBehavior.LambdaFunctionAssociations',
  'CacheBehaviors.Items.CacheBehavior.FieldLevelEncryptionId',
]
