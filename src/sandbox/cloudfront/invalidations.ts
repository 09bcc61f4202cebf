import type { XmlMembers } from '../xml.ts'
import { invalidationBatch } from './configs.ts'
import { readBody } from './document.ts'
import { ApiError } from './errors.ts'
import { newInvalidationId } from './ids.ts'
import { type Account, find, page, type Route } from './route.ts'
import { items } from './schema.ts'
import type { Invalidation } from './state.ts'

const statusOf = (invalidation: Invalidation, account: Account) =>
  account.now() < invalidation.completedAt ? 'InProgress' : 'Completed'

const body = (invalidation: Invalidation, account: Account): XmlMembers => ({
  Id: invalidation.id,
  Status: statusOf(invalidation, account),
  CreateTime: invalidation.created,
  InvalidationBatch: {
    Paths: { Quantity: invalidation.paths.length, Items: { Path: invalidation.paths } },
    CallerReference: invalidation.callerReference,
  },
})

const missing = 'NoSuchDistribution'
const base = '/distribution/{distribution}/invalidation'

export const invalidationRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: base,
    async run({ account, param, body: text }) {
      const distribution = find(account.state.distributions, param('distribution'), missing)
      const batch = readBody(text, 'InvalidationBatch', invalidationBatch)
      const paths = [...items(batch.Paths)]
      if (paths.length === 0) throw new ApiError('InvalidArgument', 'An invalidation must name a path.')
      if (paths.length > 3000)
        throw new ApiError('BatchTooLarge', 'An invalidation can name at most 3000 paths.')
      if (paths.some((path) => !path.startsWith('/') || path.slice(0, -1).includes('*')))
        throw new ApiError(
          'InvalidArgument',
          'Your request contains one or more invalid invalidation paths: they begin with / and hold * at the end only.',
        )
      const known = account.state.invalidations.find(
        (i) => i.distributionId === distribution.id && i.callerReference === batch.CallerReference,
      )
      if (known !== undefined && known.paths.join('\n') !== paths.join('\n'))
        throw new ApiError(
          'InvalidArgument',
          'Your caller reference belongs to an invalidation of other paths.',
        )
      const invalidation: Invalidation = known ?? {
        id: newInvalidationId(),
        distributionId: distribution.id,
        callerReference: batch.CallerReference,
        paths,
        created: new Date(account.now()).toISOString(),
        completedAt: account.now() + account.deployTime,
      }
      if (known === undefined) {
        account.state.invalidations.push(invalidation)
        await account.edges.invalidate(distribution.id, paths)
      }
      return {
        status: 201,
        body: ['Invalidation', body(invalidation, account)],
        location: `/distribution/${distribution.id}/invalidation/${invalidation.id}`,
      }
    },
  },
  {
    method: 'GET',
    path: `${base}/{id}`,
    run({ account, param }) {
      const distribution = find(account.state.distributions, param('distribution'), missing)
      const own = account.state.invalidations.filter((i) => i.distributionId === distribution.id)
      return {
        status: 200,
        body: ['Invalidation', body(find(own, param('id'), 'NoSuchInvalidation'), account)],
      }
    },
  },
  {
    method: 'GET',
    path: base,
    run({ account, param, query }) {
      const distribution = find(account.state.distributions, param('distribution'), missing)
      const own = account.state.invalidations.filter((i) => i.distributionId === distribution.id)
      const { members, maxItems, marker, next } = page(own, query)
      const entries = members.map((i) => ({ Id: i.id, CreateTime: i.created, Status: statusOf(i, account) }))
      return {
        status: 200,
        body: [
          'InvalidationList',
          {
            Marker: marker,
            NextMarker: next,
            MaxItems: maxItems,
            IsTruncated: next !== undefined,
            Quantity: entries.length,
            Items: entries.length === 0 ? undefined : { InvalidationSummary: entries },
          },
        ],
      }
    },
  },
]
