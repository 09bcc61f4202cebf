import { differences, resource } from './resource.ts'

interface OriginAccessControlSpec {
  readonly name: string
  readonly settings: Readonly<Record<string, string>>
}

/** Lets CloudFront, and only it, read the bucket: requests to S3 are signed by CloudFront (facts: cloudfront 1.7). */
export const originAccessControl = resource<'originAccessControl', OriginAccessControlSpec>({
  kind: 'originAccessControl',
  title: 'origin access control',
  permissions: [
    'cloudfront:ListOriginAccessControls',
    'cloudfront:GetOriginAccessControl',
    'cloudfront:CreateOriginAccessControl',
    'cloudfront:UpdateOriginAccessControl',
  ],
  name: (spec) => spec.name,
  desired: (intent) => ({
    name: `${intent.name}-oac`.slice(-64),
    settings: { 'origin type': 's3', 'signing behavior': 'always', 'signing protocol': 'sigv4' },
  }),
  async find({ cloudfront }, spec) {
    let Marker: string | undefined
    do {
      const { OriginAccessControlList: page } = await cloudfront.listOriginAccessControls({
        ...(Marker && { Marker }),
      })
      const found = page?.Items?.find((item) => item.Name === spec.name)
      if (found?.Id !== undefined) {
        const { ETag } = await cloudfront.getOriginAccessControl({ Id: found.Id })
        return {
          id: found.Id,
          etag: ETag ?? '',
          description: found.Description ?? '',
          settings: {
            'origin type': found.OriginAccessControlOriginType ?? '',
            'signing behavior': found.SigningBehavior ?? '',
            'signing protocol': found.SigningProtocol ?? '',
          },
        }
      }
      Marker = page?.IsTruncated ? page.NextMarker : undefined
    } while (Marker)
    return undefined
  },
  diff: (spec, state) => differences(state?.settings ?? {}, spec.settings),
  async apply({ cloudfront }, spec, state) {
    const OriginAccessControlConfig = {
      Name: spec.name,
      Description: state?.description ?? '',
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    } as const
    const answer =
      state === undefined
        ? await cloudfront.createOriginAccessControl({ OriginAccessControlConfig })
        : await cloudfront.updateOriginAccessControl({
            Id: state.id,
            IfMatch: state.etag,
            OriginAccessControlConfig,
          })
    return {
      id: answer.OriginAccessControl?.Id ?? '',
      etag: answer.ETag ?? '',
      description: state?.description ?? '',
      settings: spec.settings,
    }
  },
})
