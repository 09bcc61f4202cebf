import { aclOperations } from './acl.ts'
import { configurationOperations } from './bucket-configuration.ts'
import { bucketOperations } from './buckets.ts'
import type { Operation } from './call.ts'
import { completeOperations } from './complete.ts'
import { copyOperations } from './copy.ts'
import { s3Error } from './errors.ts'
import { lifecycleOperations } from './lifecycle.ts'
import { listingOperations } from './listing.ts'
import { multipartOperations } from './multipart.ts'
import { objectOperations } from './objects.ts'
import type { S3Request } from './service.ts'
import { taggingOperations } from './tagging.ts'
import { uploadsListingOperations } from './uploads-listing.ts'

/** Of two that fit, the first is meant: those told apart by a query or header come before those that are not. */
const operations: readonly Operation[] = [
  ...configurationOperations,
  ...lifecycleOperations,
  ...taggingOperations,
  ...aclOperations,
  ...multipartOperations,
  ...completeOperations,
  ...copyOperations,
  ...uploadsListingOperations,
  ...listingOperations,
  ...objectOperations,
  ...bucketOperations,
]

/** The query parameters with which S3 names a part of a bucket or object. One that no operation here has must not be overlooked. */
const subresources = new Set([
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
])

/** The operation a request asks for. Throws NotImplemented or MethodNotAllowed. */
export function route(request: S3Request): Operation {
  const at = request.bucket === undefined ? 'service' : request.key === undefined ? 'bucket' : 'object'
  const named = [...request.query.keys()].filter((name) => subresources.has(name))
  const operation = operations.find(
    (o) =>
      o.at === at &&
      o.method === request.method &&
      (o.query === undefined ? named.length === 0 : request.query.has(o.query)) &&
      (o.header === undefined || o.header in request.headers),
  )
  if (operation !== undefined) return operation
  if (request.method === 'OPTIONS') throw s3Error('AccessForbidden', undefined, { Method: 'OPTIONS' })
  if (request.method === 'POST' && at === 'bucket') throw s3Error('NotImplemented')
  if (named.length > 0) throw s3Error('NotImplemented', undefined, { Header: named.join(', ') })
  throw s3Error('MethodNotAllowed', undefined, { Method: request.method, ResourceType: at.toUpperCase() })
}
