import { signUrl } from '../../signing/sign.ts'
import { viewerUrl } from '../../storage/edge-path.ts'
import type { Check, EdgeAnswer } from '../check.ts'
import { readRefusal } from '../edge-answer.ts'
import { refusalCure } from '../refusal-cure.ts'

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
    const size = sizeOf(answer)
    if (size === blob.size)
      return { status: 'pass', seen: `${answer.status}, ${answer.headers['x-cache'] ?? 'no X-Cache'}` }
    const message = `the edge does not serve ${url}`
    const expected = `200 with ${blob.size} bytes`
    if (size !== undefined) {
      const actual = `${answer.status} with ${size} bytes`
      const cause =
        'the edge answers with other content: an error page under another status, or another origin'
      const remedy = { text: 'Remove custom error responses with a response code from the distribution.' }
      return { status: 'fail', findings: [{ message, evidence: { expected, actual }, cause, remedy }] }
    }
    const refusal = readRefusal(answer)
    const found = await context.distribution()
    const evidence = { expected, actual: refusal.text }
    return {
      status: 'fail',
      findings: [{ message, evidence, ...refusalCure({ refusal, blob, settings, found }) }],
    }
  },
}

/** The size of the whole content that an answer is of, in bytes; undefined when it is no success. */
function sizeOf({ status, headers, body }: EdgeAnswer): number | undefined {
  if (status === 206) return Number(headers['content-range']?.split('/')[1])
  return status === 200 ? Number(headers['content-length'] ?? body.length) : undefined
}
