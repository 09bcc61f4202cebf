import { isIP } from 'node:net'
import { s3Error } from './errors.ts'
import { type Condition, parseOperator } from './policy-conditions.ts'

/** A bucket policy, read. */
export interface Policy {
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly principals: Principals
  readonly notPrincipals: boolean
  readonly actions: readonly string[]
  readonly notActions: boolean
  readonly resources: readonly string[]
  readonly notResources: boolean
  readonly conditions: readonly Condition[]
}

export interface Principals {
  readonly everyone: boolean
  /** Account ids and ARNs. */
  readonly aws: readonly string[]
  readonly services: readonly string[]
}

const maxSize = 20 * 1024

/**
 * Takes the text of a policy for `bucket` and gives it read. Throws MalformedPolicy, worded as S3 words
 * it, for everything S3 would refuse to store.
 */
export function parsePolicy(text: string, bucket: string): Policy {
  if (Buffer.byteLength(text) > maxSize)
    malformed(`Normalized policy document exceeds the maximum allowed size of ${maxSize} bytes.`)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    document = undefined
  }
  if (!isObject(document)) return malformed("Policies must be valid JSON and the first byte must be '{'")
  onlyFields(document, ['Version', 'Id', 'Statement'])
  const { Version = '2008-10-17', Statement: given } = document
  if (Version !== '2008-10-17' && Version !== '2012-10-17') {
    malformed('The policy must contain a valid version string')
  }
  if (given === undefined) malformed('Missing required field Statement')
  const statements = Array.isArray(given) ? given : [given]
  if (statements.length === 0) malformed('Could not parse the policy: Statement is empty!')
  const sids = statements
    .map((s: unknown) => (isObject(s) ? s.Sid : undefined))
    .filter((sid) => sid !== undefined)
  if (new Set(sids).size < sids.length) malformed('Statement IDs (SID) in a single policy must be unique.')
  return { statements: statements.map((statement: unknown) => parseStatement(statement, bucket)) }
}

function parseStatement(given: unknown, bucket: string): Statement {
  if (!isObject(given)) return malformed('Could not parse the policy: a statement is not an object')
  const either = (name: string) => {
    const [yes, no] = [given[name], given[`Not${name}`]]
    if (yes !== undefined && no !== undefined) malformed(`Statement/policy already has instance of ${name}`)
    return { value: yes ?? no ?? malformed(`Missing required field ${name}`), not: no !== undefined }
  }
  onlyFields(given, [
    'Sid',
    'Effect',
    'Principal',
    'NotPrincipal',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
    'Condition',
  ])
  const effect = given.Effect
  if (effect === undefined) malformed('Missing required field Effect')
  if (effect !== 'Allow' && effect !== 'Deny') return malformed(`Invalid effect: ${String(effect)}`)
  const principal = either('Principal')
  const action = either('Action')
  const resource = either('Resource')
  const actions = texts(action.value, 'Policy has invalid action')
  const resources = texts(resource.value, 'Policy has invalid resource')
  if (actions.some((a) => a !== '*' && !/^s3:[A-Za-z*?]+$/i.test(a))) malformed('Policy has invalid action')
  if (resources.some((r) => !isOfBucket(r, bucket))) malformed('Policy has invalid resource')
  if (!action.not && !resource.not && actions.some((a) => !resources.some((r) => fits(a, r)))) {
    malformed('Action does not apply to any resource(s) in statement')
  }
  return {
    effect,
    principals: parsePrincipals(principal.value),
    notPrincipals: principal.not,
    actions,
    notActions: action.not,
    resources,
    notResources: resource.not,
    conditions: parseConditions(given.Condition),
  }
}

function parsePrincipals(given: unknown): Principals {
  if (given === '*') return { everyone: true, aws: [], services: [] }
  if (!isObject(given) || Object.keys(given).length === 0) return malformed('Invalid policy syntax.')
  onlyFields(given, ['AWS', 'Service', 'CanonicalUser', 'Federated'])
  const list = (name: string) =>
    given[name] === undefined ? [] : texts(given[name], 'Invalid principal in policy')
  const [aws, services] = [list('AWS'), list('Service')]
  const valid = aws.every((p) => principalPatterns.some((pattern) => pattern.test(p)))
  const validServices = services.every((s) => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(s))
  if (!valid || !validServices) malformed('Invalid principal in policy')
  return { everyone: aws.includes('*'), aws, services }
}

const principalPatterns = [
  /^\*$/,
  /^\d{12}$/,
  /^arn:aws[a-z-]*:iam::\d{12}:(root|user\/.+|role\/.+)$/,
  /^arn:aws[a-z-]*:sts::\d{12}:(assumed-role|federated-user)\/.+$/,
  /^arn:aws[a-z-]*:iam::cloudfront:user\/CloudFront Origin Access Identity E[A-Z0-9]+$/,
]

function parseConditions(given: unknown): Condition[] {
  if (given === undefined) return []
  if (!isObject(given)) return malformed('Invalid policy syntax.')
  return Object.entries(given).flatMap(([name, lines]) => {
    const operator = parseOperator(name) ?? malformed(`Invalid Condition type : ${name}`)
    if (!isObject(lines)) return malformed('Invalid policy syntax.')
    return Object.entries(lines).map(([key, given]): Condition => {
      if (!/^(aws|s3):[\w/.-]+$/i.test(key)) malformed('Policy has an invalid condition key')
      const values = conditionValues(given)
      if (/IpAddress/.test(name) && values.some((value) => isIP(value.split('/')[0] ?? '') === 0)) {
        malformed(`Invalid IP address range in condition: ${values.join(', ')}`)
      }
      return { ...operator, key: key.toLowerCase(), values }
    })
  })
}

function conditionValues(given: unknown): string[] {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (values.length === 0 || values.some((v) => !['string', 'boolean', 'number'].includes(typeof v))) {
    return malformed('Invalid policy syntax.')
  }
  return values.map(String)
}

const partition = /^arn:aws[a-z-]*:s3:::/

function isOfBucket(resource: string, bucket: string): boolean {
  if (!partition.test(resource)) return false
  const path = resource.replace(partition, '')
  return path === bucket || path.startsWith(`${bucket}/`)
}

/** Whether an action that fits the pattern is about the kind of thing the resource is: a bucket or objects. */
function fits(action: string, resource: string): boolean {
  const ofObject = resource.replace(partition, '').includes('/')
  if (/[*?]/.test(action)) return true
  return ofObject === isObjectAction(action)
}

/** Whether the action is about objects, by its name, as S3's actions are named (service authorization reference). */
function isObjectAction(action: string): boolean {
  const name = action.replace(/^s3:/i, '')
  if (
    /^(AbortMultipartUpload|BypassGovernanceRetention|InitiateReplication|ReplicateDelete|ReplicateTags)$/i.test(
      name,
    )
  )
    return true
  if (/^ListMultipartUploadParts$/i.test(name)) return true
  return /Object/i.test(name) && !/ObjectLockConfiguration$|^ListObjects$/i.test(name)
}

function texts(given: unknown, message: string): string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) return malformed(message)
  return list.map((text) => (typeof text === 'string' && text !== '' ? text : malformed(message)))
}

function onlyFields(given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) malformed(`Unknown field ${unknown}`)
}

const isObject = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given)

function malformed(message: string): never {
  throw s3Error('MalformedPolicy', message)
}
