import { viewerUrl } from '../../storage/edge-path.ts'
import type { Check } from '../check.ts'
import { refused } from '../refused.ts'

export const unsignedUrl: Check = {
  id: 'unsigned-url',
  title: 'the same URL without a signature is refused',
  severity: 'error',
  why: 'An edge that answers here gives every layer to anyone.',
  permissions: ['s3:ListBucket'],
  needs: ['bucket', 'distribution'],
  async run(context) {
    const url = viewerUrl(context.settings, (await context.blob()).path)
    return refused(
      context,
      await context.fetch(url, { range: 'bytes=0-0' }),
      'MissingKey',
      `an unsigned request for ${url} is answered`,
    )
  },
}
