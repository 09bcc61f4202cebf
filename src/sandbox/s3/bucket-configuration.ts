import { child, childrenOf, textOf, type XmlElement } from '../xml.ts'
import { noContent, xmlAnswer, xmlBody } from './answers.ts'
import { keyArn } from './attributes.ts'
import { readText } from './body.ts'
import { isOwnership } from './buckets.ts'
import type { Call, Operation } from './call.ts'
import { invalidArgument, s3Error } from './errors.ts'
import { isPublic } from './policy.ts'
import { parsePolicy } from './policy-document.ts'
import type { BucketRecord } from './records.ts'
import type { S3Answer } from './service.ts'

const bucketNamed = (call: Call) => ({ BucketName: call.bucketName })

function getPolicy(call: Call): S3Answer {
  const { policy } = call.bucket().record
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', undefined, bucketNamed(call))
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: policy }
}

async function putPolicy(call: Call): Promise<S3Answer> {
  const text = await readText(call.request, { maxSize: 64 * 1024 })
  const policy = parsePolicy(text, call.bucketName)
  if (call.bucket().record.publicAccessBlock?.BlockPublicPolicy && isPublic(policy))
    throw s3Error('AccessDenied')
  // S3 does not keep white space either.
  call.bucket().configure({ policy: JSON.stringify(JSON.parse(text)) })
  return noContent
}

function getPolicyStatus(call: Call): S3Answer {
  const { policy } = call.bucket().record
  if (policy === undefined) throw s3Error('NoSuchBucketPolicy', undefined, bucketNamed(call))
  return xmlAnswer('PolicyStatus', {
    IsPublic: isPublic(parsePolicy(policy, call.bucketName)),
  })
}

function getPublicAccessBlock(call: Call): S3Answer {
  const { publicAccessBlock } = call.bucket().record
  if (publicAccessBlock === undefined)
    throw s3Error('NoSuchPublicAccessBlockConfiguration', undefined, bucketNamed(call))
  return xmlAnswer('PublicAccessBlockConfiguration', publicAccessBlock)
}

async function putPublicAccessBlock(call: Call): Promise<S3Answer> {
  const document = await xmlBody(call.request, 'PublicAccessBlockConfiguration')
  const flag = (name: string) => {
    const text = textOf(document, name)?.toLowerCase() ?? 'false'
    if (text !== 'true' && text !== 'false') throw s3Error('MalformedXML')
    return text === 'true'
  }
  call.bucket().configure({
    publicAccessBlock: {
      BlockPublicAcls: flag('BlockPublicAcls'),
      IgnorePublicAcls: flag('IgnorePublicAcls'),
      BlockPublicPolicy: flag('BlockPublicPolicy'),
      RestrictPublicBuckets: flag('RestrictPublicBuckets'),
    },
  })
  return { status: 200, headers: {} }
}

function getOwnership(call: Call): S3Answer {
  const { ownership } = call.bucket().record
  if (ownership === undefined) throw s3Error('OwnershipControlsNotFoundError', undefined, bucketNamed(call))
  return xmlAnswer('OwnershipControls', { Rule: { ObjectOwnership: ownership } })
}

async function putOwnership(call: Call): Promise<S3Answer> {
  const document = await xmlBody(call.request, 'OwnershipControls')
  const rules = childrenOf(document, 'Rule')
  const ownership = rules[0] && textOf(rules[0], 'ObjectOwnership')
  if (rules.length !== 1 || ownership === undefined || !isOwnership(ownership)) throw s3Error('MalformedXML')
  call.bucket().configure({ ownership })
  return { status: 200, headers: {} }
}

function getEncryption(call: Call): S3Answer {
  const { algorithm, keyId, bucketKey } = call.bucket().record.encryption
  return xmlAnswer('ServerSideEncryptionConfiguration', {
    Rule: {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId },
      BucketKeyEnabled: bucketKey ?? false,
    },
  })
}

async function putEncryption(call: Call): Promise<S3Answer> {
  const document = await xmlBody(call.request, 'ServerSideEncryptionConfiguration')
  const rules = childrenOf(document, 'Rule')
  const byDefault = rules[0] && child(rules[0], 'ApplyServerSideEncryptionByDefault')
  if (rules.length !== 1 || rules[0] === undefined || byDefault === undefined) throw s3Error('MalformedXML')
  const [algorithm, keyId] = [textOf(byDefault, 'SSEAlgorithm'), textOf(byDefault, 'KMSMasterKeyID')]
  const bucketKey = textOf(rules[0], 'BucketKeyEnabled') === 'true'
  switch (algorithm) {
    case 'AES256':
      if (keyId !== undefined) {
        throw invalidArgument(
          'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
          'KMSMasterKeyID',
          keyId,
        )
      }
      call.bucket().configure({ encryption: { algorithm, bucketKey } })
      break
    case 'aws:kms':
    case 'aws:kms:dsse':
      call.bucket().configure({ encryption: { algorithm, keyId: keyArn(call.world, keyId), bucketKey } })
      break
    default:
      throw s3Error('MalformedXML')
  }
  return { status: 200, headers: {} }
}

/** Forgets one member of the configuration. */
function forget(member: keyof BucketRecord) {
  return (call: Call): S3Answer => {
    call.bucket().configure({ [member]: undefined })
    return noContent
  }
}

function getLocation(call: Call): S3Answer {
  call.bucket()
  const { region } = call.world
  return xmlAnswer('LocationConstraint', { '#text': region === 'us-east-1' ? '' : region })
}

