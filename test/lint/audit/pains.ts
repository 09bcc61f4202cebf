import type { Seen } from './trap.ts'

/**
 * What people hit (facts pains, tiers A and B) where the answer is lint's: the trap that it is, rows of its own where
 * it is none, or both. Each number is a row there.
 */

interface Pain {
  readonly pain: number
  readonly what: string
  /** Rows of the traps that show it. */
  readonly traps?: readonly string[]
  readonly rows?: readonly Seen[]
}

const s3 = (parameters: string, rest = '', base = 'bucket: my-registry, region: eu-west-1') =>
  `version: 0.1\nstorage:\n  s3: {${base}${parameters === '' ? '' : `, ${parameters}`}}\n${rest}`
const plain = (rest: string) => `version: 0.1\nstorage: {inmemory: {}}\n${rest}`
const cf = (options: string, rest = '') =>
  s3(
    '',
    `${rest}middleware: {storage: [{name: cloudfront, options: {baseurl: "https://d111111abcdef8.cloudfront.net/", privatekey: /k.pem, keypairid: K2JCJMDEHXQW5F${options}}}]}\n`,
  )
const host = 'http: {addr: ":5000", host: "https://example.com"}\n'

function row(rule: string, bad: string, good: string, more: Partial<Seen> = {}): Seen {
  return { id: '', what: rule, rule, bad, good, at: ['2.0.0', 'main'], ...more }
}

const env = (
  rule: string,
  environment: Readonly<Record<string, string>>,
  goodEnvironment: Readonly<Record<string, string>>,
  more: Partial<Seen> = {},
): Seen => row(rule, s3(''), s3(''), { environment, goodEnvironment, ...more })

