import { Failure } from '../core/errors.ts'
import type { AwsClients, DistributionConfig } from './clients.ts'
import { isService } from './errors.ts'
import { bucketHost, methodsFor } from './intent.ts'
import { type DistributionState, differences, resource, unknownYet } from './resource.ts'

interface DistributionSpec {
  readonly comment: string
  readonly callerReference: string
  readonly tags: Readonly<Record<string, string>>
  readonly originHost: string
  readonly originPath: string
  readonly originAccessControlId: string
  readonly keyGroupId: string
  readonly allowed: readonly string[]
  readonly cached: readonly string[]
}

/** CachingOptimizedForUncompressedObjects: one entry a blob, whatever the signature in its URL (facts: cloudfront 1.3). */
const cachePolicyId = 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d'
/** The origin that init makes and owns; others in the same distribution are left alone. */
export const originId = 'registry-s3'
/** A pull right after a push must not meet a cached miss (facts: cloudfront 1.9). */
const uncachedErrors = [403, 404, 500, 502, 503, 504]

/** The distribution that serves pulls: S3 origin through the access control, HTTPS only, signed URLs only. */
export const distribution = resource<'distribution', DistributionSpec>({
  kind: 'distribution',
  title: 'distribution',
  permissions: [
    'cloudfront:ListDistributions',
    'cloudfront:GetDistribution',
    'cloudfront:CreateDistribution',
    'cloudfront:TagResource',
    'cloudfront:UpdateDistribution',
  ],
  name: (spec) => spec.comment,
  desired(intent, known) {
    const { allowed, cached } = methodsFor(intent.methods)
    return {
      comment: `regctl: ${intent.name}`.slice(0, 128),
      callerReference: `regctl:${intent.name}:${intent.publicKeyHash.slice(0, 32)}`,
      tags: { 'regctl:name': intent.name },
      originHost: bucketHost(intent.bucket, intent.region),
      originPath: intent.originPath,
      originAccessControlId: known.originAccessControl?.id ?? unknownYet,
      keyGroupId: known.keyGroup?.id ?? unknownYet,
      allowed,
      cached,
    }
  },
  find: findDistribution,
  diff: (spec, state) => differences(state ? view(state.config) : {}, view(toConfig(spec, state?.config))),
  async apply({ cloudfront }, spec, state) {
    const config = toConfig(spec, state?.config)
    if (state !== undefined) {
      const answer = await cloudfront.updateDistribution({
        Id: state.id,
        IfMatch: state.etag,
        DistributionConfig: config,
      })
      return toState(answer.Distribution, answer.ETag)
    }
    const Tags = { Items: Object.entries(spec.tags).map(([Key, Value]) => ({ Key, Value })) }
    try {
      const answer = await cloudfront.createDistribution({
        DistributionConfigWithTags: { DistributionConfig: config, Tags },
      })
      return toState(answer.Distribution, answer.ETag)
    } catch (error) {
      if (!isService(error, 'DistributionAlreadyExists')) throw error
      throw new Failure(
        'conflict',
        `a distribution was already made with the reference ${spec.callerReference}, and its comment is no longer "${spec.comment}"`,
        {
          cause: error,
          remedy: { text: 'Give that distribution its comment back, or choose another --name or a new key.' },
        },
      )
    }
  },
})

async function findDistribution(
  { cloudfront }: AwsClients,
  spec: DistributionSpec,
): Promise<DistributionState | undefined> {
  let Marker: string | undefined
  do {
    const { DistributionList: page } = await cloudfront.listDistributions({ ...(Marker && { Marker }) })
    const found = page?.Items?.find((item) => item.Comment === spec.comment)
    if (found?.Id !== undefined) {
      const { Distribution, ETag } = await cloudfront.getDistribution({ Id: found.Id })
      return toState(Distribution, ETag)
    }
    Marker = page?.IsTruncated ? page.NextMarker : undefined
  } while (Marker)
  return undefined
}

type Answered = Awaited<ReturnType<AwsClients['cloudfront']['getDistribution']>>

function toState(answer: Answered['Distribution'], etag: string | undefined): DistributionState {
  const { Id = '', ARN = '', DomainName = '', Status = '', DistributionConfig: config } = answer ?? {}
  if (config === undefined) throw new Error(`CloudFront gave no configuration for the distribution ${Id}`)
  return { id: Id, arn: ARN, domainName: DomainName, status: Status, etag: etag ?? '', config }
}

