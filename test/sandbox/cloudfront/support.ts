import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateKeyGroupCommand,
  CreateOriginAccessControlCommand,
  CreatePublicKeyCommand,
  type DistributionConfig,
} from '@aws-sdk/client-cloudfront'
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'
import { cannedPolicy, encodeUrlSafe } from '../../../src/signing/policy.ts'

/** SDK clients of a sandbox, which do not try again: an error is what the sandbox said. */
export function clients(sandbox: Sandbox) {
  // The SDK writes into what it is given.
  const credentials = { ...sandbox.credentials }
  const requestHandler = () => new NodeHttpHandler()
  return {
    cloudfront: new CloudFrontClient({
      endpoint: sandbox.cloudfrontEndpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
      requestHandler: requestHandler(),
    }),
    s3: new S3Client({
      endpoint: sandbox.s3Endpoint,
      region: sandbox.region,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: requestHandler(),
    }),
  }
}

export type Clients = ReturnType<typeof clients>

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: string
}

export function rsaKey(modulusLength = 2048): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

export function ecKey(namedCurve = 'prime256v1'): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

/** The smallest config that CreateDistribution takes. */
export function minimalConfig(change: Partial<DistributionConfig> = {}): DistributionConfig {
  return {
    CallerReference: 'reference',
    Comment: '',
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'origin',
          DomainName: 'bucket.s3.us-east-1.amazonaws.com',
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'origin',
      ViewerProtocolPolicy: 'allow-all',
      CachePolicyId: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
    },
    ...change,
  }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
}

/** One request, its target sent byte for byte as it is in `url`. */
export function send(
  url: string,
  options: {
    ca?: string
    method?: string
    headers?: Record<string, string>
    body?: string | Buffer
    agent?: Agent
  } = {},
): Promise<Answer> {
  const [, scheme, host, port, target = '/'] = /^(https?):\/\/([^:/]+):(\d+)(.*)$/s.exec(url) ?? []
  return new Promise((resolve, reject) => {
    const request = (scheme === 'https' ? httpsRequest : httpRequest)(
      {
        host,
        port,
        path: target === '' ? '/' : target,
        method: options.method ?? 'GET',
        headers: options.headers,
        ca: options.ca,
        // The certificate is judged by the address, whatever the Host header says.
        servername: '',
        agent: options.agent ?? false,
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const body = Buffer.concat(chunks)
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            text: body.toString(),
          })
        })
      },
    )
    request.on('error', reject)
    request.end(options.body)
  })
}

/** `url` with a canned policy, its parameters in the order Go writes them. */
export function signCanned(
  url: string,
  keyPairId: string,
  key: KeyObject,
  expires: number,
  hash: 'SHA1' | 'SHA256' = 'SHA1',
): string {
  const signature = createSign(hash).update(cannedPolicy(url, expires)).sign(key)
  const algorithm = hash === 'SHA256' ? '&Hash-Algorithm=SHA256' : ''
  const mark = url.includes('?') ? '&' : '?'
  return `${url}${mark}Expires=${expires}&Signature=${encodeUrlSafe(signature)}&Key-Pair-Id=${keyPairId}${algorithm}`
}

/** The signing parameters of a custom policy, given as an object or as the JSON itself. */
export function customParameters(
  policy: object | string,
  keyPairId: string,
  key: KeyObject,
  hash: 'SHA1' | 'SHA256' = 'SHA1',
): string {
  const bytes = Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy))
  const signature = createSign(hash).update(bytes).sign(key)
  const algorithm = hash === 'SHA256' ? '&Hash-Algorithm=SHA256' : ''
  return `Policy=${encodeUrlSafe(bytes)}&Signature=${encodeUrlSafe(signature)}&Key-Pair-Id=${keyPairId}${algorithm}`
}

export interface Setup {
  readonly sandbox: Sandbox
  readonly s3: S3Client
  readonly cloudfront: CloudFrontClient
  readonly bucket: string
  readonly oacId: string
  readonly keyPairId: string
  readonly keyGroupId: string
  readonly key: KeyPair
  readonly distributionId: string
  /** `https://127.0.0.1:port` */
  readonly edge: string
}

/** A bucket behind a distribution that wants signed URLs, as a registry has it. */
export async function setUp(
  sandbox: Sandbox,
  change: (config: DistributionConfig) => DistributionConfig = (config) => config,
  actions: string | readonly string[] = 's3:GetObject',
): Promise<Setup> {
  const { s3, cloudfront } = clients(sandbox)
  const bucket = 'registry'
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const oac = await cloudfront.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: 'oac',
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    }),
  )
  const key = rsaKey()
  const publicKey = await cloudfront.send(
    new CreatePublicKeyCommand({
      PublicKeyConfig: { CallerReference: 'key', Name: 'key', EncodedKey: key.publicKey },
    }),
  )
  const keyPairId = publicKey.PublicKey?.Id ?? ''
  const group = await cloudfront.send(
    new CreateKeyGroupCommand({ KeyGroupConfig: { Name: 'group', Items: [keyPairId] } }),
  )
  const keyGroupId = group.KeyGroup?.Id ?? ''
  const oacId = oac.OriginAccessControl?.Id ?? ''
  const base = minimalConfig()
  const config = change({
    ...base,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'origin',
          DomainName: `${bucket}.s3.us-east-1.amazonaws.com`,
          S3OriginConfig: { OriginAccessIdentity: '' },
          OriginAccessControlId: oacId,
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'origin',
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d',
      TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: [keyGroupId] },
    },
  })
  const created = await cloudfront.send(new CreateDistributionCommand({ DistributionConfig: config }))
  const distributionId = created.Distribution?.Id ?? ''
  await s3.send(
    new PutBucketPolicyCommand({
      Bucket: bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: actions,
            Resource: `arn:aws:s3:::${bucket}/*`,
            Condition: { StringEquals: { 'AWS:SourceArn': created.Distribution?.ARN } },
          },
        ],
      }),
    }),
  )
  const edge = `https://${created.Distribution?.DomainName}`
  return { sandbox, s3, cloudfront, bucket, oacId, keyPairId, keyGroupId, key, distributionId, edge }
}

export async function putObject(
  setup: Setup,
  key: string,
  body: string | Buffer,
  more: object = {},
): Promise<void> {
  await setup.s3.send(new PutObjectCommand({ Bucket: setup.bucket, Key: key, Body: body, ...more }))
}
