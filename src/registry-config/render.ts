import { atLeast, before, majorOf, type Release } from './releases.ts'

/** What a config.yml for S3 behind CloudFront needs to be told. */
export interface ConfigSpec {
  readonly release: Release
  readonly bucket: string
  readonly region: string
  /** The prefix of all object keys; "" for the bucket's root. */
  readonly rootDirectory: string
  /** The URL of an S3-compatible store; undefined for AWS. */
  readonly regionEndpoint: string | undefined
  /** The distribution's URL. */
  readonly baseUrl: string
  /** The private key's path where the registry runs. */
  readonly privateKey: string
  readonly keyPairId: string
  /** Bytes; the registry's default of 10 MiB unless given. */
  readonly chunkSize?: number
  /** A KMS key for the objects; without it S3's own encryption is used. */
  readonly kmsKeyId?: string
}

/**
 * The config.yml for `spec`, as text with comments, with nothing in it that its release does not know. It has no
 * secrets: the registry finds credentials by itself.
 */
export function renderConfig(spec: ConfigSpec): string {
  const { release } = spec
  const since = (first: Release, ...some: readonly string[]) => (atLeast(release, first) ? some : [])
  const until = (end: Release, ...some: readonly string[]) => (before(release, end) ? some : [])
  const chunkSize = spec.chunkSize ?? 10_485_760
  const largest = Math.floor((chunkSize * 10_000) / 1024 ** 3)
  const lines = [
    `# A registry on Amazon S3 behind CloudFront, for ${spec.release === 'main' ? 'main' : `registry ${spec.release}`}.`,
    '# Check it after every change: regctl lint config.yml',
    'version: 0.1',
    'log:',
    '  level: info',
    '  formatter: json',
    'storage:',
    // Another store has no roles.
    ...(spec.regionEndpoint === undefined
      ? until(
          '3.0.0',
          '  # regctl-ignore s3-role: 2.x takes the role of EC2 only; in ECS and EKS give it keys',
        )
      : []),
    '  s3:',
    '    # Credentials are not written here: the registry takes them from its environment or its role.',
    `    bucket: ${quote(spec.bucket)}`,
    `    region: ${quote(spec.region)}`,
    ...(spec.rootDirectory === ''
      ? []
      : [
          '    # Every object key begins with it. It is part of signed URLs, so the origin path stays empty.',
          '    # regctl-ignore cloudfront-origin-path: regctl init leaves the origin path empty',
          `    rootdirectory: ${quote(spec.rootDirectory)}`,
        ]),
    ...endpoint(spec),
    '    encrypt: true',
    ...(spec.kmsKeyId === undefined ? [] : [`    keyid: ${quote(spec.kmsKeyId)}`]),
    ...until('2.4.0', '    v4auth: true'),
    ...since(
      '2.6.0',
      '    # The only ACL that a bucket without ACLs, today’s default, is sure to take.',
      '    objectacl: bucket-owner-full-control',
    ),
    `    # Ten thousand parts of this size (bytes) are the largest layer: ${largest} GiB.`,
    `    chunksize: ${chunkSize}`,
    // Before 2.6 it deletes more than it was asked to.
    ...since('2.6.0', '  delete:'),
    ...(atLeast(release, '2.6.0')
      ? until(
          '3.0.0',
          '    # regctl-ignore s3-delete-siblings: 2.x keeps a tag where another continues its name',
        )
      : []),
    ...since('2.6.0', '    enabled: true'),
    ...since(
      '2.1.0',
      '  redirect:',
      '    # Must stay false: otherwise the registry serves blobs itself and CloudFront is never used.',
      '    disable: false',
    ),
    'middleware:',
    '  storage:',
    '    - name: cloudfront',
    '      options:',
    `        baseurl: ${quote(spec.baseUrl)}`,
    '        # RSA, PKCS#1, PEM. The registry reads it once, at its start.',
    `        privatekey: ${quote(spec.privateKey)}`,
    `        keypairid: ${quote(spec.keyPairId)}`,
    '        # How long a signed URL is good for. The unit is needed: a bare number is ignored.',
    '        duration: 20m',
    // 2.7 stops without it.
    ...(atLeast(release, '2.7.0') ? until('2.8.0', '        ipfilteredby: none') : []),
    '# regctl-ignore http-secret: with several replicas set REGISTRY_HTTP_SECRET to the same text for all',
    'http:',
    '  addr: :5000',
    ...since('2.2.0', 'health:', '  storagedriver:', `    enabled: ${!isEmptyUnhealthy(release)}`),
    ...since('2.2.0', '    interval: 10s', '    threshold: 3'),
  ]
  return `${lines.join('\n')}\n`
}

/** In 2.6 an empty bucket fails the check, and the registry then answers 503 to the push that would fill it. */
function isEmptyUnhealthy(release: Release): boolean {
  return atLeast(release, '2.6.0') && before(release, '2.7.0')
}

function endpoint(spec: ConfigSpec): readonly string[] {
  if (spec.regionEndpoint === undefined) return []
  return [
    `    regionendpoint: ${quote(spec.regionEndpoint)}`,
    // 2.x does so whenever there is an endpoint, and does not know the parameter.
    ...(majorOf(spec.release) === 3
      ? ['    # The bucket stands in the path, not in the host name.', '    forcepathstyle: true']
      : []),
  ]
}

/** `text` as a YAML scalar, quoted unless every reader takes it for the same text. */
function quote(text: string): string {
  return /^[A-Za-z/][A-Za-z0-9/._-]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : `"${text.replace(/["\\]/g, '\\$&')}"`
}
