import type { z } from 'zod'
import { buildXml, parseXml, type XmlElement, type XmlMembers, XmlSyntaxError } from '../xml.ts'
import { ApiError } from './errors.ts'

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/'

/** An element as plain data: text, or members by name, an array where a name is repeated. */
function plain(element: XmlElement): unknown {
  if (element.children.length === 0) return element.text
  const members: Record<string, unknown> = {}
  for (const child of element.children) {
    const value = plain(child)
    const known = members[child.name]
    if (known === undefined) members[child.name] = value
    else if (Array.isArray(known)) known.push(value)
    else members[child.name] = [known, value]
  }
  return members
}

/**
 * The body of a request as `schema` wants it. `root` is the name of its root element. `required` names members
 * that the schema fills in but that this request must carry. Throws ApiError: MissingBody, MalformedXML,
 * IllegalUpdate, InconsistentQuantities, InvalidArgument and their kin.
 */
export function readBody<T>(
  body: string,
  root: string,
  schema: z.ZodType<T>,
  required: readonly string[] = [],
): T {
  if (body.trim() === '') throw new ApiError('MissingBody', 'This operation requires a body.')
  const element = parse(body)
  if (element.name !== root)
    throw new ApiError('MalformedXML', `The root element must be ${root}, not ${element.name}.`)
  const raw = plain(element)
  const result = schema.safeParse(raw)
  if (!result.success) throw refusal(result.error.issues, root)
  for (const path of required) {
    if (isMissing(raw, path.split('.')))
      throw new ApiError('IllegalUpdate', `${path.split('.').at(-1)} is required for updates.`)
  }
  return result.data
}

function parse(body: string): XmlElement {
  try {
    return parseXml(body)
  } catch (error) {
    if (error instanceof XmlSyntaxError) throw new ApiError('MalformedXML', error.message)
    throw error
  }
}

/** Whether the last member of `path` is absent from any value that holds it. A value that is absent itself holds nothing. */
function isMissing(value: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path
  if (name === undefined || value === undefined || value === '') return false
  if (Array.isArray(value)) return value.some((item) => isMissing(item, path))
  const member = (value as Record<string, unknown>)[name]
  return rest.length === 0 ? member === undefined : isMissing(member, rest)
}

/** Codes of their own for members that have one; every other wrong value is InvalidArgument. */
const codes: Readonly<Record<string, string>> = {
  MinimumProtocolVersion: 'InvalidMinimumProtocolVersion',
  OriginReadTimeout: 'InvalidOriginReadTimeout',
  OriginKeepaliveTimeout: 'InvalidOriginKeepaliveTimeout',
  RestrictionType: 'InvalidGeoRestrictionParameter',
}

function refusal(issues: readonly z.core.$ZodIssue[], root: string): ApiError {
  const issue = issues[0]
  if (issue === undefined) return new ApiError('InvalidArgument', 'The argument is not valid.')
  const path = [root, ...issue.path.map(String)]
  const member = path.map((name) => name.charAt(0).toLowerCase() + name.slice(1)).join('.')
  if (issue.code === 'unrecognized_keys')
    return new ApiError('MalformedXML', `Unexpected element ${issue.keys.join(', ')} in '${member}'.`)
  if (issue.code === 'custom')
    return new ApiError(String(issue.params?.code ?? 'InvalidArgument'), issue.message)
  if (issue.message.includes('received undefined'))
    return new ApiError(
      'MalformedXML',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    )
  const code = codes[path.at(-1) ?? ''] ?? 'InvalidArgument'
  return new ApiError(code, `The parameter ${path.slice(1).join('.')} is not valid: ${issue.message}`)
}

/** A response body: `content` under one root element, in the API's namespace. */
export function writeBody(root: string, content: XmlMembers): string {
  return buildXml(root, content, namespace)
}

/** The body of an error answer. */
export function writeError(code: string, message: string, requestId: string): string {
  return buildXml(
    'ErrorResponse',
    {
      Error: { Type: code === 'InternalFailure' ? 'Receiver' : 'Sender', Code: code, Message: message },
      RequestId: requestId,
    },
    namespace,
  )
}
