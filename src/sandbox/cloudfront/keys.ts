import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import { type KeyGroupConfig, keyGroupConfig, type PublicKeyConfig, publicKeyConfig } from './configs.ts'
import { ApiError } from './errors.ts'
import { newPublicKeyId } from './ids.ts'
import type { Kind } from './resource.ts'
import { items } from './schema.ts'
import type { Distribution } from './state.ts'

/**
 * The key in a SubjectPublicKeyInfo PEM, if it is one that CloudFront takes for signed URLs: RSA of 2048 bits or
 * ECDSA on P-256 (Developer Guide, "Specify signers"). Undefined for everything else.
 */
function signingKey(pem: string): KeyObject | undefined {
  if (!/^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/.test(pem))
    return undefined
  let key: KeyObject
  try {
    key = createPublicKey(pem.trim())
  } catch {
    return undefined
  }
  const details = key.asymmetricKeyDetails
  const rsa = key.asymmetricKeyType === 'rsa' && details?.modulusLength === 2048
  const ecdsa = key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1'
  return rsa || ecdsa ? key : undefined
}

export const publicKeys: Kind<PublicKeyConfig> = {
  path: 'public-key',
  element: 'PublicKey',
  updatePath: '/config',
  config: publicKeyConfig,
  newId: newPublicKeyId,
  missing: 'NoSuchPublicKey',
  limit: { count: 10, code: 'TooManyPublicKeys' },
  resources: (state) => state.publicKeys,
  check(config, { state }, previous) {
    if (previous !== undefined) {
      const { CallerReference, Name, EncodedKey } = previous.config
      if (
        config.CallerReference !== CallerReference ||
        config.Name !== Name ||
        config.EncodedKey.trim() !== EncodedKey.trim()
      )
        throw new ApiError(
          'CannotChangeImmutablePublicKeyFields',
          "You can't change the value of a public key.",
        )
      return
    }
    if (signingKey(config.EncodedKey) === undefined)
      throw new ApiError(
        'InvalidArgument',
        'The parameter EncodedKey must be the PEM of an RSA 2048 or ECDSA P-256 public key.',
      )
    const known = state.publicKeys.some(
      (key) => key.config.Name === config.Name || key.config.CallerReference === config.CallerReference,
    )
    if (known) throw new ApiError('PublicKeyAlreadyExists', 'The specified public key already exists.')
  },
  checkUnused(id, { state }) {
    if (state.keyGroups.some((group) => items(group.config).includes(id)))
      throw new ApiError('PublicKeyInUse', 'The specified public key is in use.')
  },
  complete: (config) => ({ ...config, EncodedKey: `${config.EncodedKey.trim()}\n` }),
  body: ({ id, created, config }) => ({ Id: id, CreatedTime: created, PublicKeyConfig: config }),
  summary: ({ id, created, config }) => ({
    Id: id,
    Name: config.Name,
    CreatedTime: created,
    EncodedKey: config.EncodedKey,
    Comment: config.Comment,
  }),
}

const keysPerGroup = 5

export const keyGroups: Kind<KeyGroupConfig> = {
  path: 'key-group',
  element: 'KeyGroup',
  updatePath: '',
  config: keyGroupConfig,
  newId: randomUUID,
  missing: 'NoSuchResource',
  limit: { count: 10, code: 'TooManyKeyGroups' },
  resources: (state) => state.keyGroups,
  check(config, { state }, previous) {
    const ids = items(config)
    if (ids.length === 0) throw new ApiError('InvalidArgument', 'A key group must hold a public key.')
    if (new Set(ids).size < ids.length)
      throw new ApiError('InvalidArgument', 'A key group must not hold a public key twice.')
    if (ids.length > keysPerGroup)
      throw new ApiError(
        'TooManyPublicKeysInKeyGroup',
        `A key group can hold at most ${keysPerGroup} public keys.`,
      )
    const unknown = ids.find((id) => !state.publicKeys.some((key) => key.id === id))
    if (unknown !== undefined)
      throw new ApiError('InvalidArgument', `The public key ${unknown} does not exist.`)
    if (state.keyGroups.some((group) => group !== previous && group.config.Name === config.Name))
      throw new ApiError('KeyGroupAlreadyExists', `A key group with the name ${config.Name} already exists.`)
  },
  checkUnused(id, { state }) {
    const user = state.distributions.find((d) => keyGroupIds(d).includes(id))
    if (user !== undefined)
      throw new ApiError('ResourceInUse', `The key group is in use by distribution ${user.id}.`)
  },
  body: ({ id, modified, config }) => ({ Id: id, LastModifiedTime: modified, KeyGroupConfig: config }),
  summary: ({ id, modified, config }) => ({
    KeyGroup: { Id: id, LastModifiedTime: modified, KeyGroupConfig: config },
  }),
}

/** The ids of the key groups that any behaviour of `distribution` names, each once. */
export function keyGroupIds({ config }: Pick<Distribution, 'config'>): string[] {
  const behaviors = [config.DefaultCacheBehavior, ...items(config.CacheBehaviors)]
  return [...new Set(behaviors.flatMap((behavior) => items(behavior.TrustedKeyGroups)))]
}
