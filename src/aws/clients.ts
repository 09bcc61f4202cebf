import * as cf from '@aws-sdk/client-cloudfront'
import * as s3 from '@aws-sdk/client-s3'
import { Failure } from '../core/errors.ts'
import { call } from './errors.ts'

/**
 * The AWS calls that regctl makes, and no others. Each is bound to the IAM action it needs, so that a refusal
 * names what is missing. They throw Failure (errors.ts), with the SDK's error as its cause.
 */
export interface AwsClients {
  readonly region: string
  readonly s3: S3Calls
  readonly cloudfront: CloudFrontCalls
  /** The S3 endpoint in use when it is not AWS's own: what the registry needs as `regionendpoint`. */
  readonly s3Endpoint: string | undefined
}

export interface ClientSettings {
  readonly region: string
  readonly s3Endpoint: string | undefined
  readonly cloudfrontEndpoint: string | undefined
  /** Undefined: the SDK's default chain (environment, profile, SSO, web identity, container, instance). */
  readonly credentials:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined
}

type S3Calls = ReturnType<typeof s3Calls>
type CloudFrontCalls = ReturnType<typeof cloudfrontCalls>
export type DistributionConfig = cf.DistributionConfig

/** Builds the clients. CloudFront is global and signed for one region of the partition, whatever the bucket's. No request is made. */
export function openClients(settings: ClientSettings): AwsClients {
  const shared = { maxAttempts: 6, ...(settings.credentials && { credentials: settings.credentials }) }
  return {
    region: settings.region,
    s3Endpoint: settings.s3Endpoint,
    s3: s3Calls(
      new s3.S3Client({
        ...shared,
        region: settings.region,
        // A custom endpoint is rarely set up for a host name per bucket.
        ...(settings.s3Endpoint !== undefined && { endpoint: settings.s3Endpoint, forcePathStyle: true }),
      }),
    ),
    cloudfront: cloudfrontCalls(
      new cf.CloudFrontClient({
        ...shared,
        region: settings.region.startsWith('cn-') ? 'cn-northwest-1' : 'us-east-1',
        ...(settings.cloudfrontEndpoint !== undefined && { endpoint: settings.cloudfrontEndpoint }),
      }),
    ),
  }
}

/** The region of the profile in use. Throws Failure('usage') when none is set. */
export async function configuredRegion(): Promise<string> {
  try {
    return await new s3.S3Client({}).config.region()
  } catch (error) {
    throw new Failure('usage', 'no AWS region is set', {
      cause: error,
      remedy: { text: 'Name one with --region, in AWS_REGION, or in the profile.' },
    })
  }
}

function s3Calls(client: s3.S3Client) {
  return {
    createBucket: (input: s3.CreateBucketCommandInput) =>
      call('s3:CreateBucket', input.Bucket, client.send(new s3.CreateBucketCommand(input))),
    getPublicAccessBlock: (input: s3.GetPublicAccessBlockCommandInput) =>
      call(
        's3:GetBucketPublicAccessBlock',
        input.Bucket,
        client.send(new s3.GetPublicAccessBlockCommand(input)),
      ),
    putPublicAccessBlock: (input: s3.PutPublicAccessBlockCommandInput) =>
      call(
        's3:PutBucketPublicAccessBlock',
        input.Bucket,
        client.send(new s3.PutPublicAccessBlockCommand(input)),
      ),
    getBucketOwnershipControls: (input: s3.GetBucketOwnershipControlsCommandInput) =>
      call(
        's3:GetBucketOwnershipControls',
        input.Bucket,
        client.send(new s3.GetBucketOwnershipControlsCommand(input)),
      ),
    putBucketOwnershipControls: (input: s3.PutBucketOwnershipControlsCommandInput) =>
      call(
        's3:PutBucketOwnershipControls',
        input.Bucket,
        client.send(new s3.PutBucketOwnershipControlsCommand(input)),
      ),
    getBucketLifecycleConfiguration: (input: s3.GetBucketLifecycleConfigurationCommandInput) =>
      call(
        's3:GetLifecycleConfiguration',
        input.Bucket,
        client.send(new s3.GetBucketLifecycleConfigurationCommand(input)),
      ),
    putBucketLifecycleConfiguration: (input: s3.PutBucketLifecycleConfigurationCommandInput) =>
      call(
        's3:PutLifecycleConfiguration',
        input.Bucket,
        client.send(new s3.PutBucketLifecycleConfigurationCommand(input)),
      ),
    getBucketPolicy: (input: s3.GetBucketPolicyCommandInput) =>
      call('s3:GetBucketPolicy', input.Bucket, client.send(new s3.GetBucketPolicyCommand(input))),
    putBucketPolicy: (input: s3.PutBucketPolicyCommandInput) =>
      call('s3:PutBucketPolicy', input.Bucket, client.send(new s3.PutBucketPolicyCommand(input))),
    headObject: (input: s3.HeadObjectCommandInput) =>
      call('s3:GetObject', `${input.Bucket}/${input.Key}`, client.send(new s3.HeadObjectCommand(input))),
    putObject: (input: s3.PutObjectCommandInput) =>
      call('s3:PutObject', `${input.Bucket}/${input.Key}`, client.send(new s3.PutObjectCommand(input))),
    deleteObject: (input: s3.DeleteObjectCommandInput) =>
      call('s3:DeleteObject', `${input.Bucket}/${input.Key}`, client.send(new s3.DeleteObjectCommand(input))),
    listObjects: (input: s3.ListObjectsV2CommandInput) =>
      call('s3:ListBucket', input.Bucket, client.send(new s3.ListObjectsV2Command(input))),
  }
}

