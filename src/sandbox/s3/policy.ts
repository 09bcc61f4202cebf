import { holds, like } from './policy-conditions.ts'
import type { Policy, Principals, Statement } from './policy-document.ts'

/** One question to a bucket policy: may this principal do this to that? */
export interface Question {
  readonly who: Who
  /** `s3:GetObject` */
  readonly action: string
  /** The ARN of a bucket or an object. */
  readonly resource: string
  /** The request's condition keys in lower case, such as `aws:sourcearn`. */
  readonly context: Readonly<Record<string, string>>
}

export type Who =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'service'; readonly service: string }

/** What the policy says: an explicit Deny wins over every Allow; `none` when no statement applies. */
export function judge(policy: Policy, question: Question): 'allow' | 'deny' | 'none' {
  const effects = new Set(policy.statements.filter((s) => applies(s, question)).map((s) => s.effect))
  return effects.has('Deny') ? 'deny' : effects.has('Allow') ? 'allow' : 'none'
}

function applies(statement: Statement, { who, action, resource, context }: Question): boolean {
  return (
    includes(statement.principals, who) !== statement.notPrincipals &&
    statement.actions.some((pattern) => like(action.toLowerCase(), pattern.toLowerCase())) !==
      statement.notActions &&
    statement.resources.some((pattern) => like(resource, pattern)) !== statement.notResources &&
    statement.conditions.every((condition) => holds(condition, context))
  )
}

function includes(principals: Principals, who: Who): boolean {
  if (principals.everyone) return true
  switch (who.kind) {
    case 'anonymous':
      return false
    case 'service':
      return principals.services.includes(who.service)
    case 'account':
      return principals.aws.some((p) => p === who.accountId || p === `arn:aws:iam::${who.accountId}:root`)
  }
}

/**
 * Whether S3 calls the policy public: some Allow is for everyone, and no condition narrows it to fixed
 * values of where or who (S3 user guide, "The meaning of public").
 */
export function isPublic(policy: Policy): boolean {
  return policy.statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      (statement.principals.everyone || statement.notPrincipals) &&
      !statement.conditions.some(
        ({ key, values, operator, negated }) =>
          !negated &&
          !operator.ifExists &&
          narrowing.has(key) &&
          values.every((value) => (key === 'aws:sourceip' ? isNarrow(value) : !/[*?]/.test(value))),
      ),
  )
}

const narrowing = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
])

/** S3 takes ranges as wide as /8 in IPv4 and /32 in IPv6 as fixed. */
function isNarrow(range: string): boolean {
  const [address = '', bits] = range.split('/')
  const wide = address.includes(':') ? 32 : 8
  return bits === undefined || Number(bits) >= wide
}
