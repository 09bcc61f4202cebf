import * as sdk from '@aws-sdk/client-cloudfront'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../../src/sandbox/server.ts'
import {
  base,
  behavior,
  type Change,
  certificate,
  errorResponse,
  legacy,
  many,
  methods,
  origin,
  seven,
} from './config-changes.ts'
import { type Clients, clients, minimalConfig, rsaKey } from './support.ts'

let sandbox: Sandbox
let cloudfront: Clients['cloudfront']
/** Ids of things that exist, for the cases. */
const ids = { mediastore: '', oac: '', group: '' }

beforeAll(async () => {
  sandbox = await startSandbox()
  cloudfront = clients(sandbox).cloudfront
  const oac = async (Name: string, OriginAccessControlOriginType: sdk.OriginAccessControlOriginTypes) => {
    const created = await cloudfront.send(
      new sdk.CreateOriginAccessControlCommand({
        OriginAccessControlConfig: {
          Name,
          OriginAccessControlOriginType,
          SigningBehavior: 'always',
          SigningProtocol: 'sigv4',
        },
      }),
    )
    return created.OriginAccessControl?.Id ?? ''
  }
  ids.mediastore = await oac('mediastore', 'mediastore')
  ids.oac = await oac('s3', 's3')
  const key = await cloudfront.send(
    new sdk.CreatePublicKeyCommand({
      PublicKeyConfig: { CallerReference: 'k', Name: 'k', EncodedKey: rsaKey().publicKey },
    }),
  )
  const group = await cloudfront.send(
    new sdk.CreateKeyGroupCommand({ KeyGroupConfig: { Name: 'g', Items: [key.PublicKey?.Id ?? ''] } }),
  )
  ids.group = group.KeyGroup?.Id ?? ''
  await cloudfront.send(
    new sdk.CreateDistributionCommand({
      DistributionConfig: minimalConfig({
        CallerReference: 'first',
        Aliases: { Quantity: 1, Items: ['taken.example.com'] },
        ViewerCertificate: certificate,
      }),
    }),
  )
})
afterAll(() => sandbox.close())

async function outcome(change: Change): Promise<string> {
  try {
    await cloudfront.send(
      new sdk.CreateDistributionCommand({
        DistributionConfig: minimalConfig({ CallerReference: crypto.randomUUID(), ...change() }),
      }),
    )
    return 'accepted'
  } catch (error) {
    const { name, $metadata } = error as sdk.CloudFrontServiceException
    return `${name} ${$metadata?.httpStatusCode}`
  }
}

