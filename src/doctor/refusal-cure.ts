import { bucketHost } from '../aws/intent.ts'
import { shellLine } from '../core/shell.ts'
import { registryOrigin } from './behavior.ts'
import type { Blob, Complaint, Distribution, Settings } from './check.ts'
import type { Refusal } from './edge-answer.ts'
import { behaviorCure } from './init-cure.ts'
import { pathFault } from './path-fault.ts'

type Cure = Pick<Complaint, 'cause' | 'remedy'>

interface Seen {
  readonly refusal: Refusal
  readonly blob: Blob
  readonly settings: Settings
  readonly found: Distribution | undefined
}

/** Why a signed URL was not answered with the blob, and what to do (facts: cloudfront 3.5). */
export function refusalCure(seen: Seen): Cure {
  const { by, code } = seen.refusal
  const table = by === 's3' ? ofS3 : by === 'cloudfront' ? ofCloudFront : {}
  return (
    table[code]?.(seen) ?? {
      remedy: { text: 'Fetch a blob with regctl sign-url --fetch, and look at the whole answer.' },
    }
  )
}

type Table = Readonly<Record<string, (seen: Seen) => Cure>>

const ofS3: Table = {
  AccessDenied: (seen) => wrongKey(seen) ?? wrongBucket(seen) ?? mayNotRead(seen),
  NoSuchKey: (seen) =>
    wrongKey(seen) ??
    wrongBucket(seen) ?? {
      cause:
        'the object is not where the edge looks: removed meanwhile, or a function at the edge changes the path',
      remedy: { text: 'Remove what changes the path from the cache behaviour.' },
    },
  NoSuchBucket: (seen) => ({
    cause: `the bucket of the origin ${hostOf(seen)} does not exist`,
    remedy: towardsBucket(seen),
  }),
  TemporaryRedirect: wrongHost,
  PermanentRedirect: wrongHost,
  AuthorizationHeaderMalformed: wrongHost,
  SignatureDoesNotMatch: ({ found }) => ({
    cause:
      'the edge sends the viewer’s Host or Authorization to S3, which breaks what the access control signs',
    remedy: {
      text: 'Remove the origin request policy from the cache behaviour, and Authorization and Host from its cache policy.',
      commands: [shellLine('aws', 'cloudfront', 'get-distribution-config', '--id', found?.id ?? '')],
    },
  }),
  InvalidArgument: ({ refusal, settings, found }) =>
    /KMS|Signature Version 4/.test(refusal.message)
      ? {
          cause: 'the object is encrypted with KMS, and the edge asks S3 without an origin access control',
          remedy: behaviorCure('Give the origin an access control that always signs.', settings, found),
        }
      : { cause: refusal.message, remedy: { text: 'Correct the origin’s settings.' } },
  InvalidObjectState: () => ({
    cause: 'the object is in an archive class, from which nothing can be read at once',
    remedy: { text: 'Restore it, and keep the registry’s objects out of the bucket’s lifecycle rules.' },
  }),
  SlowDown: () => ({
    cause: 'S3 takes no more requests for this prefix at the moment',
    remedy: { text: 'Wait some minutes and look again.' },
  }),
}

