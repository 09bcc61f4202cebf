import { randomUUID } from 'node:crypto'
import type { XmlMembers } from '../xml.ts'
import {
  type CachePolicyConfig,
  cachePolicyConfig,
  type OriginRequestPolicyConfig,
  originRequestPolicyConfig,
} from './configs.ts'
import type { Behavior } from './distribution-config.ts'
import { ApiError } from './errors.ts'
import {
  managedCachePolicies,
  managedOriginRequestPolicies,
  managedResponseHeadersPolicies,
} from './managed-policies.ts'
import type { Kind } from './resource.ts'
import { type Account, find, page, type Route } from './route.ts'
import { items } from './schema.ts'
import type { Resource, State } from './state.ts'

/** The distributions of which some behaviour satisfies `matches`. */
export function distributionsWith(state: State, matches: (behavior: Behavior) => boolean) {
  return state.distributions.filter(({ config }) =>
    [config.DefaultCacheBehavior, ...items(config.CacheBehaviors)].some(matches),
  )
}

function checkUnusedPolicy(account: Account, code: string, matches: (behavior: Behavior) => boolean): void {
  const [user] = distributionsWith(account.state, matches)
  if (user !== undefined) throw new ApiError(code, `The policy is in use by distribution ${user.id}.`)
}

function checkName(
  config: { readonly Name: string },
  all: readonly Resource<{ readonly Name: string }>[],
  previous: Resource<unknown> | undefined,
  code: string,
): void {
  if (all.some((policy) => policy !== previous && policy.config.Name === config.Name))
    throw new ApiError(code, `A policy with the name ${config.Name} already exists.`)
}

const typeOf = (managed: readonly unknown[], policy: unknown) =>
  managed.includes(policy) ? 'managed' : 'custom'

const cachePolicyBody = ({ id, modified, config }: Resource<CachePolicyConfig>): XmlMembers => ({
  Id: id,
  LastModifiedTime: modified,
  CachePolicyConfig: config,
})

export const cachePolicies: Kind<CachePolicyConfig> = {
  path: 'cache-policy',
  element: 'CachePolicy',
  updatePath: '',
  config: cachePolicyConfig,
  newId: randomUUID,
  missing: 'NoSuchCachePolicy',
  limit: { count: 20, code: 'TooManyCachePolicies' },
  managed: managedCachePolicies,
  resources: (state) => state.cachePolicies,
  check(config, { state }, previous) {
    checkName(config, [...managedCachePolicies, ...state.cachePolicies], previous, 'CachePolicyAlreadyExists')
    if (config.MinTTL > config.DefaultTTL || config.DefaultTTL > config.MaxTTL)
      throw new ApiError('InvalidArgument', 'MinTTL, DefaultTTL and MaxTTL must not decrease.')
  },
  checkUnused: (id, account) => checkUnusedPolicy(account, 'CachePolicyInUse', (b) => b.CachePolicyId === id),
  body: cachePolicyBody,
  summary: (policy) => ({ Type: typeOf(managedCachePolicies, policy), CachePolicy: cachePolicyBody(policy) }),
}

const originRequestPolicyBody = ({
  id,
  modified,
  config,
}: Resource<OriginRequestPolicyConfig>): XmlMembers => ({
  Id: id,
  LastModifiedTime: modified,
  OriginRequestPolicyConfig: config,
})

export const originRequestPolicies: Kind<OriginRequestPolicyConfig> = {
  path: 'origin-request-policy',
  element: 'OriginRequestPolicy',
  updatePath: '',
  config: originRequestPolicyConfig,
  newId: randomUUID,
  missing: 'NoSuchOriginRequestPolicy',
  limit: { count: 20, code: 'TooManyOriginRequestPolicies' },
  managed: managedOriginRequestPolicies,
  resources: (state) => state.originRequestPolicies,
  check: (config, { state }, previous) =>
    checkName(
      config,
      [...managedOriginRequestPolicies, ...state.originRequestPolicies],
      previous,
      'OriginRequestPolicyAlreadyExists',
    ),
  checkUnused: (id, account) =>
    checkUnusedPolicy(account, 'OriginRequestPolicyInUse', (b) => b.OriginRequestPolicyId === id),
  body: originRequestPolicyBody,
  summary: (policy) => ({
    Type: typeOf(managedOriginRequestPolicies, policy),
    OriginRequestPolicy: originRequestPolicyBody(policy),
  }),
}

const responseHeadersPolicyBody = ({ id, modified, config }: Resource<XmlMembers>): XmlMembers => ({
  Id: id,
  LastModifiedTime: modified,
  ResponseHeadersPolicyConfig: config,
})

/** Response headers policies can only be read. */
export const responseHeadersPolicyRoutes: Route[] = [
  {
    method: 'GET',
    path: '/response-headers-policy',
    run({ query }) {
      const { members, maxItems, next } = page(
        query.get('Type') === 'custom' ? [] : managedResponseHeadersPolicies,
        query,
      )
      const entries = members.map((policy) => ({
        Type: 'managed',
        ResponseHeadersPolicy: responseHeadersPolicyBody(policy),
      }))
      return {
        status: 200,
        body: [
          'ResponseHeadersPolicyList',
          {
            NextMarker: next,
            MaxItems: maxItems,
            Quantity: entries.length,
            Items: entries.length === 0 ? undefined : { ResponseHeadersPolicySummary: entries },
          },
        ],
      }
    },
  },
  {
    method: 'GET',
    path: '/response-headers-policy/{id}',
    run({ param }) {
      const policy = find(managedResponseHeadersPolicies, param('id'), 'NoSuchResponseHeadersPolicy')
      return {
        status: 200,
        body: ['ResponseHeadersPolicy', responseHeadersPolicyBody(policy)],
        etag: policy.etag,
      }
    },
  },
]
