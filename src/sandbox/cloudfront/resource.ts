/** The life cycle that origin access controls, public keys, key groups and policies share: six operations a kind. */
import type { z } from 'zod'
import type { XmlMembers } from '../xml.ts'
import { readBody } from './document.ts'
import { ApiError } from './errors.ts'
import { newETag } from './ids.ts'
import { type Account, checkVersion, find, page, type Route } from './route.ts'
import type { Resource, State } from './state.ts'

export interface Kind<C extends XmlMembers> {
  /** The path segment: `public-key`. */
  readonly path: string
  /** The element of a resource; its config is `<element>Config`, its list `<element>List` unless `list` says otherwise. */
  readonly element: string
  readonly list?: string
  /** `/config` when updates go to /{id}/config, else empty. */
  readonly updatePath: '' | '/config'
  readonly config: z.ZodType<C>
  readonly newId: () => string
  /** The code for an id that does not exist. */
  readonly missing: string
  readonly limit: { readonly count: number; readonly code: string }
  /** The resources of this kind in the state; changed in place. */
  resources(state: State): Resource<C>[]
  /** Resources that AWS made: they can be read and used, not changed. */
  readonly managed?: readonly Resource<C>[]
  /** Throws ApiError when `config` must be refused. `previous` is given on update. */
  check(config: C, account: Account, previous: Resource<C> | undefined): void
  /** Throws ApiError when something refers to the resource. */
  checkUnused(id: string, account: Account): void
  /** What CloudFront makes of an accepted config. */
  readonly complete?: (config: C) => C
  readonly body: (resource: Resource<C>) => XmlMembers
  /** The element and content of an entry of the list; `[element, content]`. */
  readonly summary: (resource: Resource<C>) => XmlMembers
  /** Whether the list says Marker and IsTruncated, as the older lists do. */
  readonly listSaysTruncated?: boolean
}

/** The routes of one kind. */
export function routes<C extends XmlMembers>(kind: Kind<C>): Route[] {
  const configElement = `${kind.element}Config`
  const base = `/${kind.path}`
  const one = `${base}/{id}`
  const managed = kind.managed ?? []
  const get = (state: State, id: string) => find([...managed, ...kind.resources(state)], id, kind.missing)

  return [
    {
      method: 'POST',
      path: base,
      run({ account, body }) {
        const accepted = readBody(body, configElement, kind.config)
        kind.check(accepted, account, undefined)
        const resources = kind.resources(account.state)
        if (resources.length >= kind.limit.count)
          throw new ApiError(
            kind.limit.code,
            `Processing your request would exceed the maximum of ${kind.limit.count}.`,
          )
        const now = new Date(account.now()).toISOString()
        const config = kind.complete?.(accepted) ?? accepted
        const resource = { id: kind.newId(), etag: newETag(), created: now, modified: now, config }
        resources.push(resource)
        return {
          status: 201,
          body: [kind.element, kind.body(resource)],
          etag: resource.etag,
          location: `${base}/${resource.id}`,
        }
      },
    },
    {
      method: 'GET',
      path: one,
      run({ account, param }) {
        const resource = get(account.state, param('id'))
        return { status: 200, body: [kind.element, kind.body(resource)], etag: resource.etag }
      },
    },
    {
      method: 'GET',
      path: `${one}/config`,
      run({ account, param }) {
        const resource = get(account.state, param('id'))
        return { status: 200, body: [configElement, resource.config], etag: resource.etag }
      },
    },
    {
      method: 'PUT',
      path: one + kind.updatePath,
      run({ account, param, ifMatch, body }) {
        const resource = get(account.state, param('id'))
        const config = readBody(body, configElement, kind.config)
        if (managed.includes(resource))
          throw new ApiError('IllegalUpdate', 'A managed policy cannot be changed.')
        checkVersion(resource, ifMatch)
        kind.check(config, account, resource)
        resource.config = kind.complete?.(config) ?? config
        resource.etag = newETag()
        resource.modified = new Date(account.now()).toISOString()
        return { status: 200, body: [kind.element, kind.body(resource)], etag: resource.etag }
      },
    },
    {
      method: 'DELETE',
      path: one,
      run({ account, param, ifMatch }) {
        const resource = get(account.state, param('id'))
        if (managed.includes(resource))
          throw new ApiError('IllegalDelete', 'A managed policy cannot be deleted.')
        checkVersion(resource, ifMatch)
        kind.checkUnused(resource.id, account)
        const resources = kind.resources(account.state)
        resources.splice(resources.indexOf(resource), 1)
        return { status: 204 }
      },
    },
    {
      method: 'GET',
      path: base,
      run({ account, query }) {
        const type = query.get('Type')
        const custom = kind.resources(account.state)
        const all = type === 'managed' ? managed : type === 'custom' ? custom : [...managed, ...custom]
        const { members, maxItems, marker, next } = page(all, query)
        const list = `${kind.element}List`
        return {
          status: 200,
          body: [
            list,
            {
              ...(kind.listSaysTruncated ? { Marker: marker, IsTruncated: next !== undefined } : {}),
              NextMarker: next,
              MaxItems: maxItems,
              Quantity: members.length,
              Items:
                members.length === 0 ? undefined : { [`${kind.element}Summary`]: members.map(kind.summary) },
            },
          ],
        }
      },
    },
  ]
}
