import { buildXml, child, childrenOf, parseXml, textOf, type XmlElement, type XmlMembers } from '../xml.ts'
import { noContent, xmlAnswer, xmlBody } from './answers.ts'
import { requireDigest } from './body.ts'
import type { Call, Operation } from './call.ts'
import { invalidArgument, s3Error } from './errors.ts'
import type { S3Answer } from './service.ts'

/** Lifecycle rules are kept and given back; none is carried out, since nothing here lives for days. */

const actions = [
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
]
const maxRules = 1000

async function putLifecycle(call: Call): Promise<S3Answer> {
  requireDigest(call.request)
  const document = await xmlBody(call.request, 'LifecycleConfiguration')
  const rules = childrenOf(document, 'Rule')
  if (rules.length === 0 || rules.length > maxRules || rules.length < document.children.length)
    throw s3Error('MalformedXML')
  const normal = rules.map((rule, index) => normalise(rule, `rule-${index + 1}`))
  const ids = normal.map((rule) => rule.ID)
  if (new Set(ids).size < ids.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', '')
  call.bucket().configure({ lifecycle: buildXml('LifecycleConfiguration', { Rule: normal }) })
  return { status: 200, headers: {} }
}

function normalise(rule: XmlElement, fallbackId: string): XmlMembers {
  const status = textOf(rule, 'Status')
  if (status !== 'Enabled' && status !== 'Disabled') throw s3Error('MalformedXML')
  // Exactly one of them: Prefix is the form from before there were filters.
  if ((child(rule, 'Filter') === undefined) === (child(rule, 'Prefix') === undefined))
    throw s3Error('MalformedXML')
  if (!actions.some((action) => child(rule, action))) {
    throw s3Error('InvalidRequest', 'At least one action needs to be specified in a rule')
  }
  const abort = child(rule, 'AbortIncompleteMultipartUpload')
  if (abort !== undefined) {
    const days = textOf(abort, 'DaysAfterInitiation') ?? ''
    if (!/^[1-9]\d*$/.test(days)) {
      throw invalidArgument(
        "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        'DaysAfterInitiation',
        days,
      )
    }
  }
  const id = textOf(rule, 'ID')
  if (id !== undefined && id.length > 255)
    throw invalidArgument('ID length should not exceed allowed limit of 255', 'ID', id)
  return { ID: id || fallbackId, ...membersOf(rule, ['ID']) }
}

/** An element's children as members of another document. */
function membersOf(element: XmlElement, without: readonly string[] = []): XmlMembers {
  const names = new Set(element.children.map((c) => c.name).filter((name) => !without.includes(name)))
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      childrenOf(element, name).map((c) => (c.children.length === 0 ? c.text : membersOf(c))),
    ]),
  )
}

function getLifecycle(call: Call): S3Answer {
  const { lifecycle } = call.bucket().record
  if (lifecycle === undefined)
    throw s3Error('NoSuchLifecycleConfiguration', undefined, { BucketName: call.bucketName })
  return xmlAnswer('LifecycleConfiguration', membersOf(parseXml(lifecycle)), {
    'x-amz-transition-default-minimum-object-size': 'all_storage_classes_128K',
  })
}

export const lifecycleOperations: readonly Operation[] = [
  {
    name: 'GetBucketLifecycleConfiguration',
    at: 'bucket',
    method: 'GET',
    query: 'lifecycle',
    action: 's3:GetLifecycleConfiguration',
    run: getLifecycle,
  },
  {
    name: 'PutBucketLifecycleConfiguration',
    at: 'bucket',
    method: 'PUT',
    query: 'lifecycle',
    action: 's3:PutLifecycleConfiguration',
    run: putLifecycle,
  },
  {
    name: 'DeleteBucketLifecycle',
    at: 'bucket',
    method: 'DELETE',
    query: 'lifecycle',
    action: 's3:PutLifecycleConfiguration',
    run(call) {
      call.bucket().configure({ lifecycle: undefined })
      return noContent
    },
  },
]
