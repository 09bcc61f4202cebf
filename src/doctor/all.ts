import type { Check } from './check.ts'
import { allowedMethods } from './checks/allowed-methods.ts'
import { bucket } from './checks/bucket.ts'
import { cachedMethods } from './checks/cached-methods.ts'
import { deployed } from './checks/deployed.ts'
import { distribution } from './checks/distribution.ts'
import { expiredUrl } from './checks/expired-url.ts'
import { keyPair } from './checks/key-pair.ts'
import { originPath } from './checks/origin-path.ts'
import { restrictedAccess } from './checks/restricted-access.ts'
import { signedUrl } from './checks/signed-url.ts'
import { unsignedUrl } from './checks/unsigned-url.ts'
import { viewerProtocol } from './checks/viewer-protocol.ts'

/** Every check, in the order in which they run: the settings first, then the real requests. */
export const checks: readonly Check[] = [
  bucket,
  distribution,
  deployed,
  originPath,
  viewerProtocol,
  allowedMethods,
  cachedMethods,
  restrictedAccess,
  keyPair,
  signedUrl,
  unsignedUrl,
  expiredUrl,
]