/** Our fields over what is there: UpdateDistribution replaces everything, so what is not ours is sent back as it was read. */
function toConfig(spec: DistributionSpec, current: DistributionConfig | undefined): DistributionConfig {
  const origin = current?.Origins?.Items?.find((item) => item.Id === originId) ?? {
    CustomHeaders: { Quantity: 0 },
    S3OriginConfig: { OriginAccessIdentity: '' },
  }
  const otherOrigins = current?.Origins?.Items?.filter((item) => item.Id !== originId) ?? []
  const otherErrors = (current?.CustomErrorResponses?.Items ?? []).filter(
    (item) => !uncachedErrors.includes(item.ErrorCode ?? 0),
  )
  // The legacy cache settings exclude a cache policy.
  const { ForwardedValues, MinTTL, DefaultTTL, MaxTTL, ...behavior } = current?.DefaultCacheBehavior ?? {
    Compress: false,
  }
  const trusted = current?.DefaultCacheBehavior?.TrustedKeyGroups
  const keyGroups = [...new Set([...(trusted?.Enabled ? (trusted.Items ?? []) : []), spec.keyGroupId])]
  const errors = [
    ...otherErrors,
    ...uncachedErrors.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
  ]
  const origins = [
    ...otherOrigins,
    {
      ...origin,
      Id: originId,
      DomainName: spec.originHost,
      OriginPath: spec.originPath,
      OriginAccessControlId: spec.originAccessControlId,
      // An identity of the older kind excludes an access control.
      S3OriginConfig: { ...origin.S3OriginConfig, OriginAccessIdentity: '' },
    },
  ]
  return {
    HttpVersion: 'http2and3',
    IsIPV6Enabled: true,
    PriceClass: 'PriceClass_All',
    ViewerCertificate: { CloudFrontDefaultCertificate: true },
    ...current,
    CallerReference: current?.CallerReference ?? spec.callerReference,
    Comment: spec.comment,
    Enabled: true,
    Origins: { Quantity: origins.length, Items: origins },
    DefaultCacheBehavior: {
      ...behavior,
      TargetOriginId: originId,
      ViewerProtocolPolicy: 'https-only',
      AllowedMethods: {
        Quantity: spec.allowed.length,
        Items: [...spec.allowed] as 'GET'[],
        CachedMethods: { Quantity: spec.cached.length, Items: [...spec.cached] as 'GET'[] },
      },
      TrustedKeyGroups: { Enabled: true, Quantity: keyGroups.length, Items: keyGroups },
      CachePolicyId: cachePolicyId,
    },
    CustomErrorResponses: { Quantity: errors.length, Items: errors },
  }
}

/** The fields that are ours, as texts to compare and show. Methods are sets: AWS gives them in any order. */
function view(config: DistributionConfig): Record<string, string> {
  const origin = config.Origins?.Items?.find((item) => item.Id === originId)
  const behavior = config.DefaultCacheBehavior
  const errors = config.CustomErrorResponses?.Items ?? []
  return {
    enabled: String(config.Enabled ?? false),
    'origin domain': origin?.DomainName ?? '',
    'origin path': origin?.OriginPath || '(none)',
    'origin access control': origin?.OriginAccessControlId ?? '',
    'target origin': behavior?.TargetOriginId ?? '',
    'viewer protocol policy': behavior?.ViewerProtocolPolicy ?? '',
    'allowed methods': methodList(behavior?.AllowedMethods?.Items),
    'cached methods': methodList(behavior?.AllowedMethods?.CachedMethods?.Items),
    'trusted key groups': behavior?.TrustedKeyGroups?.Enabled
      ? (behavior.TrustedKeyGroups.Items ?? []).join(', ')
      : '(open to all)',
    'cache policy': behavior?.CachePolicyId ?? '',
    'errors kept':
      uncachedErrors
        .filter((code) => errors.find((item) => item.ErrorCode === code)?.ErrorCachingMinTTL !== 0)
        .join(', ') || 'none',
  }
}

const order = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE']

/** Methods in one fixed order, so that two sets can be compared as texts. */
export function methodList(methods: readonly string[] | undefined): string {
  return [...(methods ?? [])].sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(' ')
}
