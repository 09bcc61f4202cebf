import { objectAcls, regionsOf, s3LogLevels, storageClassesOf } from '../s3-values.ts'
import { type Key, reads } from './type.ts'

const flag = reads({ as: 'bool' })
const text = reads({ as: 'printed' })
const mebibyte = 1_048_576
const gibibyte = 1024 * mebibyte

/** The S3 driver's parameters. Source: facts registry 1.3. */
export const s3: readonly Key[] = [
  {
    name: 'accesskey',
    type: text,
    secret: true,
    about: 'The access key; without both keys the credential chain is asked.',
  },
  { name: 'secretkey', type: text, secret: true, about: 'The secret key.' },
  {
    name: 'region',
    type: reads({ as: 'word', words: regionsOf, fold: false, open: true }),
    required: true,
    example: 'eu-west-1',
    about: 'The bucket’s region. With regionendpoint it is not checked, but signed with.',
  },
  {
    name: 'bucket',
    type: text,
    required: true,
    example: 'my-registry',
    about: 'The bucket, without a path.',
  },
  {
    name: 'rootdirectory',
    type: text,
    example: '/prod',
    about: 'The prefix of all object keys; the bucket’s root unless given.',
  },
  { name: 'encrypt', type: flag, fallback: 'false', about: 'Whether objects are encrypted by S3.' },
  { name: 'keyid', type: text, since: '2.4.0', about: 'The KMS key for encrypt.' },
  {
    name: 'secure',
    type: flag,
    fallback: 'true',
    about: 'Whether to use TLS; a scheme in regionendpoint wins.',
  },
  {
    name: 'skipverify',
    type: flag,
    since: '2.7.0',
    fallback: 'false',
    about: 'Whether certificates are taken unchecked.',
  },
  {
    name: 'v4auth',
    type: flag,
    until: '2.4.0',
    fallback: 'false',
    about: 'Whether requests are signed with version 4.',
  },
  {
    name: 'v4auth',
    type: flag,
    since: '2.6.0',
    fallback: 'true',
    about: 'Whether requests are signed with version 4.',
  },
  {
    name: 'regionendpoint',
    type: text,
    since: '2.4.0',
    example: 'https://minio.example.com:9000',
    about: 'The URL of an S3-compatible store, without the bucket.',
  },
  {
    name: 'forcepathstyle',
    type: flag,
    since: '3.0.0',
    fallback: 'false',
    about: 'Whether the bucket stands in the path. 2.x does so whenever there is a regionendpoint.',
  },
  {
    name: 'accelerate',
    type: flag,
    since: '3.0.0',
    fallback: 'false',
    about: 'Whether to use Transfer Acceleration.',
  },
  {
    name: 'usedualstack',
    type: flag,
    since: '3.0.0',
    fallback: 'false',
    about: 'Whether to use the endpoints that have IPv6.',
  },
  {
    name: 'usefipsendpoint',
    type: flag,
    since: '3.1.0',
    fallback: 'false',
    about: 'Whether to use the FIPS endpoints.',
  },
  {
    name: 'redirectendpoint',
    type: text,
    since: 'main',
    about: 'The URL clients are sent to instead of the endpoint.',
  },
  {
    name: 'chunksize',
    type: reads({ as: 'size', min: 5 * mebibyte, max: 5 * gibibyte, unit: 'bytes' }),
    fallback: '10485760',
    about: 'The size of an upload’s parts in bytes; ten thousand parts make the largest layer.',
  },
  {
    name: 'multipartcopychunksize',
    type: reads({ as: 'size', min: 5 * mebibyte, max: 5 * gibibyte, unit: 'bytes' }),
    since: '2.6.0',
    fallback: '33554432',
    about: 'The size of a copy’s parts in bytes.',
  },
  {
    name: 'multipartcopymaxconcurrency',
    type: reads({ as: 'size', min: 1, max: Number.MAX_SAFE_INTEGER, unit: 'count' }),
    since: '2.6.0',
    fallback: '100',
    about: 'Parts copied at a time.',
  },
  {
    name: 'multipartcopythresholdsize',
    type: reads({ as: 'size', min: 0, max: 5 * gibibyte, unit: 'bytes' }),
    since: '2.6.0',
    fallback: '33554432',
    about: 'The size in bytes above which a copy is made of parts.',
  },
  {
    name: 'storageclass',
    type: reads({ as: 'word', words: storageClassesOf, fold: true }),
    since: '2.4.0',
    fallback: 'STANDARD',
    about: 'The storage class of new objects.',
  },
  {
    name: 'objectacl',
    type: reads({ as: 'word', words: () => objectAcls, fold: false }),
    since: '2.6.0',
    fallback: 'private',
    about: 'The canned ACL sent with every object.',
  },
  {
    name: 'loglevel',
    type: reads({ as: 'word', words: () => s3LogLevels, fold: true, open: true }),
    since: '3.0.0',
    fallback: 'off',
    about: 'What the SDK logs. In quotes: off without them is a boolean.',
  },
  { name: 'useragent', type: text, since: '2.4.0', about: 'Added to the user agent; 2.x overwrites it.' },
]
