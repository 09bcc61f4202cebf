import type { Step } from '../core/outcome.ts'
import type { AwsClients } from './clients.ts'
import { isService } from './errors.ts'
import type { Intent } from './intent.ts'

/**
 * One kind of AWS resource: what it should be, what it is, what differs, and how to make it so. Desired state is
 * written here once; plan, apply, doctor and emit read it. Resources are visited in the order of all.ts; each finds in
 * `known` what came before it. A second apply changes nothing.
 */
export interface Resource<Kind extends keyof States, Spec> {
  readonly kind: Kind
  readonly title: string
  /** The IAM actions it takes to look at it and to make it. */
  readonly permissions: readonly string[]
  /** Pure. Ids that exist only after apply read `(known after apply)`. */
  desired(intent: Intent, known: Known): Spec
  /** Read-only. Undefined: it does not exist. Throws Failure('conflict') when it is somebody else's. */
  find(clients: AwsClients, spec: Spec): Promise<States[Kind] | undefined>
  /** Pure: the fields that differ, or every field that counts when there is no state yet. */
  diff(spec: Spec, state: States[Kind] | undefined): readonly Change[]
  /** Makes it so and gives the new state. Only called when something differs. */
  apply(clients: AwsClients, spec: Spec, state: States[Kind] | undefined): Promise<States[Kind]>
  name(spec: Spec): string
}

export type Change = Step['changes'][number]

/** What later resources need to know of earlier ones. */
export interface States {
  bucket: BucketState
  originAccessControl: {
    readonly id: string
    readonly etag: string
    readonly description: string
    readonly settings: Readonly<Record<string, string>>
  }
  publicKey: { readonly id: string; readonly name: string }
  keyGroup: {
    readonly id: string
    readonly etag: string
    readonly name: string
    readonly comment: string | undefined
    readonly keys: readonly string[]
  }
  distribution: DistributionState
  bucketPolicy: {
    readonly document: Readonly<Record<string, unknown>>
    readonly statements: readonly PolicyStatement[]
  }
}

export interface BucketState {
  readonly name: string
  /** Settings by name, as texts that can be compared and shown. */
  readonly settings: Readonly<Record<string, string>>
  readonly lifecycle: Awaited<ReturnType<AwsClients['s3']['getBucketLifecycleConfiguration']>> | undefined
}

export interface DistributionState {
  readonly id: string
  readonly arn: string
  readonly domainName: string
  readonly status: string
  readonly etag: string
  readonly config: import('./clients.ts').DistributionConfig
}

export interface PolicyStatement {
  readonly Sid?: string
  readonly [member: string]: unknown
}

export type Known = { readonly [K in keyof States]?: States[K] }

/** A resource with its types closed over, so that all.ts is a plain list. */
export interface AnyResource {
  readonly kind: keyof States
  readonly title: string
  readonly permissions: readonly string[]
  /** Looks and compares; with `act` also makes it so. Gives the step and what is known afterwards. */
  visit(
    clients: AwsClients,
    intent: Intent,
    known: Known,
    act: boolean,
  ): Promise<{ readonly step: Step; readonly known: Known }>
}

export const unknownYet = '(known after apply)'

export function resource<Kind extends keyof States, Spec>(spec: Resource<Kind, Spec>): AnyResource {
  return {
    kind: spec.kind,
    title: spec.title,
    permissions: spec.permissions,
    async visit(clients, intent, known, act) {
      const desired = spec.desired(intent, known)
      const state = await spec.find(clients, desired)
      const changes = spec.diff(desired, state)
      const action = state === undefined ? 'create' : changes.length > 0 ? 'update' : 'keep'
      const after = act && action !== 'keep' ? await applyFresh(spec, clients, desired, state) : state
      return {
        step: { resource: spec.title, id: spec.name(desired), action, changes },
        known: after === undefined ? known : { ...known, [spec.kind]: after },
      }
    },
  }
}

/** Applies, and once more over a fresh look when somebody else changed the resource in between (facts: cloudfront 1.12). */
async function applyFresh<Kind extends keyof States, Spec>(
  spec: Resource<Kind, Spec>,
  clients: AwsClients,
  desired: Spec,
  state: States[Kind] | undefined,
): Promise<States[Kind]> {
  try {
    return await spec.apply(clients, desired, state)
  } catch (error) {
    if (!isService(error, 'PreconditionFailed', 'InvalidIfMatchVersion')) throw error
    return spec.apply(clients, desired, await spec.find(clients, desired))
  }
}

/** The fields in which two flat views differ, in the order of `to`; a field that `from` lacks reads "". */
export function differences(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
): Change[] {
  return Object.entries(to)
    .filter(([field, value]) => (from[field] ?? '') !== value)
    .map(([field, value]) => ({ field, from: from[field] ?? '', to: value }))
}
