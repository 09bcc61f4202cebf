import { generateKeyPairSync } from 'node:crypto'
import type { Seen, Trap } from './trap.ts'

/** T-51 to T-73 and T-107: storage middlewares. Source: facts registry 9. */

const base = [
  'baseurl: https://d111111abcdef8.cloudfront.net/',
  'privatekey: /k.pem',
  'keypairid: K2JCJMDEHXQW5F',
]

/** CloudFront on S3; an option given again replaces the sound one, and `name:` alone removes it. */
function cf(options: readonly string[] = [], { storage = '', before = '', after = '' } = {}): string {
  const nameOf = (option: string) => option.split(':')[0]
  const kept = base.filter((one) => !options.some((option) => nameOf(option) === nameOf(one)))
  const all = [...kept, ...options.filter((option) => !/^\w+-$/.test(option))]
  return `version: 0.1
storage:
  s3: {bucket: my-registry, region: eu-west-1}
${storage}middleware:
  storage:
${before}    - name: cloudfront
      options:
${all.map((option) => `        ${option}`).join('\n')}
${after}`
}

const rooted = (text: string) => text.replace('region: eu-west-1', 'region: eu-west-1, rootdirectory: /prod')

const other = (entry: string, storage = 's3: {bucket: my-registry, region: eu-west-1}') =>
  `version: 0.1\nstorage:\n  ${storage}\nmiddleware: {storage: [${entry}]}\n`

type Base = Pick<Seen, 'id' | 'what'> & Partial<Seen>

const refusedUrl = (what: string, url: string, more: Partial<Seen> = {}): Trap => ({
  id: 'T-55',
  what,
  rule: 'cloudfront-base-url',
  bad: cf([`baseurl: "${url}"`]),
  good: cf(),
  at: ['2.4.0', 'main'],
  alsoElsewhere: true,
  ...more,
})

const early = (what: string, url: string): Trap => ({
  id: 'T-54',
  what,
  rule: 'cloudfront-base-url',
  bad: cf([`baseurl: "${url}"`]),
  good: cf(),
  at: ['2.0.0', '2.3.1'],
  alsoElsewhere: true,
})

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const sound = () => rsa().privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const key = (what: string, make: () => string, more: Partial<Seen> = {}): Trap => ({
  id: 'T-57',
  what,
  rule: 'cloudfront-private-key',
  bad: cf(),
  good: cf(),
  privateKey: make(),
  goodPrivateKey: sound(),
  at: ['2.0.0', 'main'],
  refuses: true,
  ...more,
})

const option = (row: Base): Trap => ({
  rule: 'cloudfront-options',
  bad: cf(),
  good: cf(['ipfilteredby: none']),
  at: ['2.0.0', 'main'],
  refuses: true,
  ...row,
})

const redirect = '{name: redirect, options: {baseurl: "https://cdn.example.com"}}'

