import type { EdgeAnswer } from './check.ts'

/** Who refused a request through the edge and why, from the answer's own marks (facts: cloudfront 3.5). */
export interface Refusal {
  readonly by: 'cloudfront' | 's3' | 'unknown'
  /** The error's code: MissingKey, InvalidKey, AccessDenied, NoSuchKey, …; for a page of CloudFront's, what it says. */
  readonly code: string
  /** The answer in a few words, for a finding's evidence. */
  readonly text: string
}

/**
 * Reads an answer that is no success. S3's errors carry a RequestId and CloudFront's own do not: the one reliable
 * mark, since both call the common case AccessDenied.
 */
export function readRefusal(answer: EdgeAnswer): Refusal {
  const code = /<Code>([^<]*)<\/Code>/.exec(answer.body)?.[1]
  const message = /<Message>([^<]*)<\/Message>/.exec(answer.body)?.[1]
  const head = `${answer.status}${code === undefined ? '' : ` ${code}`}${message === undefined ? '' : ` (${message})`}`
  if (code !== undefined) {
    const by =
      answer.body.includes('<RequestId>') || answer.headers.server === 'AmazonS3' ? 's3' : 'cloudfront'
    return { by, code, text: `${head} from ${by === 's3' ? 'S3' : 'CloudFront'}` }
  }
  if (/<html/i.test(answer.body)) {
    const said = /supports only cachable|not configured to allow/.test(answer.body)
      ? 'method not allowed'
      : /Request blocked/.test(answer.body)
        ? 'blocked by the firewall'
        : 'bad request'
    return { by: 'cloudfront', code: said, text: `${answer.status} page from CloudFront: ${said}` }
  }
  return { by: 'unknown', code: '', text: `${answer.status} without a reason` }
}
