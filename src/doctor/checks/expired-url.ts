import { signUrl } from '../../signing/sign.ts'
import { viewerUrl } from '../../storage/edge-path.ts'
import type { Check } from '../check.ts'
import { refused } from '../refused.ts'

export const expiredUrl: Check = {
  id: 'expired-url',
  title: 'a signed URL that has expired is refused',
  severity: 'error',
  why: 'Signed URLs stand in logs and proxies; they must die.',
  permissions: ['s3:ListBucket'],
  needs: ['bucket', 'distribution', 'signed-url'],
  async run(context) {
    const { settings } = context
    const url = viewerUrl(settings, (await context.blob()).path)
    const expires = Math.floor(context.now().getTime() / 1000) - 3600
    const signed = signUrl({ url, keyPairId: settings.keyPairId, key: await context.key(), expires })
    return refused(
      context,
      await context.fetch(signed, { range: 'bytes=0-0' }),
      'AccessDenied',
      `a URL that expired an hour ago is answered: ${url}`,
    )
  },
}
