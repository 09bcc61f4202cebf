import type { KeyObject } from 'node:crypto'
import type { XmlMembers } from '../xml.ts'
import { ApiError } from './errors.ts'
import type { Resource, State } from './state.ts'

/** What an operation of the API works on. */
export interface Account {
  readonly id: string
  readonly state: State
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds that a change takes to be deployed. */
  readonly deployTime: number
  /** The account's own key pairs, for `TrustedSigners: self`: public keys by id. */
  readonly accountKeys: ReadonlyMap<string, KeyObject>
  readonly edges: Edges
}

/** The running edges, one a distribution. */
export interface Edges {
  /** Starts the edge of distribution `id`, on any free port, and gives the port. */
  open(id: string): Promise<number>
  close(id: string): Promise<void>
  /** Drops what is cached for `paths`, which may end in `*`. */
  invalidate(id: string, paths: readonly string[]): Promise<void>
}

/** One call of an operation. */
export interface Call {
  readonly account: Account
  /** The value of a `{name}` in the route's path. */
  readonly param: (name: string) => string
  readonly query: URLSearchParams
  readonly ifMatch: string | undefined
  readonly body: string
}

export interface Reply {
  readonly status: number
  /** The root element of the body and what it holds; none for 204. */
  readonly body?: readonly [root: string, content: XmlMembers]
  readonly etag?: string
  /** The path of a created resource. */
  readonly location?: string
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below /2020-05-31, with `{name}` for a segment. */
  readonly path: string
  /** A query parameter that must be there, `name` or `name=value`, to tell routes of one path apart. */
  readonly query?: string
  run(call: Call): Reply | Promise<Reply>
}

/** Checks the If-Match of an update or delete. Throws InvalidIfMatchVersion when it is missing or no version, PreconditionFailed when stale. */
export function checkVersion(resource: { readonly etag: string }, ifMatch: string | undefined): void {
  if (ifMatch === undefined || !/^E[A-Z0-9]{10,16}$/.test(ifMatch))
    throw new ApiError(
      'InvalidIfMatchVersion',
      'The If-Match version is missing or not valid for the resource.',
    )
  if (ifMatch !== resource.etag)
    throw new ApiError(
      'PreconditionFailed',
      "The request failed because it didn't meet the preconditions in one or more request-header fields.",
    )
}

/** The resource called `id`. Throws ApiError(`missing`) when there is none. */
export function find<R extends { readonly id: string }>(
  resources: readonly R[],
  id: string,
  missing: string,
): R {
  const found = resources.find((resource) => resource.id === id)
  if (found === undefined) throw new ApiError(missing, 'The specified resource does not exist.')
  return found
}

/** One page of `resources`, by id, as Marker and MaxItems (1 to 100, default 100) ask. Throws InvalidArgument. */
export function page<R extends Pick<Resource<unknown>, 'id'>>(
  resources: readonly R[],
  query: URLSearchParams,
): {
  readonly members: readonly R[]
  readonly maxItems: number
  readonly marker: string
  readonly next: string | undefined
} {
  const asked = query.get('MaxItems') ?? '100'
  const maxItems = Number(asked)
  if (!/^\d+$/.test(asked) || maxItems < 1)
    throw new ApiError('InvalidArgument', 'The parameter MaxItems must be a whole number above zero.')
  const marker = query.get('Marker') ?? ''
  const size = Math.min(maxItems, 100)
  const rest = resources.filter((r) => r.id > marker).sort((a, b) => (a.id < b.id ? -1 : 1))
  const members = rest.slice(0, size)
  return { members, maxItems: size, marker, next: rest.length > size ? members.at(-1)?.id : undefined }
}
