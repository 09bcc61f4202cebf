import type { XmlMembers } from '../xml.ts'
import {
  type DistributionConfig,
  distributionConfig,
  distributionConfigWithTags,
  requiredOnUpdate,
  type Tags,
} from './distribution-config.ts'
import { checkDistribution } from './distribution-rules.ts'
import { readBody } from './document.ts'
import { ApiError } from './errors.ts'
import { newETag, newId } from './ids.ts'
import { keyGroupIds } from './keys.ts'
import { distributionsWith } from './policies.ts'
import { type Account, checkVersion, find, page, type Reply, type Route } from './route.ts'
import { items } from './schema.ts'
import type { Distribution } from './state.ts'
import { checkTags } from './tags.ts'

/** The ARN of a distribution: two colons before the account, since CloudFront has no region. */
export const arnOf = (accountId: string, id: string): string =>
  `arn:aws:cloudfront::${accountId}:distribution/${id}`

const missing = 'NoSuchDistribution'

/** Where the edge of a distribution listens; the API's DomainName. */
export const domainOf = (distribution: Pick<Distribution, 'port'>): string => `127.0.0.1:${distribution.port}`

/** `InProgress` until the deploy time is over, then `Deployed`. */
const statusOf = (distribution: Distribution, now: number): 'InProgress' | 'Deployed' =>
  now < distribution.deployedAt ? 'InProgress' : 'Deployed'

function body(distribution: Distribution, account: Account): XmlMembers {
  const now = account.now()
  return {
    ...heading(distribution, account),
    InProgressInvalidationBatches: account.state.invalidations.filter(
      (i) => i.distributionId === distribution.id && now < i.completedAt,
    ).length,
    ActiveTrustedSigners: activeSigners(distribution, account),
    ActiveTrustedKeyGroups: activeKeyGroups(distribution, account),
    DistributionConfig: distribution.config,
  }
}

const heading = (distribution: Distribution, account: Account) => ({
  Id: distribution.id,
  ARN: arnOf(account.id, distribution.id),
  Status: statusOf(distribution, account.now()),
  LastModifiedTime: distribution.modified,
  DomainName: domainOf(distribution),
})

const listOf = (element: string, members: readonly XmlMembers[]): XmlMembers => ({
  Enabled: members.length > 0,
  Quantity: members.length,
  Items: members.length === 0 ? undefined : { [element]: members },
})

const keyPairIds = (ids: readonly string[]): XmlMembers => ({
  Quantity: ids.length,
  Items: ids.length === 0 ? undefined : { KeyPairId: ids },
})

function activeKeyGroups(distribution: Distribution, { state }: Account): XmlMembers {
  const groups = state.keyGroups.filter((group) => keyGroupIds(distribution).includes(group.id))
  return listOf(
    'KeyGroup',
    groups.map((group) => ({ KeyGroupId: group.id, KeyPairIds: keyPairIds(items(group.config)) })),
  )
}

function activeSigners({ config }: Distribution, account: Account): XmlMembers {
  const behaviors = [config.DefaultCacheBehavior, ...items(config.CacheBehaviors)]
  const signers = [...new Set(behaviors.flatMap((behavior) => items(behavior.TrustedSigners)))]
  return listOf(
    'Signer',
    signers.map((signer) => ({
      AwsAccountNumber: signer,
      KeyPairIds: keyPairIds([...account.accountKeys.keys()]),
    })),
  )
}

function summary(distribution: Distribution, account: Account): XmlMembers {
  const { CallerReference, DefaultRootObject, Logging, ContinuousDeploymentPolicyId, ...shown } =
    distribution.config
  return { ...heading(distribution, account), ETag: distribution.etag, ...shown }
}

/** What CloudFront writes into a config by itself. */
function complete(config: DistributionConfig): DistributionConfig {
  const { ACMCertificateArn, IAMCertificateId } = config.ViewerCertificate
  const certificate: DistributionConfig['ViewerCertificate'] =
    ACMCertificateArn === undefined && IAMCertificateId === undefined
      ? {
          CloudFrontDefaultCertificate: true,
          SSLSupportMethod: 'vip',
          MinimumProtocolVersion: 'TLSv1',
          CertificateSource: 'cloudfront',
        }
      : {
          ...config.ViewerCertificate,
          CloudFrontDefaultCertificate: false,
          Certificate: ACMCertificateArn ?? IAMCertificateId,
          CertificateSource: ACMCertificateArn === undefined ? 'iam' : 'acm',
        }
  const times = <B extends DistributionConfig['DefaultCacheBehavior']>(behavior: B): B =>
    behavior.ForwardedValues === undefined
      ? behavior
      : { ...behavior, DefaultTTL: behavior.DefaultTTL ?? 86_400, MaxTTL: behavior.MaxTTL ?? 31_536_000 }
  const behaviors = items(config.CacheBehaviors).map(times)
  return {
    ...config,
    DefaultCacheBehavior: times(config.DefaultCacheBehavior),
    CacheBehaviors:
      behaviors.length === 0
        ? { Quantity: 0 }
        : { Quantity: behaviors.length, Items: { CacheBehavior: behaviors } },
    ViewerCertificate: certificate,
  }
}

