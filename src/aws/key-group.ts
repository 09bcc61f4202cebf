import { resource, unknownYet } from './resource.ts'

interface KeyGroupSpec {
  readonly name: string
  readonly key: string
}

/** The keys whose signatures the distribution accepts. Keys that are already in it stay: a rotation may be under way. */
export const keyGroup = resource<'keyGroup', KeyGroupSpec>({
  kind: 'keyGroup',
  title: 'key group',
  permissions: [
    'cloudfront:ListKeyGroups',
    'cloudfront:GetKeyGroup',
    'cloudfront:CreateKeyGroup',
    'cloudfront:UpdateKeyGroup',
  ],
  name: (spec) => spec.name,
  desired: (intent, known) => ({ name: `${intent.name}-keys`, key: known.publicKey?.id ?? unknownYet }),
  async find({ cloudfront }, spec) {
    let Marker: string | undefined
    do {
      const { KeyGroupList: page } = await cloudfront.listKeyGroups({ ...(Marker && { Marker }) })
      const found = page?.Items?.find((item) => item.KeyGroup?.KeyGroupConfig?.Name === spec.name)?.KeyGroup
      if (found?.Id !== undefined) {
        const { ETag, KeyGroup } = await cloudfront.getKeyGroup({ Id: found.Id })
        return {
          id: found.Id,
          etag: ETag ?? '',
          name: spec.name,
          comment: KeyGroup?.KeyGroupConfig?.Comment,
          keys: KeyGroup?.KeyGroupConfig?.Items ?? [],
        }
      }
      Marker = page?.NextMarker
    } while (Marker)
    return undefined
  },
  diff: (spec, state) =>
    state?.keys.includes(spec.key)
      ? []
      : [
          {
            field: 'keys',
            from: state?.keys.join(', ') ?? '',
            to: [...(state?.keys ?? []), spec.key].join(', '),
          },
        ],
  async apply({ cloudfront }, spec, state) {
    const Items = [...(state?.keys ?? []), spec.key]
    const comment = state?.comment
    const KeyGroupConfig = { Name: spec.name, Items, ...(comment !== undefined && { Comment: comment }) }
    const answer =
      state === undefined
        ? await cloudfront.createKeyGroup({ KeyGroupConfig })
        : await cloudfront.updateKeyGroup({ Id: state.id, IfMatch: state.etag, KeyGroupConfig })
    return { id: answer.KeyGroup?.Id ?? '', etag: answer.ETag ?? '', name: spec.name, comment, keys: Items }
  },
})
