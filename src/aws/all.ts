import { bucket } from './bucket.ts'
import { bucketPolicy } from './bucket-policy.ts'
import { distribution } from './distribution.ts'
import { keyGroup } from './key-group.ts'
import { originAccessControl } from './origin-access-control.ts'
import { publicKey } from './public-key.ts'
import type { AnyResource } from './resource.ts'

/** Every resource, in the order of creation: each one needs the ids of those before it. */
export const resources: readonly AnyResource[] = [
  bucket,
  originAccessControl,
  publicKey,
  keyGroup,
  distribution,
  bucketPolicy,
]
