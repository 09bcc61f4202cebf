/** What CloudFront refuses in a DistributionConfig, beyond its shape (facts: cloudfront 1.2, 1.9, 1.13, 1.16). */
import type { Behavior, DistributionConfig, Origin } from './distribution-config.ts'
import { ApiError } from './errors.ts'
import { keyGroupIds } from './keys.ts'
import {
  managedCachePolicies,
  managedOriginRequestPolicies,
  managedResponseHeadersPolicies,
} from './managed-policies.ts'
import { bucketOf } from './origin-domain.ts'
import type { Account } from './route.ts'
import { items } from './schema.ts'
import type { Distribution } from './state.ts'

/** Throws ApiError when `config` must be refused. `self` is the distribution being updated. */
export function checkDistribution(
  config: DistributionConfig,
  account: Account,
  self: Distribution | undefined,
): void {
  const others = account.state.distributions.filter((d) => d !== self)
  checkOrigins(config, account, others)
  const patterns = items(config.CacheBehaviors).map((behavior) => behavior.PathPattern)
  refuseIf(
    patterns.length > 75,
    'TooManyCacheBehaviors',
    'A distribution can have at most 75 cache behaviors.',
  )
  refuseIf(
    new Set(patterns).size < patterns.length,
    'InvalidArgument',
    'Two cache behaviors have the same PathPattern.',
  )
  for (const behavior of [config.DefaultCacheBehavior, ...items(config.CacheBehaviors)])
    checkBehavior(behavior, config, account)
  for (const group of keyGroupIds({ config })) {
    const users = others.filter((d) => keyGroupIds(d).includes(group)).length
    refuseIf(
      users >= 100,
      'TooManyDistributionsAssociatedToKeyGroup',
      `The key group ${group} is used by 100 distributions already.`,
    )
  }
  checkErrorResponses(config)
  checkAliases(config, others)
  checkTheRest(config)
}

function refuseIf(wrong: boolean, code: string, message: string): void {
  if (wrong) throw new ApiError(code, message)
}

function checkOrigins(config: DistributionConfig, account: Account, others: readonly Distribution[]): void {
  const origins = items(config.Origins)
  refuseIf(origins.length === 0, 'InvalidArgument', 'A distribution must have an origin.')
  refuseIf(origins.length > 100, 'TooManyOrigins', 'A distribution can have at most 100 origins.')
  const ids = origins.map((origin) => origin.Id)
  refuseIf(new Set(ids).size < ids.length, 'InvalidArgument', 'Two origins have the same Id.')
  for (const origin of origins) checkOrigin(origin, account, others)
}

function checkOrigin(origin: Origin, account: Account, others: readonly Distribution[]): void {
  refuseIf(
    (origin.S3OriginConfig === undefined) === (origin.CustomOriginConfig === undefined),
    'InvalidArgument',
    `The origin ${origin.Id} must have either S3OriginConfig or CustomOriginConfig.`,
  )
  refuseIf(
    origin.CustomOriginConfig !== undefined,
    'InvalidOrigin',
    `The origin ${origin.Id} is a custom origin; only S3 origins are served here.`,
  )
  refuseIf(
    bucketOf(origin.DomainName) === undefined,
    'InvalidArgument',
    'The parameter Origin DomainName does not refer to a valid S3 bucket.',
  )
  const path = origin.OriginPath
  refuseIf(
    path !== '' && !path.startsWith('/'),
    'InvalidRelativePath',
    'OriginPath must begin with a slash (/).',
  )
  refuseIf(path.endsWith('/'), 'InvalidArgument', 'OriginPath must not end with a slash (/).')

  const identity = origin.S3OriginConfig?.OriginAccessIdentity ?? ''
  const id = origin.OriginAccessControlId
  refuseIf(
    identity !== '' && id !== '',
    'IllegalOriginAccessConfiguration',
    'An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).',
  )
  refuseIf(identity !== '', 'InvalidOriginAccessIdentity', 'The origin access identity does not exist.')
  if (id === '') return
  const control = account.state.originAccessControls.find((c) => c.id === id)
  if (control === undefined)
    throw new ApiError('InvalidOriginAccessControl', `The origin access control ${id} does not exist.`)
  refuseIf(
    control.config.OriginAccessControlOriginType !== 's3',
    'InvalidDomainNameForOriginAccessControl',
    'The origin access control is not for an S3 origin.',
  )
  const users = others.filter((d) =>
    items(d.config.Origins).some((o) => o.OriginAccessControlId === id),
  ).length
  refuseIf(
    users >= 100,
    'TooManyDistributionsAssociatedToOriginAccessControl',
    'The origin access control is used by 100 distributions already.',
  )
}

const methodSets: readonly (readonly string[])[] = [
  ['GET', 'HEAD'],
  ['GET', 'HEAD', 'OPTIONS'],
  ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
]
const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((value) => b.includes(value))