export const pains: readonly Pain[] = [
  { pain: 1, what: 'the path of baseurl repeats the root directory', traps: ['T-51', 'T-55'] },
  { pain: 2, what: 'a key that OpenSSL 3 made', traps: ['T-57'] },
  { pain: 4, what: 'CloudFront is configured and not used', traps: ['T-66', 'T-70'] },
  { pain: 5, what: 'variables that name options of a middleware', traps: ['T-95', 'T-96'] },
  { pain: 6, what: 'ipfilteredby is missing', traps: ['T-61'] },
  { pain: 7, what: 'URLs that live for twelve hours', traps: ['T-60'] },
  { pain: 8, what: 'ipfilteredby: aws makes no difference', traps: ['T-61'] },
  {
    pain: 9,
    what: 'a region of the guide that does not exist',
    rows: [
      row(
        'cloudfront-ip-filter',
        cf(', ipfilteredby: awsregion, awsregion: "us-east-1, use-east-2"'),
        cf(', ipfilteredby: awsregion, awsregion: "us-east-1, us-east-2"'),
        { at: ['2.7.0', 'main'], says: /use-east-2.*us-east-2/ },
      ),
    ],
  },
  {
    pain: 10,
    what: 'a lifetime that a pull outlives, or that lasts too long',
    rows: [
      row('cloudfront-duration', cf(', duration: 59s'), cf(', duration: 60s')),
      row('cloudfront-duration', cf(', duration: 6h1s'), cf(', duration: 6h')),
    ],
  },
  { pain: 11, what: 'durations without a unit', traps: ['T-59', 'T-81'] },
  {
    pain: 15,
    what: 'baseurl is the bucket',
    rows: [
      row(
        'cloudfront-base-url',
        cf('').replace('d111111abcdef8.cloudfront.net', 'my-registry.s3.eu-west-1.amazonaws.com'),
        cf(''),
        { says: /is Amazon S3/ },
      ),
    ],
  },
  { pain: 16, what: 'the key’s text where its path belongs', traps: ['T-57'] },
  { pain: 17, what: 'a key of ssh-keygen', traps: ['T-57'] },
  {
    pain: 18,
    what: 'another ID where the public key’s belongs',
    traps: ['T-58'],
    rows: ['AKIAABCDEFGHIJKLMNOP', 'ASIAABCDEFGHIJKLMNOP', '"-----BEGIN PUBLIC KEY-----"', 'my-key-pair'].map(
      (id) => row('cloudfront-key-pair-id', cf('').replace('K2JCJMDEHXQW5F', id), cf('')),
    ),
  },
  { pain: 19, what: 'a key that only one side takes', traps: ['T-57'] },
  { pain: 23, what: 'CloudFront over another driver, or not first', traps: ['T-66'] },
  {
    pain: 24,
    what: 'CloudFront under middleware.registry',
    rows: [
      row('unknown-middleware', cf('').replace('middleware: {storage', 'middleware: {registry'), cf(''), {
        refuses: true,
        says: /put it under middleware\.storage/,
      }),
    ],
  },
  {
    pain: 25,
    what: 'clients are sent where they cannot go',
    rows: ['minio:9000', '10.0.0.5:9000', 'minio.store.svc', 'minio.store.svc.cluster.local'].map((inside) =>
      row(
        'redirect-unreachable',
        s3(`regionendpoint: "http://${inside}", forcepathstyle: true`),
        s3('regionendpoint: "https://minio.example.com", forcepathstyle: true'),
        { at: ['2.4.0', 'main'] },
      ),
    ),
  },
  {
    pain: 26,
    what: 'clients send their password along',
    rows: [
      row(
        'redirect-subdomain',
        s3('regionendpoint: "https://s3.example.com", forcepathstyle: true', host),
        s3('regionendpoint: "https://s3.example.net", forcepathstyle: true', host),
        { at: ['2.4.0', 'main'] },
      ),
      row(
        'redirect-subdomain',
        cf('', host).replace('d111111abcdef8.cloudfront.net', 'cdn.example.com'),
        cf('', host),
        {
          at: ['2.2.0', 'main'],
        },
      ),
    ],
  },
  { pain: 37, what: 'ACLs that the bucket does not take', traps: ['T-18', 'T-19'] },
  { pain: 38, what: 'the bucket’s owner cannot read the objects', traps: ['T-18'] },
  { pain: 39, what: 'a KMS key without encryption', traps: ['T-31'] },
  {
    pain: 40,
    what: 'keys that the registry does not see',
    traps: ['T-22'],
    rows: [
      env(
        'unknown-key',
        { REGISTRY_STORAGE_S3_ACCESS_KEY: 'AKIDEXAMPLE' },
        { REGISTRY_STORAGE_S3_ACCESSKEY: 'AKIDEXAMPLE' },
        { at: ['2.2.0', 'main'], says: /Did you mean accesskey/ },
      ),
    ],
  },
  { pain: 41, what: 'no identity of a pod or task', traps: ['T-21'] },
  { pain: 42, what: 'a region that the release does not know', traps: ['T-03'] },
  { pain: 43, what: 'no region', traps: ['T-03', 'T-04'] },
  { pain: 44, what: 'the bucket becomes a host', traps: ['T-05'] },
  {
    pain: 45,
    what: 'an endpoint without a scheme',
    rows: [
      row(
        's3-endpoint',
        s3('regionendpoint: "minio.example.com:9000", forcepathstyle: true'),
        s3('regionendpoint: "https://minio.example.com:9000", forcepathstyle: true'),
        { at: ['2.4.0', 'main'], says: /no scheme/ },
      ),
    ],
  },
  {
    pain: 46,
    what: 'Amazon’s own endpoint',
    rows: [
      row('s3-endpoint', s3('regionendpoint: "https://s3.eu-west-1.amazonaws.com"'), s3(''), {
        at: ['2.4.0', 'main'],
        says: /follows from the region/,
      }),
    ],
  },
  { pain: 47, what: 'an empty bucket answers 503', traps: ['T-49'] },
  {
    pain: 49,
    what: 'no name of a bucket',
    rows: ['my-registry/folder', 's3://my-registry', 'My-Registry', 'arn:aws:s3:::my-registry'].map(
      (bucket) => row('s3-bucket-name', s3('', '', `bucket: "${bucket}", region: eu-west-1`), s3('')),
    ),
  },
  {
    pain: 50,
    what: 'parameters that do not exist',
    traps: ['T-01'],
    rows: [row('unknown-key', s3('storage_path: /x'), s3(''), { says: /rootdirectory/ })],
  },
  {
    pain: 51,
    what: 'how the root directory is written',
    rows: ['/a//b', 'a/../b'].map((root) =>
      row('s3-root-directory', s3(`rootdirectory: ${root}`), s3('rootdirectory: /a/b/')),
    ),
  },
  { pain: 53, what: 'version 2 signatures', traps: ['T-07'] },
  {
    pain: 56,
    what: 'a distribution of another part of AWS',
    rows: [
      row('s3-partition', cf('').replace('eu-west-1', 'cn-north-1'), cf('')),
      row('s3-partition', cf('').replace('cloudfront.net', 'cloudfront.cn'), cf('')),
    ],
  },
  { pain: 60, what: 'the largest layer', traps: ['T-15'] },
  { pain: 61, what: 'uploads above a thousand parts', traps: ['T-38'] },
  { pain: 63, what: 'copies above 5 GiB', traps: ['T-13'] },
  {
    pain: 64,
    what: 'a store that wants parts of equal size',
    rows: [
      row(
        's3-equal-parts',
        s3('regionendpoint: "https://account.r2.cloudflarestorage.com"'),
        s3('regionendpoint: "https://minio.example.com"'),
        { at: ['2.4.0', '2.8.3'] },
      ),
    ],
  },
  {
    pain: 67,
    what: 'abandoned uploads stay',
    rows: [
      row(
        'upload-purging-off',
        s3('', '  maintenance: {uploadpurging: {enabled: false}}\n'),
        s3('', '  maintenance: {uploadpurging: {enabled: true, age: 168h, interval: 24h, dryrun: false}}\n'),
      ),
    ],
  },
  { pain: 68, what: 'replicas with secrets of their own', traps: ['T-89'] },
  {
    pain: 69,
    what: 'pushes go on at plain HTTP',
    rows: [
      row(
        'http-host',
        plain(
          'http: {addr: ":443", host: "http://r.example.com", tls: {certificate: /c.pem, key: /k.pem}}\n',
        ),
        plain(
          'http: {addr: ":443", host: "https://r.example.com", tls: {certificate: /c.pem, key: /k.pem}}\n',
        ),
        { at: ['2.2.0', 'main'], says: /plain HTTP/ },
      ),
    ],
  },
  {
    pain: 74,
    what: 'a check that asks the store all the time',
    rows: [
      row(
        'health-interval',
        s3('', 'health: {storagedriver: {enabled: true, interval: 10ms}}\n'),
        s3('', 'health: {storagedriver: {enabled: true, interval: 10s}}\n'),
        { at: ['2.2.0', 'main'] },
      ),
    ],
  },
  {
    pain: 77,
    what: 'deletion stays off',
    traps: ['T-78'],
    rows: [
      env(
        'environment-name',
        { 'REGISTRY_STORAGE_DELETE_ENABLED ': ' true' },
        { REGISTRY_STORAGE_DELETE_ENABLED: 'true' },
      ),
    ],
  },
  {
    pain: 79,
    what: 'deleted blobs that can be read',
    rows: ['blobdescriptor', 'layerinfo'].map((cache) =>
      row(
        'redis-cache-delete',
        plain('').replace(
          '{inmemory: {}}',
          `{inmemory: {}, cache: {${cache}: redis}, delete: {enabled: true}}`,
        ),
        plain('').replace(
          '{inmemory: {}}',
          `{inmemory: {}, cache: {${cache}: redis}, delete: {enabled: false}}`,
        ),
        { at: ['2.1.0', '3.0.0'] },
      ),
    ),
  },
  { pain: 81, what: 'file and environment name two drivers', traps: ['T-91'] },
  {
    pain: 82,
    what: 'variables of the first registry, and a file that is not read',
    traps: ['T-86'],
    rows: ['SETTINGS_FLAVOR', 'AWS_BUCKET', 'STORAGE_PATH'].map((name) =>
      env('environment-name', { [name]: 'x' }, {}),
    ),
  },
  { pain: 83, what: 'leaves under maintenance', traps: ['T-94'] },
  { pain: 84, what: 'Redis of another release', traps: ['T-82', 'T-97'] },
  {
    pain: 85,
    what: 'several servers in one address',
    rows: [
      row('redis-address', plain('redis: {addr: "a:26379,b:26379"}\n'), plain('redis: {addr: "a:6379"}\n'), {
        at: ['2.0.0', '2.8.3'],
      }),
      row(
        'redis-address',
        plain('redis: {addrs: ["a:26379,b:26379"]}\n'),
        plain('redis: {addrs: ["a:6379"]}\n'),
        {
          at: ['3.0.0', 'main'],
        },
      ),
    ],
  },
  { pain: 86, what: 'redirect.disable in quotes or misspelt', traps: ['T-77'] },
  { pain: 87, what: 'a setting without effect', traps: ['T-01', 'T-02', 'T-75'] },
  { pain: 88, what: 'a key twice', traps: ['T-71', 'T-75'] },
  {
    pain: 89,
    what: 'what is no YAML',
    rows: [
      row('yaml-syntax', plain('http:\n\taddr: ":5000"\n'), plain('http:\n  addr: ":5000"\n'), {
        refuses: true,
      }),
      row('yaml-syntax', s3('secretkey: ****, accesskey: x'), s3('secretkey: x, accesskey: x'), {
        refuses: true,
      }),
    ],
  },
  {
    pain: 90,
    what: 'a placeholder that nobody replaced',
    rows: [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the placeholder.
      ...['${BUCKET_NAME}', '$S3_BUCKET', '{{ bucket }}'].map((text) =>
        row('placeholder', s3('', '', `bucket: "${text}", region: eu-west-1`), s3('')),
      ),
      row(
        'empty-value',
        'version: 0.1\nstorage:\n  s3:\n    bucket: b\n    region: eu-west-1\n    rootdirectory: #VALUE#\n',
        s3(''),
      ),
    ],
  },
  {
    pain: 91,
    what: 'what a chart renders',
    rows: [row('delete-enabled', rendered('"true"'), rendered('true'), { at: ['2.1.0', 'main'] })],
  },
  { pain: 92, what: 'a storage class that the release does not know', traps: ['T-16'] },
  { pain: 93, what: 'traces to nobody', traps: ['T-104'] },
  {
    pain: 94,
    what: 'a secret in the file',
    rows: [row('inline-credentials', s3('accesskey: AKIDEXAMPLE, secretkey: example-only'), s3(''))],
  },
  { pain: 95, what: 'everything in the clear', traps: ['T-26'] },
]

function rendered(enabled: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata: {name: registry}
data:
  config.yml: |
    version: 0.1
    storage:
      inmemory: {}
      delete: {enabled: ${enabled}}
`
}
