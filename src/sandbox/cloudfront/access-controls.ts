import { type OriginAccessControlConfig, originAccessControlConfig } from './configs.ts'
import { ApiError } from './errors.ts'
import { newId } from './ids.ts'
import type { Kind } from './resource.ts'
import { items } from './schema.ts'

export const originAccessControls: Kind<OriginAccessControlConfig> = {
  path: 'origin-access-control',
  element: 'OriginAccessControl',
  updatePath: '/config',
  config: originAccessControlConfig,
  newId,
  missing: 'NoSuchOriginAccessControl',
  limit: { count: 100, code: 'TooManyOriginAccessControls' },
  listSaysTruncated: true,
  resources: (state) => state.originAccessControls,
  check(config, { state }, previous) {
    if (state.originAccessControls.some((o) => o !== previous && o.config.Name === config.Name))
      throw new ApiError(
        'OriginAccessControlAlreadyExists',
        `An origin access control with the name ${config.Name} already exists.`,
      )
  },
  checkUnused(id, { state }) {
    const user = state.distributions.find((d) =>
      items(d.config.Origins).some((origin) => origin.OriginAccessControlId === id),
    )
    if (user !== undefined)
      throw new ApiError(
        'OriginAccessControlInUse',
        `The origin access control is in use by distribution ${user.id}.`,
      )
  },
  body: ({ id, config }) => ({ Id: id, OriginAccessControlConfig: config }),
  summary: ({ id, config }) => ({ Id: id, ...config }),
}