function checkBehavior(behavior: Behavior, config: DistributionConfig, account: Account): void {
  const targets = items(config.Origins).map((target) => target.Id)
  refuseIf(
    !targets.includes(behavior.TargetOriginId),
    'NoSuchOrigin',
    'One or more of your origins or origin groups do not exist.',
  )
  const allowed = items(behavior.AllowedMethods)
  const cached = items(behavior.AllowedMethods.CachedMethods)
  refuseIf(
    !methodSets.some((set) => same(set, allowed)),
    'InvalidArgument',
    'The parameter AllowedMethods must be GET, HEAD; GET, HEAD, OPTIONS; or all seven methods.',
  )
  refuseIf(
    !methodSets.slice(0, 2).some((set) => same(set, cached)) || !cached.every((m) => allowed.includes(m)),
    'InvalidArgument',
    'The parameter CachedMethods must be GET, HEAD or GET, HEAD, OPTIONS, and allowed.',
  )
  checkSigners(behavior, account)
  checkPolicies(behavior, account)
  refuseIf(
    items(behavior.LambdaFunctionAssociations).length > 0,
    'InvalidLambdaFunctionAssociation',
    'The specified Lambda@Edge function does not exist.',
  )
  refuseIf(
    items(behavior.FunctionAssociations).length > 0,
    'InvalidFunctionAssociation',
    'The specified CloudFront function does not exist.',
  )
  refuseIf(
    behavior.FieldLevelEncryptionId !== '',
    'NoSuchFieldLevelEncryptionConfig',
    'The specified configuration for field-level encryption does not exist.',
  )
  refuseIf(
    (behavior.RealtimeLogConfigArn ?? '') !== '',
    'NoSuchRealtimeLogConfig',
    'The real-time log configuration does not exist.',
  )
}

function checkSigners(behavior: Behavior, account: Account): void {
  const groups = items(behavior.TrustedKeyGroups)
  refuseIf(
    groups.length > 4,
    'TooManyKeyGroupsAssociatedToDistribution',
    'A cache behavior can have at most 4 key groups.',
  )
  const unknown = groups.find((id) => !account.state.keyGroups.some((group) => group.id === id))
  refuseIf(
    unknown !== undefined,
    'TrustedKeyGroupDoesNotExist',
    `The specified key group ${unknown} does not exist.`,
  )
  const signers = items(behavior.TrustedSigners)
  refuseIf(
    signers.length > 5,
    'TooManyTrustedSigners',
    'A cache behavior can have at most 5 trusted signers.',
  )
  for (const signer of signers) {
    const ours = signer === 'self' || signer === account.id
    refuseIf(
      !ours || account.accountKeys.size === 0,
      'TrustedSignerDoesNotExist',
      `The trusted signer ${signer} has no active CloudFront key pair.`,
    )
  }
}

/** The headers that may be forwarded to an S3 origin (Developer Guide, "Select the headers to base caching on"). */
const headersForS3 = ['access-control-request-headers', 'access-control-request-method', 'origin']

function checkPolicies(behavior: Behavior, { state }: Account): void {
  const legacy = behavior.ForwardedValues
  if (behavior.CachePolicyId === undefined) {
    if (legacy === undefined)
      throw new ApiError('InvalidArgument', 'The parameter ForwardedValues is required.')
    refuseIf(behavior.MinTTL === undefined, 'InvalidArgument', 'The parameter MinTTL is required.')
    refuseIf(
      behavior.OriginRequestPolicyId !== undefined,
      'InvalidArgument',
      'An origin request policy needs a cache policy.',
    )
    const [min, normal, max] = [
      behavior.MinTTL ?? 0,
      behavior.DefaultTTL ?? 86_400,
      behavior.MaxTTL ?? 31_536_000,
    ]
    refuseIf(
      min > normal || normal > max,
      'InvalidTTLOrder',
      'MinTTL, DefaultTTL and MaxTTL must not decrease.',
    )
    refuseIf(
      items(legacy.Headers).some((name) => !headersForS3.includes(name.toLowerCase())),
      'InvalidHeadersForS3Origin',
      'The headers specified are not valid for an Amazon S3 origin.',
    )
    return
  }
  for (const name of ['ForwardedValues', 'MinTTL', 'DefaultTTL', 'MaxTTL'] as const)
    refuseIf(
      behavior[name] !== undefined,
      'InvalidArgument',
      `The parameter ${name} cannot be used when a cache policy is associated to the cache behavior.`,
    )
  const known = (policies: readonly { readonly id: string }[], id: string | undefined) =>
    id === undefined || policies.some((policy) => policy.id === id)
  refuseIf(
    !known([...managedCachePolicies, ...state.cachePolicies], behavior.CachePolicyId),
    'NoSuchCachePolicy',
    'The cache policy does not exist.',
  )
  refuseIf(
    !known([...managedOriginRequestPolicies, ...state.originRequestPolicies], behavior.OriginRequestPolicyId),
    'NoSuchOriginRequestPolicy',
    'The origin request policy does not exist.',
  )
  refuseIf(
    !known(managedResponseHeadersPolicies, behavior.ResponseHeadersPolicyId),
    'NoSuchResponseHeadersPolicy',
    'The response headers policy does not exist.',
  )
}

