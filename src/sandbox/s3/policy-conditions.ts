import { BlockList, isIPv6 } from 'node:net'

/** One line of a Condition block: an operator, a key, and the values that make it true. */
export interface Condition {
  readonly operator: Operator
  /** Whether the operator is the Not form. */
  readonly negated: boolean
  /** In lower case: `aws:sourcearn`. */
  readonly key: string
  readonly values: readonly string[]
}

interface Operator {
  /** Undefined for Null, which asks whether the key is there. */
  readonly matches: ((actual: string, expected: string) => boolean) | undefined
  /** Whether the condition also holds when the request does not have the key. */
  readonly ifExists: boolean
}

/** The positive operators; `Not` in the name of another negates one of these. */
const operators: Readonly<Record<string, (actual: string, expected: string) => boolean>> = {
  StringEquals: (a, e) => a === e,
  StringEqualsIgnoreCase: (a, e) => a.toLowerCase() === e.toLowerCase(),
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (a, e) => a.toLowerCase() === e.toLowerCase(),
  NumericEquals: (a, e) => Number(a) === Number(e),
  NumericLessThan: (a, e) => Number(a) < Number(e),
  NumericLessThanEquals: (a, e) => Number(a) <= Number(e),
  NumericGreaterThan: (a, e) => Number(a) > Number(e),
  NumericGreaterThanEquals: (a, e) => Number(a) >= Number(e),
  DateEquals: (a, e) => time(a) === time(e),
  DateLessThan: (a, e) => time(a) < time(e),
  DateLessThanEquals: (a, e) => time(a) <= time(e),
  DateGreaterThan: (a, e) => time(a) > time(e),
  DateGreaterThanEquals: (a, e) => time(a) >= time(e),
  IpAddress: inRange,
}

/** The operator of that name, or undefined when there is none (the set operators ForAnyValue and ForAllValues included). */
export function parseOperator(name: string): Pick<Condition, 'operator' | 'negated'> | undefined {
  const ifExists = name.endsWith('IfExists')
  const bare = ifExists ? name.slice(0, -'IfExists'.length) : name
  if (bare === 'Null')
    return ifExists ? undefined : { operator: { matches: undefined, ifExists }, negated: false }
  const positive = bare === 'NotIpAddress' ? 'IpAddress' : bare.replace(/^(String|Arn|Numeric|Date)Not/, '$1')
  const matches = Object.hasOwn(operators, positive) ? operators[positive] : undefined
  return matches && { operator: { matches, ifExists }, negated: positive !== bare }
}

/** Whether the request's `context` (keys in lower case) meets the condition. */
export function holds(
  { operator, negated, key, values }: Condition,
  context: Readonly<Record<string, string>>,
): boolean {
  const actual = context[key]
  const { matches } = operator
  if (matches === undefined)
    return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined))
  // IAM: without the key, a negated operator is true and any other is false.
  if (actual === undefined) return negated || operator.ifExists
  return values.some((value) => matches(actual, value)) !== negated
}

/** Each of the six parts of an ARN by itself: a star does not run over a colon. */
function likeArn(actual: string, expected: string): boolean {
  const [a, e] = [arnParts(actual), arnParts(expected)]
  return a.length === e.length && a.every((part, i) => like(part, e[i] ?? ''))
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, 5), parts.slice(5).join(':')]
}

const time = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

function inRange(address: string, range: string): boolean {
  const [base = '', bits] = range.split('/')
  const family = isIPv6(base) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(base, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Whether `text` matches `pattern`, in which `*` is any text and `?` any one character. */
export function like(text: string, pattern: string): boolean {
  // Greedy with one step back, linear for the patterns there are; a regular expression could be made to backtrack without end.
  let [t, p, star, resume] = [0, 0, -1, 0]
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
