import type { Remedy } from '../../core/finding.ts'
import { signUrl } from '../../signing/sign.ts'
import { keysFor, viewerUrl } from '../../storage/edge-path.ts'
import { registryOrigin } from '../behavior.ts'
import type { Check } from '../check.ts'
import { type Refusal, readRefusal } from '../edge-answer.ts'
import { initCure } from '../init-cure.ts'

export const signedUrl: Check = {
  id: 'signed-url',
  title: 'a signed URL, made as the registry makes it, is answered with the blob',
  severity: 'error',
  why: 'It is what every pull does: the one proof that all parts fit.',
  permissions: ['s3:ListBucket', 's3:PutObject', 's3:DeleteObject'],
  needs: ['bucket', 'distribution'],
  async run(context) {
    const { settings } = context
    const blob = await context.blob()
    const url = viewerUrl(settings, blob.path)
    const expires = Math.floor(context.now().getTime() / 1000) + settings.duration
    const answer = await context.fetch(
      signUrl({ url, keyPairId: settings.keyPairId, key: await context.key(), expires }),
      { range: 'bytes=0-0' },
    )
    if (answer.status === 206 && Number(answer.headers['content-range']?.split('/')[1]) === blob.size) {
      return { status: 'pass', seen: `${answer.status}, ${answer.headers['x-cache'] ?? 'no X-Cache'}` }
    }
    if (answer.status === 200 && Number(answer.headers['content-length']) === blob.size) {
      return { status: 'pass', seen: `200, ${answer.headers['x-cache'] ?? 'no X-Cache'}` }
    }
    const refusal = readRefusal(answer)
    const found = await context.distribution()
    const originPath = registryOrigin(found, settings)?.OriginPath ?? ''
    const keys = keysFor(settings, originPath, blob.path)
    return {
      status: 'fail',
      findings: [
        {
          message: `the edge does not serve ${url}`,
          evidence: { expected: `200 with ${blob.size} bytes`, actual: refusal.text },
          ...cure(refusal, keys, (text) => initCure(text, settings, found)),
        },
      ],
    }
  },
}

function cure(
  { by, code }: Refusal,
  keys: { readonly written: string; readonly requested: string },
  init: (text: string) => Remedy,
) {
  if (by === 's3' && keys.written !== keys.requested) {
    const doubled = keys.requested.endsWith(keys.written) ? 'the path is doubled: ' : ''
    return {
      cause: `${doubled}S3 was asked for ${keys.requested}, and the object is ${keys.written}`,
      remedy: init('Correct the origin path; see the check origin-path.'),
    }
  }
  if (by === 's3') {
    return {
      cause: `the signature was accepted and S3 refused: the bucket policy does not let this distribution read (${code})`,
      remedy: init('Allow s3:GetObject to cloudfront.amazonaws.com with the ARN of this distribution.'),
    }
  }
  switch (code) {
    case 'InvalidKey':
      return {
        cause: 'CloudFront does not know keypairid for this distribution',
        remedy: { text: 'See the check key-pair.' },
      }
    case 'AccessDenied':
      return {
        cause:
          'the signature does not match: another private key, another host than the one signed, or a clock that is off',
        remedy: { text: 'See the check key-pair, and compare the clock.', commands: ['date -u'] },
      }
    default:
      return {
        remedy: {
          text: 'Look at the answer itself.',
          commands: ['regctl sign-url --config config.yml --fetch <digest>'],
        },
      }
  }
}