const ofCloudFront: Table = {
  InvalidKey: () => ({
    cause: 'CloudFront does not know keypairid for this cache behaviour',
    remedy: { text: 'See the check key-pair.' },
  }),
  AccessDenied: ({ settings }) =>
    /^[^/]*\/\/[^/]*[A-Z]|^[^/]*[A-Z]/.test(settings.baseUrl)
      ? {
          cause: 'baseurl has capitals in scheme or host: they are signed, and clients ask in small letters',
          remedy: { text: `Write baseurl as ${settings.baseUrl.toLowerCase()}.` },
        }
      : {
          cause:
            'the signature does not match: another private key, another host than the one signed, or a clock that is off',
          remedy: { text: 'See the check key-pair, and compare the clock.', commands: ['date -u'] },
        },
  redirect: () => ({
    cause: 'the edge redirects instead of answering, and the signature is for the URL as it was',
    remedy: { text: 'Write baseurl with https, and remove redirects from the cache behaviour.' },
  }),
  'method not allowed': ({ settings, found }) => ({
    cause: 'the cache behaviour does not allow GET',
    remedy: behaviorCure('Allow GET and HEAD.', settings, found),
  }),
  'blocked by the firewall': () => ({
    cause: 'the web ACL of the distribution blocks this machine or this request',
    remedy: { text: 'Look at the rules of the web ACL in AWS WAF.' },
  }),
  'blocked by country': () => ({
    cause: 'the distribution’s geographic restriction excludes the country of this machine',
    remedy: { text: 'Change the restriction, or look from a country that it allows.' },
  }),
  'no connection to the origin': noOrigin,
  overloaded: () => ({
    cause: 'the edge or the origin has no capacity at the moment, or a function at the edge fails',
    remedy: { text: 'Wait some minutes and look again.' },
  }),
  'no answer from the origin in time': noOrigin,
  'bad request': () => ({
    cause:
      'CloudFront takes the request for none of this distribution’s: http where https is asked for, or another host',
    remedy: { text: 'Write baseurl with https and the distribution’s domain name or an alias of it.' },
  }),
}

function hostOf({ settings, found }: Seen): string {
  return registryOrigin(found, settings)?.DomainName ?? 'that is none'
}

function towardsBucket({ settings, found }: Seen) {
  const host = bucketHost(settings.bucket, settings.region)
  return behaviorCure(`Set the origin’s domain to ${host}.`, settings, found)
}

function wrongKey({ settings, found, blob }: Seen): Cure | undefined {
  const fault = pathFault(settings, found, blob.path)
  return fault && { cause: fault.what, remedy: fault.remedy }
}

function wrongBucket(seen: Seen): Cure | undefined {
  const host = hostOf(seen)
  if (host.startsWith(`${seen.settings.bucket}.s3`)) return undefined
  return {
    cause: `blobs come from the origin ${host}, and the registry writes to the bucket ${seen.settings.bucket}`,
    remedy: towardsBucket(seen),
  }
}

function wrongHost(seen: Seen): Cure {
  return {
    cause: `the origin ${hostOf(seen)} is not the host of the bucket’s region, or the bucket is new and the host without a region does not know it yet`,
    remedy: towardsBucket(seen),
  }
}

function noOrigin(seen: Seen): Cure {
  return { cause: `CloudFront gets no answer from the origin ${hostOf(seen)}`, remedy: towardsBucket(seen) }
}

function mayNotRead({ refusal, blob, settings, found }: Seen): Cure {
  if (!blob.encryption?.startsWith('aws:kms') && !/kms/i.test(refusal.message)) {
    return {
      cause:
        'the signature was accepted and S3 refused: the bucket policy does not let this distribution read',
      remedy: behaviorCure(
        'Allow s3:GetObject to cloudfront.amazonaws.com with the ARN of this distribution.',
        settings,
        found,
      ),
    }
  }
  const key = settings.keyId === '' ? [] : ['--key-id', settings.keyId]
  return {
    cause:
      'the signature was accepted and S3 refused: the object is encrypted with KMS, and either the key’s policy does not let this distribution decrypt, or the bucket policy does not let it read',
    remedy: {
      text: 'Allow kms:Decrypt in the key’s policy, and s3:GetObject in the bucket’s, to cloudfront.amazonaws.com with the ARN of this distribution. The key aws/s3 cannot be shared: use one of your own.',
      commands: [
        ...(key.length === 0
          ? []
          : [shellLine('aws', 'kms', 'get-key-policy', '--policy-name', 'default', ...key)]),
        shellLine('aws', 's3api', 'get-bucket-policy', '--bucket', settings.bucket),
      ],
    },
  }
}