const refused: readonly (readonly [string, string, Change])[] = [
  ['a comment above 128 characters', 'InvalidArgument 400', () => ({ Comment: 'a'.repeat(129) })],
  [
    'a wrong Quantity',
    'InconsistentQuantities 400',
    () => ({ Aliases: { Quantity: 2, Items: ['a.example.com'] } }),
  ],
  ['a Quantity without items', 'InconsistentQuantities 400', () => ({ CacheBehaviors: { Quantity: 1 } })],
  [
    'a wrong Quantity deep down',
    'InconsistentQuantities 400',
    behavior({ TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: [] } }),
  ],
  ['an unknown price class', 'InvalidArgument 400', () => ({ PriceClass: 'PriceClass_300' as 'None' })],
  ['no origin', 'InvalidArgument 400', () => ({ Origins: { Quantity: 0, Items: [] } })],
  [
    'too many origins',
    'TooManyOrigins 400',
    () => ({
      Origins: many(101, (i) => ({
        Id: `o${i}`,
        DomainName: 'b.s3.us-east-1.amazonaws.com',
        S3OriginConfig: { OriginAccessIdentity: '' },
      })),
    }),
  ],
  [
    'two origins of one id',
    'InvalidArgument 400',
    () => ({
      Origins: many(2, () => ({
        Id: 'origin',
        DomainName: 'bbb.s3.us-east-1.amazonaws.com',
        S3OriginConfig: { OriginAccessIdentity: '' },
      })),
    }),
  ],
  ['an origin that says not what it is', 'InvalidArgument 400', origin({ S3OriginConfig: undefined })],
  [
    'a custom origin',
    'InvalidOrigin 400',
    origin({
      S3OriginConfig: undefined,
      DomainName: 'example.com',
      CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'https-only' },
    }),
  ],
  ['an origin that is no bucket', 'InvalidArgument 400', origin({ DomainName: 'example.com' })],
  ['a loopback origin', 'InvalidArgument 400', origin({ DomainName: '127.0.0.1' })],
  [
    'a website endpoint',
    'InvalidArgument 400',
    origin({ DomainName: 'bucket.s3-website.eu-west-1.amazonaws.com' }),
  ],
  [
    'an accelerate endpoint',
    'InvalidArgument 400',
    origin({ DomainName: 'bucket.s3-accelerate.amazonaws.com' }),
  ],
  ['an origin path without its slash', 'InvalidRelativePath 400', origin({ OriginPath: 'a' })],
  ['an origin path that ends in a slash', 'InvalidArgument 400', origin({ OriginPath: '/a/' })],
  ['four connection attempts', 'InvalidArgument 400', origin({ ConnectionAttempts: 4 })],
  [
    'an origin read timeout above 120 s',
    'InvalidOriginReadTimeout 400',
    origin({ S3OriginConfig: { OriginAccessIdentity: '', OriginReadTimeout: 121 } }),
  ],
  [
    'an unknown origin access control',
    'InvalidOriginAccessControl 400',
    origin({ OriginAccessControlId: 'E0000000000000' }),
  ],
  [
    'an origin access control for MediaStore',
    'InvalidDomainNameForOriginAccessControl 400',
    () => origin({ OriginAccessControlId: ids.mediastore })(),
  ],
  [
    'an unknown origin access identity',
    'InvalidOriginAccessIdentity 400',
    origin({ S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/E1' } }),
  ],
  [
    'both kinds of origin access',
    'IllegalOriginAccessConfiguration 400',
    () => origin({ OriginAccessControlId: ids.oac, S3OriginConfig: { OriginAccessIdentity: 'x' } })(),
  ],
  ['a behaviour for an unknown origin', 'NoSuchOrigin 404', behavior({ TargetOriginId: 'x' })],
  [
    'an unknown viewer protocol policy',
    'InvalidArgument 400',
    behavior({ ViewerProtocolPolicy: 'http-only' }),
  ],
  ['GET alone', 'InvalidArgument 400', methods(['GET'], ['GET'])],
  ['GET, HEAD, PUT', 'InvalidArgument 400', methods(['GET', 'HEAD', 'PUT'])],
  ['six of seven methods', 'InvalidArgument 400', methods(seven.slice(1))],
  ['a cached PUT', 'InvalidArgument 400', methods(seven, ['GET', 'HEAD', 'PUT'])],
  [
    'a cached OPTIONS that is not allowed',
    'InvalidArgument 400',
    methods(['GET', 'HEAD'], ['GET', 'HEAD', 'OPTIONS']),
  ],
  [
    'an unknown key group',
    'TrustedKeyGroupDoesNotExist 400',
    behavior({ TrustedKeyGroups: { Enabled: true, ...many(1, () => crypto.randomUUID()) } }),
  ],
  [
    'five key groups',
    'TooManyKeyGroupsAssociatedToDistribution 400',
    () => behavior({ TrustedKeyGroups: { Enabled: true, ...many(5, () => ids.group) } })(),
  ],
  [
    'self without an account key pair',
    'TrustedSignerDoesNotExist 400',
    behavior({ TrustedSigners: { Enabled: true, ...many(1, () => 'self') } }),
  ],
  [
    'another account',
    'TrustedSignerDoesNotExist 400',
    behavior({ TrustedSigners: { Enabled: true, ...many(1, () => '999999999999') } }),
  ],
  [
    'six signers',
    'TooManyTrustedSigners 400',
    behavior({ TrustedSigners: { Enabled: true, ...many(6, (i) => `00000000000${i}`) } }),
  ],
  ['an unknown cache policy', 'NoSuchCachePolicy 404', behavior({ CachePolicyId: crypto.randomUUID() })],
  [
    'an unknown origin request policy',
    'NoSuchOriginRequestPolicy 404',
    behavior({ OriginRequestPolicyId: crypto.randomUUID() }),
  ],
  [
    'an unknown response headers policy',
    'NoSuchResponseHeadersPolicy 404',
    behavior({ ResponseHeadersPolicyId: crypto.randomUUID() }),
  ],
  [
    'neither a cache policy nor ForwardedValues',
    'InvalidArgument 400',
    behavior({ CachePolicyId: undefined }),
  ],
  [
    'both a cache policy and ForwardedValues',
    'InvalidArgument 400',
    legacy({ CachePolicyId: base.CachePolicyId }),
  ],
  ['a cache policy and a TTL', 'InvalidArgument 400', behavior({ DefaultTTL: 5 })],
  ['ForwardedValues without MinTTL', 'InvalidArgument 400', legacy({ MinTTL: undefined })],
  ['TTLs that decrease', 'InvalidTTLOrder 400', legacy({ MinTTL: 10, DefaultTTL: 5 })],
  [
    'a forwarded header that S3 does not take',
    'InvalidHeadersForS3Origin 400',
    legacy({
      ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' }, Headers: many(1, () => 'Host') },
    }),
  ],
  [
    'a Lambda function',
    'InvalidLambdaFunctionAssociation 400',
    behavior({
      LambdaFunctionAssociations: many(1, () => ({ LambdaFunctionARN: 'arn', EventType: 'viewer-request' })),
    }),
  ],
  [
    'a CloudFront function',
    'InvalidFunctionAssociation 400',
    behavior({ FunctionAssociations: many(1, () => ({ FunctionARN: 'arn', EventType: 'viewer-request' })) }),
  ],
  [
    'field-level encryption',
    'NoSuchFieldLevelEncryptionConfig 404',
    behavior({ FieldLevelEncryptionId: 'x' }),
  ],
  ['a real-time log', 'NoSuchRealtimeLogConfig 404', behavior({ RealtimeLogConfigArn: 'arn' })],
  [
    'too many behaviours',
    'TooManyCacheBehaviors 400',
    () => ({ CacheBehaviors: many(76, (i) => ({ ...base, PathPattern: `/${i}` })) }),
  ],
  [
    'two behaviours of one pattern',
    'InvalidArgument 400',
    () => ({ CacheBehaviors: many(2, () => ({ ...base, PathPattern: '/a' })) }),
  ],
  ['an error code that cannot be customized', 'InvalidErrorCode 400', errorResponse({ ErrorCode: 402 })],
  ['an error code twice', 'InvalidArgument 400', errorResponse({ ErrorCode: 404 }, { ErrorCode: 404 })],
  [
    'a response code without a page',
    'InvalidArgument 400',
    errorResponse({ ErrorCode: 404, ResponseCode: '200' }),
  ],
  [
    'a response code that is none',
    'InvalidResponseCode 400',
    errorResponse({ ErrorCode: 404, ResponseCode: '201', ResponsePagePath: '/x' }),
  ],
  [
    'an alias without a certificate',
    'InvalidViewerCertificate 400',
    () => ({ Aliases: many(1, () => 'a.example.com') }),
  ],
  [
    'an alias of another distribution',
    'CNAMEAlreadyExists 409',
    () => ({ Aliases: many(1, () => 'taken.example.com'), ViewerCertificate: certificate }),
  ],
  [
    'too many aliases',
    'TooManyDistributionCNAMEs 400',
    () => ({ Aliases: many(101, (i) => `${i}.example.com`), ViewerCertificate: certificate }),
  ],
  [
    'a certificate of another region',
    'InvalidViewerCertificate 400',
    () => ({
      ViewerCertificate: {
        ...certificate,
        ACMCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/abc',
      },
    }),
  ],
  [
    'a certificate without a support method',
    'InvalidViewerCertificate 400',
    () => ({ ViewerCertificate: { ACMCertificateArn: certificate.ACMCertificateArn } }),
  ],
  [
    'an unknown minimum protocol version',
    'InvalidMinimumProtocolVersion 400',
    () => ({ ViewerCertificate: { ...certificate, MinimumProtocolVersion: 'TLSv9' as 'TLSv1' } }),
  ],
  [
    'a root object with a slash',
    'InvalidDefaultRootObject 400',
    () => ({ DefaultRootObject: '/index.html' }),
  ],
  ['a web ACL of WAF classic', 'InvalidWebACLId 400', () => ({ WebACLId: 'a02d7c7a' })],
  [
    'a location without a restriction',
    'InvalidGeoRestrictionParameter 400',
    () => ({ Restrictions: { GeoRestriction: { RestrictionType: 'none', ...many(1, () => 'DE') } } }),
  ],
  [
    'a location that is none',
    'InvalidLocationCode 400',
    () => ({
      Restrictions: { GeoRestriction: { RestrictionType: 'whitelist', ...many(1, () => 'Germany') } },
    }),
  ],
  [
    'a log bucket that is none',
    'InvalidArgument 400',
    () => ({ Logging: { Enabled: true, IncludeCookies: false, Bucket: 'logs', Prefix: '' } }),
  ],
  [
    'a continuous deployment policy',
    'NoSuchContinuousDeploymentPolicy 404',
    () => ({ ContinuousDeploymentPolicyId: 'x' }),
  ],
  [
    'an origin group',
    'InvalidArgument 400',
    () => ({
      OriginGroups: many(1, () => ({
        Id: 'g',
        FailoverCriteria: { StatusCodes: many(1, () => 500) },
        Members: many(2, () => ({ OriginId: 'origin' })),
      })),
    }),
  ],
  ['staging', 'InvalidArgument 400', () => ({ Staging: true })],
  ['tenants', 'InvalidArgument 400', () => ({ ConnectionMode: 'tenant-only' })],
]

const accepted: readonly (readonly [string, Change])[] = [
  ['the three method sets', methods(['HEAD', 'GET'])],
  ['GET, HEAD, OPTIONS', methods(['OPTIONS', 'GET', 'HEAD'], ['GET', 'HEAD', 'OPTIONS'])],
  ['all methods', methods(seven, ['HEAD', 'OPTIONS', 'GET'])],
  ['the global host name', origin({ DomainName: 'bucket.s3.amazonaws.com' })],
  ['the old host name', origin({ DomainName: 'bucket.s3-eu-west-1.amazonaws.com' })],
  ['a bucket with dots', origin({ DomainName: 'a.b.s3.eu-west-1.amazonaws.com' })],
  ['the host name in China', origin({ DomainName: 'bucket.s3.cn-north-1.amazonaws.com.cn' })],
  ['a GovCloud host name', origin({ DomainName: 'bucket.s3.us-gov-west-1.amazonaws.com' })],
  ['an origin path', origin({ OriginPath: '/a/b' })],
  ['an origin access control', () => origin({ OriginAccessControlId: ids.oac })()],
  ['ForwardedValues', legacy({})],
  [
    'every policy at once',
    behavior({
      OriginRequestPolicyId: '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf',
      ResponseHeadersPolicyId: '60669652-455b-4ae9-85a4-c4c02393f86c',
    }),
  ],
  ['a comment of 128 characters', () => ({ Comment: 'é'.repeat(128) })],
  ['a WAFv2 web ACL', () => ({ WebACLId: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b' })],
]

describe('CreateDistribution', () => {
  it.each(refused)('refuses %s: %s', async (_title, expected, change) => {
    expect(await outcome(change)).toBe(expected)
  })

  it.each(accepted)('takes %s', async (_title, change) => {
    expect(await outcome(change)).toBe('accepted')
  })
})