const errorCodes = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

function checkErrorResponses(config: DistributionConfig): void {
  const responses = items(config.CustomErrorResponses)
  const codes = responses.map((response) => response.ErrorCode)
  refuseIf(
    new Set(codes).size < codes.length,
    'InvalidArgument',
    'Two custom error responses have the same ErrorCode.',
  )
  for (const { ErrorCode, ResponseCode, ResponsePagePath } of responses) {
    refuseIf(!errorCodes.includes(ErrorCode), 'InvalidErrorCode', `${ErrorCode} cannot be customized.`)
    refuseIf(
      (ResponseCode === '') !== (ResponsePagePath === ''),
      'InvalidArgument',
      'ResponseCode and ResponsePagePath are given together or not at all.',
    )
    refuseIf(
      ResponseCode !== '' && ResponseCode !== '200' && !errorCodes.includes(Number(ResponseCode)),
      'InvalidResponseCode',
      `The response code ${ResponseCode} is not valid.`,
    )
    refuseIf(
      ResponsePagePath !== '' && !ResponsePagePath.startsWith('/'),
      'InvalidArgument',
      'ResponsePagePath must begin with a slash (/).',
    )
  }
}

function checkAliases(config: DistributionConfig, others: readonly Distribution[]): void {
  const aliases = items(config.Aliases)
  refuseIf(aliases.length > 100, 'TooManyDistributionCNAMEs', 'A distribution can have at most 100 CNAMEs.')
  const taken = aliases.find((alias) => others.some((d) => items(d.config.Aliases).includes(alias)))
  refuseIf(taken !== undefined, 'CNAMEAlreadyExists', `The CNAME ${taken} is used by another distribution.`)

  const { ACMCertificateArn: arn, IAMCertificateId, SSLSupportMethod } = config.ViewerCertificate
  const own = arn !== undefined || IAMCertificateId !== undefined
  refuseIf(
    aliases.length > 0 && !own,
    'InvalidViewerCertificate',
    'To add an alternate domain name, you must attach a trusted certificate that validates it.',
  )
  refuseIf(
    own && SSLSupportMethod === undefined,
    'InvalidViewerCertificate',
    'The parameter SSLSupportMethod is required with a certificate.',
  )
  refuseIf(
    arn !== undefined && !/^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/.test(arn),
    'InvalidViewerCertificate',
    'The specified SSL certificate does not exist, or is not in us-east-1 region.',
  )
}

function checkTheRest(config: DistributionConfig): void {
  refuseIf(
    config.DefaultRootObject.startsWith('/'),
    'InvalidDefaultRootObject',
    'The default root object must not begin with a slash (/).',
  )
  refuseIf(
    config.WebACLId !== '' && !/^arn:aws:wafv2:us-east-1:\d{12}:global\/webacl\/.+/.test(config.WebACLId),
    'InvalidWebACLId',
    'The web ACL must be the ARN of a WAFv2 web ACL with scope CLOUDFRONT.',
  )
  const { RestrictionType, ...locations } = config.Restrictions.GeoRestriction
  const countries = items(locations)
  refuseIf(
    (RestrictionType === 'none') !== (countries.length === 0),
    'InvalidGeoRestrictionParameter',
    'Locations are given for whitelist and blacklist, and only then.',
  )
  refuseIf(
    countries.some((country) => !/^[A-Z]{2}$/.test(country)),
    'InvalidLocationCode',
    'A location is a two-letter ISO 3166-1 code.',
  )
  refuseIf(
    config.Logging.Enabled && !/^[a-z0-9.-]+\.s3(\.[a-z0-9-]+)?\.amazonaws\.com$/.test(config.Logging.Bucket),
    'InvalidArgument',
    'The parameter Logging Bucket does not refer to a valid S3 bucket.',
  )
  refuseIf(
    config.ContinuousDeploymentPolicyId !== '',
    'NoSuchContinuousDeploymentPolicy',
    'The continuous deployment policy does not exist.',
  )
  refuseIf(items(config.OriginGroups).length > 0, 'InvalidArgument', 'Origin groups are not offered here.')
  refuseIf(config.Staging, 'InvalidArgument', 'A staging distribution is made with CopyDistribution.')
  refuseIf(
    config.ConnectionMode === 'tenant-only',
    'InvalidArgument',
    'Multi-tenant distributions are not offered here.',
  )
}
