/** Everything the control plane knows, and its file. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { readJson } from '../files.ts'
import {
  cachePolicyConfig,
  keyGroupConfig,
  originAccessControlConfig,
  originRequestPolicyConfig,
  publicKeyConfig,
} from './configs.ts'
import { distributionConfig } from './distribution-config.ts'

/** What every resource has: its config, and what CloudFront adds. Times are ISO 8601. */
export interface Resource<C> {
  id: string
  /** A new one with every change. */
  etag: string
  created: string
  modified: string
  config: C
}

const resource = <T extends z.ZodType>(config: T) =>
  z.object({ id: z.string(), etag: z.string(), created: z.string(), modified: z.string(), config })

const distribution = resource(distributionConfig).extend({
  /** The port of its edge: the DomainName is 127.0.0.1:port. */
  port: z.int(),
  /** When it is deployed, in milliseconds since the epoch. */
  deployedAt: z.number(),
  tags: z.record(z.string(), z.string()),
})

const invalidation = z.object({
  id: z.string(),
  distributionId: z.string(),
  callerReference: z.string(),
  paths: z.array(z.string()),
  created: z.string(),
  /** Milliseconds since the epoch. */
  completedAt: z.number(),
})

const state = z.object({
  distributions: z.array(distribution),
  originAccessControls: z.array(resource(originAccessControlConfig)),
  publicKeys: z.array(resource(publicKeyConfig)),
  keyGroups: z.array(resource(keyGroupConfig)),
  cachePolicies: z.array(resource(cachePolicyConfig)),
  originRequestPolicies: z.array(resource(originRequestPolicyConfig)),
  invalidations: z.array(invalidation),
})

/** Mutable: the operations change it in place. */
export type State = z.infer<typeof state>
export type Distribution = z.infer<typeof distribution>
export type Invalidation = z.infer<typeof invalidation>

/** The state of a new account: no resources. */
export function emptyState(): State {
  return {
    distributions: [],
    originAccessControls: [],
    publicKeys: [],
    keyGroups: [],
    cachePolicies: [],
    originRequestPolicies: [],
    invalidations: [],
  }
}

/** The state in `file`, an empty one when there is no such file. Throws Failure('usage') when it cannot be read. */
export function loadState(file: string): State {
  return existsSync(file) ? readJson(file, state) : emptyState()
}