export const cloudfrontTraps: readonly Trap[] = [
  {
    id: 'T-51',
    what: 'an origin path in front of signed URLs',
    rule: 'cloudfront-origin-path',
    bad: rooted(cf()),
    good: cf(),
    at: ['2.0.0', 'main'],
    says: /asks for prod\/prod\/docker\/registry\/v2\/blobs\/sha256\//,
  },
  {
    id: 'T-52',
    what: 'redirect leaves out the root directory',
    rule: 'redirect-path',
    bad: rooted(other(redirect)),
    good: other(redirect),
    at: ['2.5.0', 'main'],
    says: /asks? cdn\.example\.com for docker\/registry.*writes prod\/docker\/registry/,
  },
  {
    id: 'T-53',
    what: 'redirect drops its path',
    rule: 'redirect-path',
    bad: rooted(other(redirect.replace('.com', '.com/prod'))),
    good: other(redirect),
    at: ['2.5.0', '2.8.3'],
    says: /drops the path/,
  },
  early('no slash at the end', 'https://d111111abcdef8.cloudfront.net'),
  early('no scheme', 'd111111abcdef8.cloudfront.net'),
  early('a path', 'https://d111111abcdef8.cloudfront.net/p/'),
  refusedUrl('a path', 'https://d111111abcdef8.cloudfront.net/prod'),
  refusedUrl('two slashes', 'https://d111111abcdef8.cloudfront.net//'),
  refusedUrl('a query', 'https://d111111abcdef8.cloudfront.net/?x=1'),
  refusedUrl('a fragment', 'https://d111111abcdef8.cloudfront.net/#x'),
  refusedUrl('another scheme', 'ftp://d111111abcdef8.cloudfront.net/'),
  refusedUrl('empty', ''),
  refusedUrl('a host that is not ASCII', 'https://bücher.example/'),
  refusedUrl('the scheme in capitals', 'HTTPS://d111111abcdef8.cloudfront.net/'),
  refusedUrl('a port', 'https://d111111abcdef8.cloudfront.net:8443/'),
  {
    id: 'T-56',
    what: 'plain HTTP',
    rule: 'cloudfront-http',
    bad: cf(['baseurl: http://d111111abcdef8.cloudfront.net/']),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  key('PKCS#8', () => rsa().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), {
    says: /ParsePKCS8PrivateKey/,
  }),
  key(
    'EC',
    () =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'sec1', format: 'pem' })
        .toString(),
    { says: /ParseECPrivateKey/ },
  ),
  key('Ed25519', () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ),
  key('encrypted', () =>
    rsa()
      .privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString(),
  ),
  key('public', () => rsa().publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  key(
    'a certificate before the key',
    () => `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${sound()}`,
  ),
  key(
    'OpenSSH',
    () => '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n',
  ),
  key('no PEM', () => 'c2VjcmV0'),
  key('empty', () => ''),
  key(
    'RSA of another size than CloudFront takes',
    () =>
      generateKeyPairSync('rsa', { modulusLength: 3072 })
        .privateKey.export({ type: 'pkcs1', format: 'pem' })
        .toString(),
    { refuses: false, says: /3072 bits/ },
  ),
  {
    id: 'T-57',
    what: 'the key’s text instead of its path',
    rule: 'cloudfront-private-key',
    bad: cf(['privatekey: "-----BEGIN RSA PRIVATE KEY-----"']),
    good: cf(),
    at: ['2.0.0', 'main'],
    refuses: true,
  },
  {
    id: 'T-57',
    what: 'a directory',
    rule: 'cloudfront-private-key',
    bad: cf(['privatekey: /etc/cloudfront/']),
    good: cf(['privatekey: /etc/cloudfront/key.pem']),
    at: ['2.0.0', 'main'],
    refuses: true,
  },
  option({ id: 'T-58', what: 'keypairid of digits', bad: cf(['keypairid: 123456']) }),
  {
    id: 'T-58',
    what: 'keypairid empty',
    rule: 'cloudfront-key-pair-id',
    bad: cf(['keypairid: ""']),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-58',
    what: 'keypairid of a key group',
    rule: 'cloudfront-key-pair-id',
    bad: cf(['keypairid: 0b1b9f4e-1d2c-4b6e-9a5e-1f2d3c4b5a69']),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-59',
    what: 'a lifetime without a unit',
    rule: 'duration-unit',
    bad: cf(['duration: 3000']),
    good: cf(['duration: 3000s']),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-59',
    what: 'a lifetime of zero',
    rule: 'cloudfront-duration',
    bad: cf(['duration: 0s']),
    good: cf(['duration: 20m']),
    at: ['2.0.0', 'main'],
    says: /run out before/,
  },
  {
    id: 'T-59',
    what: 'a lifetime below zero',
    rule: 'cloudfront-duration',
    bad: cf(['duration: -5m']),
    good: cf(['duration: 5m']),
    at: ['2.0.0', 'main'],
    says: /run out before/,
  },
  option({
    id: 'T-59',
    what: 'a lifetime in days',
    bad: cf(['duration: 1d']),
    good: cf(['duration: 24h', 'ipfilteredby: none']),
  }),
  {
    id: 'T-60',
    what: 'updatefrenquency overwrites duration',
    rule: 'cloudfront-duration',
    bad: cf(['duration: 20m', 'ipfilteredby: aws', 'updatefrenquency: 12h']),
    good: cf(['duration: 20m', 'ipfilteredby: aws']),
    at: ['2.7.0', '2.8.3'],
    says: /overwrites/,
  },
  {
    id: 'T-60',
    what: 'updatefrequency is ignored',
    rule: 'unknown-key',
    bad: cf(['ipfilteredby: aws', 'updatefrequency: 12h']),
    good: cf(),
    at: ['2.0.0', '2.8.3'],
  },
  option({
    id: 'T-61',
    what: 'ipfilteredby is needed',
    rule: 'cloudfront-options',
    bad: cf(),
    good: cf(['ipfilteredby: none']),
    at: ['2.7.0', '2.7.1'],
  }),
  {
    id: 'T-61',
    what: 'ipfilteredby: aws has no effect',
    rule: 'cloudfront-ip-filter',
    bad: cf(['ipfilteredby: aws']),
    good: cf(['ipfilteredby: none']),
    at: ['2.7.0', '2.7.1'],
    says: /no effect/,
  },
  ...['other', 'null', 'true'].map((value) =>
    option({
      id: 'T-62',
      what: `ipfilteredby: ${value}`,
      bad: cf([`ipfilteredby: ${value}`]),
      good: cf(['ipfilteredby: aws']),
      at: ['2.7.0', 'main'],
    }),
  ),
  option({
    id: 'T-62',
    what: 'awsregion is missing',
    bad: cf(['ipfilteredby: awsregion']),
    good: cf(['ipfilteredby: awsregion', 'awsregion: us-east-1']),
    at: ['2.7.0', 'main'],
  }),
  option({
    id: 'T-62',
    what: 'awsregion is a list',
    bad: cf(['ipfilteredby: awsregion', 'awsregion: [us-east-1]']),
    good: cf(['ipfilteredby: awsregion', 'awsregion: "us-east-1,us-east-2"']),
    at: ['2.7.0', 'main'],
  }),
  {
    id: 'T-63',
    what: 'no way to the address ranges',
    rule: 'cloudfront-client-address',
    bad: cf(['ipfilteredby: aws']),
    good: cf(['ipfilteredby: none']),
    // In 2.7 the filter does nothing.
    at: ['2.8.0', 'main'],
    says: /reach ip-ranges\.amazonaws\.com/,
  },
  {
    id: 'T-64',
    what: 'the client’s own header decides where it is sent',
    rule: 'cloudfront-client-address',
    bad: cf(['ipfilteredby: aws']),
    good: cf(['ipfilteredby: none']),
    at: ['2.8.0', 'main'],
  },
  {
    id: 'T-65',
    what: 'disabled is not honoured',
    rule: 'middleware-disabled',
    bad: cf([], { after: '      disabled: true\n' }),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-66',
    what: 'CloudFront on another driver',
    rule: 'cloudfront-order',
    bad: cf().replace(/s3: .*/, 'filesystem: {rootdirectory: /data}'),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-66',
    what: 'CloudFront after redirect',
    rule: 'cloudfront-order',
    bad: cf([], { before: `    - ${redirect}\n` }),
    good: cf(),
    at: ['2.5.0', 'main'],
    alsoElsewhere: true,
  },
  {
    id: 'T-66',
    what: 'CloudFront twice',
    rule: 'cloudfront-order',
    bad: cf([], { before: `    - {name: cloudfront, options: {${base.join(', ')}}}\n` }),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-67',
    what: 'redirect after CloudFront',
    rule: 'cloudfront-order',
    bad: cf([], { after: `    - ${redirect}\n` }),
    good: cf(),
    at: ['2.5.0', 'main'],
    alsoElsewhere: true,
    says: /hides it/,
  },
  {
    id: 'T-68',
    what: 'rewrite above a signed URL of CloudFront',
    rule: 'rewrite-target',
    bad: cf([], { after: '    - {name: rewrite, options: {host: cdn.example.com}}\n' }),
    good: cf(),
    at: ['3.0.0', 'main'],
  },
  {
    id: 'T-68',
    what: 'rewrite above a signed URL of S3',
    rule: 'rewrite-target',
    bad: other('{name: rewrite, options: {host: cdn.example.com}}'),
    good: other('{name: rewrite, options: {}}'),
    at: ['3.0.0', 'main'],
  },
  {
    id: 'T-69',
    what: 'rewrite is unknown',
    rule: 'unknown-middleware',
    bad: other('{name: rewrite, options: {}}'),
    good: other(''),
    at: ['2.0.0', '2.8.3'],
    refuses: true,
  },
  {
    id: 'T-69',
    what: 'redirect is unknown',
    rule: 'unknown-middleware',
    bad: other(redirect),
    good: other(''),
    at: ['2.0.0', '2.4.1'],
    refuses: true,
  },
  {
    id: 'T-70',
    what: 'redirects are off',
    rule: 'cloudfront-redirect-disabled',
    bad: cf([], { storage: '  redirect: {disable: true}\n' }),
    good: cf([], { storage: '  redirect: {disable: false}\n' }),
    at: ['2.1.0', 'main'],
  },
  {
    id: 'T-71',
    what: 'a kind misspelt',
    rule: 'unknown-key',
    bad: cf().replace('  storage:\n    -', '  stroage:\n    -'),
    good: cf(),
    at: ['2.0.0', 'main'],
    says: /storage/,
  },
  {
    id: 'T-71',
    what: 'a list twice',
    rule: 'duplicate-key',
    bad: cf([], { after: `  storage: [${redirect}]\n` }),
    good: cf(),
    at: ['2.0.0', 'main'],
  },
  {
    id: 'T-72',
    what: 'an ampersand in baseurl',
    rule: 'cloudfront-base-url',
    bad: cf(['baseurl: https://d111111abcdef8.cloudfront.net/a&b/']),
    good: cf(),
    at: ['2.0.0', '2.8.3'],
    says: /& < >/,
  },
  {
    id: 'T-72',
    what: 'an ampersand in rootdirectory',
    rule: 's3-root-directory',
    bad: cf().replace('region: eu-west-1', 'region: eu-west-1, rootdirectory: /a&b'),
    good: cf(),
    at: ['2.0.0', '2.8.3'],
    alsoElsewhere: true,
  },
  {
    id: 'T-73',
    what: 'KMS behind an OAI, cache keys, clocks',
    unseen: 'the distribution and the clock are not in the file; doctor looks at them',
  },
  {
    id: 'T-107',
    what: 'rewrite on a driver that does not redirect',
    rule: 'rewrite-target',
    bad: other('{name: rewrite, options: {host: cdn.example.com}}', 'inmemory: {}'),
    good: other('{name: rewrite, options: {trimpathprefix: /x}}', 'inmemory: {}'),
    at: ['3.0.0', 'main'],
  },
]