async function create(account: Account, config: DistributionConfig, tags: Tags): Promise<Reply> {
  const { state } = account
  const twin = state.distributions.find((d) => d.config.CallerReference === config.CallerReference)
  if (twin !== undefined)
    throw new ApiError(
      'DistributionAlreadyExists',
      `The caller reference that you are using to create a distribution is associated with another distribution. Already exists: ${twin.id}`,
    )
  checkDistribution(config, account, undefined)
  if (state.distributions.length >= 500)
    throw new ApiError('TooManyDistributions', 'An account can have at most 500 distributions.')
  const id = newId()
  const now = new Date(account.now()).toISOString()
  const accepted = checkTags({}, tags)
  const distribution: Distribution = {
    id,
    etag: newETag(),
    created: now,
    modified: now,
    config: complete(config),
    port: await account.edges.open(id),
    deployedAt: account.now() + account.deployTime,
    tags: accepted,
  }
  state.distributions.push(distribution)
  return {
    status: 201,
    body: ['Distribution', body(distribution, account)],
    etag: distribution.etag,
    location: `/distribution/${id}`,
  }
}

/** A DistributionIdList of `distributions`. */
function idList(distributions: readonly Distribution[], query: URLSearchParams): Reply {
  const { members, maxItems, marker, next } = page(distributions, query)
  return {
    status: 200,
    body: [
      'DistributionIdList',
      {
        Marker: marker,
        NextMarker: next,
        MaxItems: maxItems,
        IsTruncated: next !== undefined,
        Quantity: members.length,
        Items: members.length === 0 ? undefined : { DistributionId: members.map(({ id }) => id) },
      },
    ],
  }
}

export const distributionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/distribution',
    query: 'WithTags',
    run({ account, body }) {
      const { DistributionConfig, Tags } = readBody(
        body,
        'DistributionConfigWithTags',
        distributionConfigWithTags,
      )
      return create(account, DistributionConfig, Tags)
    },
  },
  {
    method: 'POST',
    path: '/distribution',
    run: ({ account, body }) => create(account, readBody(body, 'DistributionConfig', distributionConfig), {}),
  },
  {
    method: 'GET',
    path: '/distribution',
    run({ account, query }) {
      const { members, maxItems, marker, next } = page(account.state.distributions, query)
      return {
        status: 200,
        body: [
          'DistributionList',
          {
            Marker: marker,
            NextMarker: next,
            MaxItems: maxItems,
            IsTruncated: next !== undefined,
            Quantity: members.length,
            Items:
              members.length === 0
                ? undefined
                : { DistributionSummary: members.map((distribution) => summary(distribution, account)) },
          },
        ],
      }
    },
  },
  {
    method: 'GET',
    path: '/distribution/{id}',
    run({ account, param }) {
      const distribution = find(account.state.distributions, param('id'), missing)
      return { status: 200, body: ['Distribution', body(distribution, account)], etag: distribution.etag }
    },
  },
  {
    method: 'GET',
    path: '/distribution/{id}/config',
    run({ account, param }) {
      const { config, etag } = find(account.state.distributions, param('id'), missing)
      return { status: 200, body: ['DistributionConfig', config], etag }
    },
  },
  {
    method: 'PUT',
    path: '/distribution/{id}/config',
    run({ account, param, ifMatch, body: text }) {
      const distribution = find(account.state.distributions, param('id'), missing)
      const config = readBody(text, 'DistributionConfig', distributionConfig, requiredOnUpdate)
      checkVersion(distribution, ifMatch)
      if (config.CallerReference !== distribution.config.CallerReference)
        throw new ApiError('IllegalUpdate', 'The caller reference of a distribution cannot be changed.')
      checkDistribution(config, account, distribution)
      distribution.config = complete(config)
      distribution.etag = newETag()
      distribution.modified = new Date(account.now()).toISOString()
      distribution.deployedAt = account.now() + account.deployTime
      return { status: 200, body: ['Distribution', body(distribution, account)], etag: distribution.etag }
    },
  },
  {
    method: 'DELETE',
    path: '/distribution/{id}',
    async run({ account, param, ifMatch }) {
      const { state } = account
      const distribution = find(state.distributions, param('id'), missing)
      checkVersion(distribution, ifMatch)
      if (distribution.config.Enabled || statusOf(distribution, account.now()) !== 'Deployed')
        throw new ApiError(
          'DistributionNotDisabled',
          'The distribution you are trying to delete has not been disabled.',
        )
      state.distributions.splice(state.distributions.indexOf(distribution), 1)
      state.invalidations = state.invalidations.filter((i) => i.distributionId !== distribution.id)
      await account.edges.close(distribution.id)
      return { status: 204 }
    },
  },
  {
    method: 'GET',
    path: '/distributionsByKeyGroupId/{id}',
    run({ account, param, query }) {
      find(account.state.keyGroups, param('id'), 'NoSuchResource')
      return idList(
        account.state.distributions.filter((d) => keyGroupIds(d).includes(param('id'))),
        query,
      )
    },
  },
  {
    method: 'GET',
    path: '/distributionsByCachePolicyId/{id}',
    run: ({ account, param, query }) =>
      idList(
        distributionsWith(account.state, (b) => b.CachePolicyId === param('id')),
        query,
      ),
  },
  {
    method: 'GET',
    path: '/distributionsByOriginRequestPolicyId/{id}',
    run: ({ account, param, query }) =>
      idList(
        distributionsWith(account.state, (b) => b.OriginRequestPolicyId === param('id')),
        query,
      ),
  },
]