function cloudfrontCalls(client: cf.CloudFrontClient) {
  return {
    listOriginAccessControls: (input: cf.ListOriginAccessControlsCommandInput) =>
      call(
        'cloudfront:ListOriginAccessControls',
        undefined,
        client.send(new cf.ListOriginAccessControlsCommand(input)),
      ),
    getOriginAccessControl: (input: cf.GetOriginAccessControlCommandInput) =>
      call(
        'cloudfront:GetOriginAccessControl',
        input.Id,
        client.send(new cf.GetOriginAccessControlCommand(input)),
      ),
    createOriginAccessControl: (input: cf.CreateOriginAccessControlCommandInput) =>
      call(
        'cloudfront:CreateOriginAccessControl',
        undefined,
        client.send(new cf.CreateOriginAccessControlCommand(input)),
      ),
    updateOriginAccessControl: (input: cf.UpdateOriginAccessControlCommandInput) =>
      call(
        'cloudfront:UpdateOriginAccessControl',
        input.Id,
        client.send(new cf.UpdateOriginAccessControlCommand(input)),
      ),
    listPublicKeys: (input: cf.ListPublicKeysCommandInput) =>
      call('cloudfront:ListPublicKeys', undefined, client.send(new cf.ListPublicKeysCommand(input))),
    createPublicKey: (input: cf.CreatePublicKeyCommandInput) =>
      call('cloudfront:CreatePublicKey', undefined, client.send(new cf.CreatePublicKeyCommand(input))),
    getPublicKey: (input: cf.GetPublicKeyCommandInput) =>
      call('cloudfront:GetPublicKey', input.Id, client.send(new cf.GetPublicKeyCommand(input))),
    listKeyGroups: (input: cf.ListKeyGroupsCommandInput) =>
      call('cloudfront:ListKeyGroups', undefined, client.send(new cf.ListKeyGroupsCommand(input))),
    getKeyGroup: (input: cf.GetKeyGroupCommandInput) =>
      call('cloudfront:GetKeyGroup', input.Id, client.send(new cf.GetKeyGroupCommand(input))),
    createKeyGroup: (input: cf.CreateKeyGroupCommandInput) =>
      call('cloudfront:CreateKeyGroup', undefined, client.send(new cf.CreateKeyGroupCommand(input))),
    updateKeyGroup: (input: cf.UpdateKeyGroupCommandInput) =>
      call('cloudfront:UpdateKeyGroup', input.Id, client.send(new cf.UpdateKeyGroupCommand(input))),
    listDistributions: (input: cf.ListDistributionsCommandInput) =>
      call('cloudfront:ListDistributions', undefined, client.send(new cf.ListDistributionsCommand(input))),
    getDistribution: (input: cf.GetDistributionCommandInput) =>
      call('cloudfront:GetDistribution', input.Id, client.send(new cf.GetDistributionCommand(input))),
    createDistribution: (input: cf.CreateDistributionWithTagsCommandInput) =>
      call(
        'cloudfront:CreateDistribution',
        undefined,
        client.send(new cf.CreateDistributionWithTagsCommand(input)),
      ),
    updateDistribution: (input: cf.UpdateDistributionCommandInput) =>
      call('cloudfront:UpdateDistribution', input.Id, client.send(new cf.UpdateDistributionCommand(input))),
  }
}
