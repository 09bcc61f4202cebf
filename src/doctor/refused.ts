import type { Answer, Context, EdgeAnswer } from './check.ts'
import { readRefusal } from './edge-answer.ts'
import { behaviorCure } from './init-cure.ts'

/** Passes when CloudFront itself refused with `code`; S3 refusing instead means that the edge let the request through. */
export async function refused(
  context: Context,
  answer: EdgeAnswer,
  code: string,
  message: string,
): Promise<Answer> {
  const refusal = readRefusal(answer)
  if (answer.status === 403 && refusal.by === 'cloudfront' && refusal.code === code)
    return { status: 'pass', seen: refusal.text }
  const actual = answer.status < 400 ? `${answer.status}, the content` : refusal.text
  return {
    status: 'fail',
    findings: [
      {
        message:
          answer.status < 400
            ? message
            : 'the edge refuses otherwise than by signature, so its restriction is not proven',
        evidence: { expected: `403 ${code} from CloudFront`, actual },
        remedy: behaviorCure(
          'Restrict viewer access with a trusted key group, for the behaviour that answers for blobs.',
          context.settings,
          await context.distribution(),
        ),
      },
    ],
  }
}