async function putVersioning(call: Call): Promise<S3Answer> {
  const document: XmlElement = await xmlBody(call.request, 'VersioningConfiguration')
  const status = textOf(document, 'Status')
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw s3Error('IllegalVersioningConfigurationException')
  }
  throw s3Error('NotImplemented', 'Buckets here keep no versions.')
}

/** The settings that no bucket here has: what S3 answers for one that never had them. */
const absent: readonly Operation[] = [
  constant('GetBucketVersioning', 'versioning', 's3:GetBucketVersioning', () =>
    xmlAnswer('VersioningConfiguration', {}),
  ),
  constant('GetBucketLogging', 'logging', 's3:GetBucketLogging', () => xmlAnswer('BucketLoggingStatus', {})),
  constant('GetBucketNotificationConfiguration', 'notification', 's3:GetBucketNotification', () =>
    xmlAnswer('NotificationConfiguration', {}),
  ),
  constant('GetBucketAccelerateConfiguration', 'accelerate', 's3:GetAccelerateConfiguration', () =>
    xmlAnswer('AccelerateConfiguration', {}),
  ),
  constant('GetBucketRequestPayment', 'requestPayment', 's3:GetBucketRequestPayment', () =>
    xmlAnswer('RequestPaymentConfiguration', { Payer: 'BucketOwner' }),
  ),
  constant('GetBucketWebsite', 'website', 's3:GetBucketWebsite', (call) => {
    throw s3Error('NoSuchWebsiteConfiguration', undefined, bucketNamed(call))
  }),
  constant('GetBucketCors', 'cors', 's3:GetBucketCORS', (call) => {
    throw s3Error('NoSuchCORSConfiguration', undefined, bucketNamed(call))
  }),
  constant('GetBucketReplication', 'replication', 's3:GetReplicationConfiguration', () => {
    throw s3Error('ReplicationConfigurationNotFoundError')
  }),
  constant('GetObjectLockConfiguration', 'object-lock', 's3:GetBucketObjectLockConfiguration', (call) => {
    throw s3Error('ObjectLockConfigurationNotFoundError', undefined, bucketNamed(call))
  }),
]

function constant(name: string, query: string, action: string, answer: (call: Call) => S3Answer): Operation {
  const run = (call: Call) => {
    call.bucket()
    return answer(call)
  }
  return { name, at: 'bucket', method: 'GET', query, action, run }
}

export const configurationOperations: readonly Operation[] = [
  {
    name: 'GetBucketPolicy',
    at: 'bucket',
    method: 'GET',
    query: 'policy',
    action: 's3:GetBucketPolicy',
    run: getPolicy,
  },
  {
    name: 'PutBucketPolicy',
    at: 'bucket',
    method: 'PUT',
    query: 'policy',
    action: 's3:PutBucketPolicy',
    run: putPolicy,
  },
  {
    name: 'DeleteBucketPolicy',
    at: 'bucket',
    method: 'DELETE',
    query: 'policy',
    action: 's3:DeleteBucketPolicy',
    run: forget('policy'),
  },
  {
    name: 'GetBucketPolicyStatus',
    at: 'bucket',
    method: 'GET',
    query: 'policyStatus',
    action: 's3:GetBucketPolicyStatus',
    run: getPolicyStatus,
  },
  {
    name: 'GetPublicAccessBlock',
    at: 'bucket',
    method: 'GET',
    query: 'publicAccessBlock',
    action: 's3:GetBucketPublicAccessBlock',
    run: getPublicAccessBlock,
  },
  {
    name: 'PutPublicAccessBlock',
    at: 'bucket',
    method: 'PUT',
    query: 'publicAccessBlock',
    action: 's3:PutBucketPublicAccessBlock',
    run: putPublicAccessBlock,
  },
  {
    name: 'DeletePublicAccessBlock',
    at: 'bucket',
    method: 'DELETE',
    query: 'publicAccessBlock',
    action: 's3:PutBucketPublicAccessBlock',
    run: forget('publicAccessBlock'),
  },
  {
    name: 'GetBucketOwnershipControls',
    at: 'bucket',
    method: 'GET',
    query: 'ownershipControls',
    action: 's3:GetBucketOwnershipControls',
    run: getOwnership,
  },
  {
    name: 'PutBucketOwnershipControls',
    at: 'bucket',
    method: 'PUT',
    query: 'ownershipControls',
    action: 's3:PutBucketOwnershipControls',
    run: putOwnership,
  },
  {
    name: 'DeleteBucketOwnershipControls',
    at: 'bucket',
    method: 'DELETE',
    query: 'ownershipControls',
    action: 's3:PutBucketOwnershipControls',
    run: forget('ownership'),
  },
  {
    name: 'GetBucketEncryption',
    at: 'bucket',
    method: 'GET',
    query: 'encryption',
    action: 's3:GetEncryptionConfiguration',
    run: getEncryption,
  },
  {
    name: 'PutBucketEncryption',
    at: 'bucket',
    method: 'PUT',
    query: 'encryption',
    action: 's3:PutEncryptionConfiguration',
    run: putEncryption,
  },
  {
    name: 'DeleteBucketEncryption',
    at: 'bucket',
    method: 'DELETE',
    query: 'encryption',
    action: 's3:PutEncryptionConfiguration',
    run(call) {
      call.bucket().configure({ encryption: { algorithm: 'AES256' } })
      return noContent
    },
  },
  {
    name: 'GetBucketLocation',
    at: 'bucket',
    method: 'GET',
    query: 'location',
    action: 's3:GetBucketLocation',
    run: getLocation,
  },
  {
    name: 'PutBucketVersioning',
    at: 'bucket',
    method: 'PUT',
    query: 'versioning',
    action: 's3:PutBucketVersioning',
    run: putVersioning,
  },
  ...absent,
]
