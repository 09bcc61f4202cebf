import type { Release } from '../../../src/registry-config/releases.ts'
import type { Seen, Trap } from './trap.ts'

/** T-74 to T-106: the file and the environment. Source: facts registry 9. */

const config = (rest: string, storage = 'inmemory: {}') => `version: 0.1\nstorage:\n  ${storage}\n${rest}`
const plain = config('http: {addr: ":5000", secret: shared}\n')
const s3 = 's3: {bucket: my-registry, region: eu-west-1}'
const section = (text: string) => plain.replace('inmemory: {}', `inmemory: {}\n  ${text}`)
const http = (more: string) => config(`http: {addr: ":5000", secret: shared, ${more}}\n`)
const tls = (more: string) => http(`tls: {certificate: /c.pem, key: /k.pem, ${more}}`)
const redis = (options: string) =>
  config(`redis: {${options}}\n`, 'inmemory: {}\n  cache: {blobdescriptor: redis}')

const all = ['2.0.0', 'main'] as const
const two = ['2.0.0', '2.8.3'] as const
const three = ['3.0.0', 'main'] as const
const refuses = { refuses: true } as const

function row(
  id: string,
  what: string,
  rule: string,
  bad: string,
  good: string,
  more: Partial<Seen> = {},
): Seen {
  return { id, what, rule, bad, good, at: all, ...more }
}

/** A row that differs from a sound config in its environment alone. */
function env(
  id: string,
  what: string,
  rule: string,
  environment: Readonly<Record<string, string>>,
  goodEnvironment: Readonly<Record<string, string>>,
  more: Partial<Seen> = {},
): Seen {
  return row(id, what, rule, plain, plain, { environment, goodEnvironment, ...more })
}

/** At these releases, and at others for another reason. */
const within = (from: Release, to: Release): Partial<Seen> => ({ at: [from, to], alsoElsewhere: true })

export const configTraps: readonly Trap[] = [
  row('T-74', 'no version', 'config-version', plain.replace('version: 0.1\n', ''), plain, refuses),
  row('T-74', 'another version', 'config-version', plain.replace('0.1', '0.2'), plain, refuses),
  row('T-74', 'Version', 'config-version', plain.replace('version', 'Version'), plain, refuses),
  row('T-75', 'an unknown key', 'unknown-key', `${plain}nosuch: 1\n`, plain),
  row('T-75', 'a key in capitals', 'unknown-key', plain.replace('http:', 'HTTP:'), plain),
  row('T-75', 'a key twice', 'duplicate-key', `${plain}http: {addr: ":80"}\n`, plain),
  row('T-76', 'no driver', 'one-driver', 'version: 0.1\nhttp: {addr: ":5000"}\n', plain, refuses),
  row('T-76', 'two drivers', 'one-driver', section('filesystem: {rootdirectory: /x}'), plain, refuses),
  row('T-76', 'a section misspelt', 'one-driver', section('redirects: {disable: true}'), plain, refuses),
  row('T-76', 'tag is a driver to 2.x', 'one-driver', section('tag: {concurrencylimit: 5}'), plain, {
    ...refuses,
    at: two,
  }),
  row('T-76', 'delete is a driver to 2.0', 'one-driver', section('delete: {enabled: true}'), plain, {
    ...refuses,
    at: ['2.0.0', '2.0.1'],
  }),
  ...['{}', '{disable: "true"}', '{disabled: true}'].map((redirect) =>
    row('T-77', `redirect: ${redirect}`, 'redirect-disable', section(`redirect: ${redirect}`), plain, {
      ...refuses,
      at: ['2.1.0', 'main'],
    }),
  ),
  row(
    'T-78',
    'delete in quotes',
    'delete-enabled',
    section('delete: {enabled: "true"}'),
    section('delete: {enabled: true}'),
    { at: ['2.1.0', 'main'] },
  ),
  ...[
    '{enabled: true}',
    '{enabled: true, age: 7d, interval: 24h, dryrun: false}',
    '{enabled: true, age: 168, interval: 24h, dryrun: false}',
    '{enabled: true, age: 168h, interval: 24h, dryrun: "false"}',
    'true',
  ].map((purging) =>
    row(
      'T-79',
      `uploadpurging: ${purging}`,
      'upload-purging',
      section(`maintenance: {uploadpurging: ${purging}}`),
      section('maintenance: {uploadpurging: {enabled: true, age: 168h, interval: 24h, dryrun: false}}'),
      refuses,
    ),
  ),
  ...['true', '{enabled: "true"}'].map((readonly) =>
    row(
      'T-80',
      `readonly: ${readonly}`,
      'read-only',
      section(`maintenance: {readonly: ${readonly}}`),
      section('maintenance: {readonly: {enabled: true}}'),
      { ...refuses, at: ['2.2.0', 'main'] },
    ),
  ),
  row(
    'T-81',
    'a health interval of nanoseconds',
    'duration-unit',
    `${plain}health: {storagedriver: {enabled: true, interval: 10}}\n`,
    `${plain}health: {storagedriver: {enabled: true, interval: 10s}}\n`,
    { at: ['2.2.0', 'main'] },
  ),
  row(
    'T-81',
    'a drain of nanoseconds',
    'duration-unit',
    http('draintimeout: 60'),
    http('draintimeout: 60s'),
    {
      at: ['2.7.0', 'main'],
    },
  ),
  row('T-82', 'Redis of 2.x on 3.x', 'cache', redis('addr: "r:6379"'), redis('addrs: ["r:6379"]'), {
    ...refuses,
    at: three,
    goodFrom: '3.0.0',
  }),
  row(
    'T-82',
    'Redis of 3.x on 2.x',
    'cache',
    redis('addrs: ["r:6379"]'),
    redis('addr: "r:6379", addrs: ["r:6379"]'),
    { ...refuses, at: ['2.1.0', '2.8.3'] },
  ),
  row(
    'T-83',
    'clientcas of Redis are ignored',
    'unknown-key',
    redis('addrs: ["r:6379"], tls: {clientcas: [/ca.pem]}'),
    redis('addrs: ["r:6379"], tls: {rootcas: [/ca.pem]}'),
    { ...within('3.1.0', 'main'), goodFrom: '3.1.0' },
  ),
  row(
    'T-83',
    'a certificate of Redis without its key',
    'redis-tls',
    redis('addrs: ["r:6379"], tls: {certificate: /c.pem}'),
    redis('addrs: ["r:6379"], tls: {certificate: /c.pem, key: /k.pem}'),
    { ...refuses, at: ['3.0.0', '3.0.0'] },
  ),
  ...['readtimeout: 10', 'addrs: "r:6379"', 'db: "1"'].map((option) =>
    row(
      'T-84',
      `a type that the reader of Redis does not convert: ${option}`,
      'value-type',
      redis(option),
      redis('addrs: ["r:6379"]'),
      { ...refuses, ...within('3.0.0', '3.0.0') },
    ),
  ),
  ...['oss: {bucket: b}', 'swift: {container: c}', s3.replace('s3', 's3goamz'), 'rados: {poolname: p}'].map(
    (driver) =>
      row('T-85', `a driver that was removed: ${driver}`, 'unknown-driver', config('', driver), plain, {
        ...refuses,
        ...within('3.0.0', 'main'),
      }),
  ),
  ...['reporting: {bugsnag: {apikey: x}}', 'compatibility: {schema1: {enabled: true}}'].map((dropped) =>
    row('T-85', `a section that was dropped: ${dropped}`, 'unknown-key', `${plain}${dropped}\n`, plain, {
      ...within('3.0.0', 'main'),
    }),
  ),
  row(
    'T-86',
    'the config is mounted where 3.x does not look',
    'config-mount-path',
    mounted('/etc/docker/registry/config.yml'),
    mounted('/etc/distribution/config.yml'),
    { at: three, goodFrom: '3.0.0' },
  ),
  row('T-87', 'TLS 1.1', 'tls-settings', tls('minimumtls: tls1.1'), tls('minimumtls: tls1.2'), {
    ...refuses,
    at: three,
  }),
  row(
    'T-87',
    'a cipher suite that was removed',
    'tls-settings',
    tls('ciphersuites: [TLS_RSA_WITH_RC4_128_SHA]'),
    tls('ciphersuites: [TLS_AES_128_GCM_SHA256]'),
    { ...refuses, at: three },
  ),
  row('T-88', 'a key without certificate', 'tls-settings', http('tls: {key: /k.pem}'), tls('')),
  row('T-88', 'no address', 'http-address', config('http: {secret: shared}\n'), plain),
  row('T-89', 'no secret', 'http-secret', config('http: {addr: ":5000"}\n'), plain),
  row('T-90', 'a prefix without slashes', 'http-prefix', http('prefix: reg'), http('prefix: /reg/')),
  row(
    'T-90',
    'a host without scheme',
    'http-host',
    http('host: reg.example.com'),
    http('host: "https://reg.example.com"'),
    { at: ['2.2.0', 'main'] },
  ),
  env(
    'T-91',
    'a second driver',
    'one-driver',
    { REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/data' },
    {},
    { ...refuses, at: ['2.2.0', 'main'] },
  ),
  row(
    'T-92',
    'REGISTRY_STORAGE takes the rest away',
    'environment-replaces',
    section('delete: {enabled: true}'),
    plain,
    { environment: { REGISTRY_STORAGE: 'inmemory' }, at: ['2.2.0', 'main'] },
  ),
  env(
    'T-93',
    'the links of a service',
    'environment-refused',
    { REGISTRY_AUTH_PORT: 'tcp://10.0.0.1:80' },
    {},
    { ...refuses, says: /enableServiceLinks: false/, ...within('2.2.0', 'main') },
  ),
  env(
    'T-93',
    'the host of a service',
    'unknown-auth-provider',
    { REGISTRY_AUTH_SERVICE_HOST: '10.0.0.1' },
    {},
    { ...refuses, ...within('2.2.0', 'main') },
  ),
  row(
    'T-94',
    'a leaf under maintenance of the file',
    'environment-ignored',
    section('maintenance: {readonly: {enabled: false}}'),
    section('maintenance: {readonly: {enabled: false}}'),
    {
      environment: { REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED: 'true' },
      goodEnvironment: { REGISTRY_STORAGE_MAINTENANCE_READONLY: '{enabled: true}' },
      says: /REGISTRY_STORAGE_MAINTENANCE_READONLY='/,
      ...within('2.2.0', 'main'),
    },
  ),
  env(
    'T-94',
    'a leaf under maintenance',
    'read-only',
    { REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED: 'true' },
    { REGISTRY_STORAGE_MAINTENANCE_READONLY: '{enabled: true}' },
    { ...refuses, at: ['2.2.0', 'main'] },
  ),
  env(
    'T-95',
    'a list by its index',
    'environment-ignored',
    { REGISTRY_MIDDLEWARE_STORAGE_0_NAME: 'cloudfront' },
    {},
    within('2.2.0', '2.8.3'),
  ),
  env(
    'T-96',
    'an item without its text',
    'environment-ignored',
    { REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS_0: 'x' },
    {},
    { at: three, says: /ignores the value/ },
  ),
  env(
    'T-96',
    'a section without a field',
    'environment-refused',
    { REGISTRY_NOTIFICATIONS_ENDPOINTS_0: 'x' },
    {},
    { ...refuses, at: three },
  ),
  env(
    'T-96',
    'an index beyond the end',
    'environment-refused',
    { REGISTRY_NOTIFICATIONS_ENDPOINTS_3_NAME: 'x' },
    {},
    { ...refuses, at: three },
  ),
  row(
    'T-96',
    'one more item of a list in the file',
    'environment-refused',
    `${plain}middleware: {storage: [{name: redirect, options: {baseurl: "https://r.example.com"}}]}\n`,
    plain,
    {
      environment: { REGISTRY_MIDDLEWARE_STORAGE_1_NAME: 'redirect' },
      goodEnvironment: {},
      ...refuses,
      at: three,
    },
  ),
  env(
    'T-97',
    'the addresses of Redis',
    'environment-ignored',
    { REGISTRY_REDIS_ADDRS: '["r:6379"]' },
    { REGISTRY_REDIS_OPTIONS_ADDRS: '["r:6379"]' },
    { says: /REGISTRY_REDIS_OPTIONS_ADDRS/, at: ['3.0.0', '3.0.0'], goodFrom: '3.0.0' },
  ),
  ...['@secret', '%secret', '*secret', 'a: b'].map((secret) =>
    env(
      'T-98',
      `a secret that is no text to YAML: ${secret}`,
      'environment-refused',
      { REGISTRY_HTTP_SECRET: secret },
      { REGISTRY_HTTP_SECRET: `"${secret}"` },
      refuses,
    ),
  ),
  env(
    'T-98',
    'a secret with a comment',
    'environment-value',
    { REGISTRY_HTTP_SECRET: 'abc #def' },
    { REGISTRY_HTTP_SECRET: '"abc #def"' },
  ),
  row('T-98', 'a secret that is a number', 'unquoted-text', config('', s3), config('', s3), {
    environment: { REGISTRY_STORAGE_S3_SECRETKEY: '012345' },
    goodEnvironment: { REGISTRY_STORAGE_S3_SECRETKEY: '"012345"' },
  }),
  env(
    'T-99',
    'two providers',
    'auth-at-random',
    {
      REGISTRY_AUTH_HTPASSWD_REALM: 'r',
      REGISTRY_AUTH_HTPASSWD_PATH: '/p',
      REGISTRY_AUTH_SILLY_REALM: 'r',
      REGISTRY_AUTH_SILLY_SERVICE: 's',
    },
    { REGISTRY_AUTH_HTPASSWD_REALM: 'r', REGISTRY_AUTH_HTPASSWD_PATH: '/p' },
    { at: ['2.2.0', 'main'] },
  ),
  row('T-100', 'none is no provider', 'unknown-auth-provider', `${plain}auth: none\n`, plain, {
    ...refuses,
    at: ['2.0.0', '2.6.2'],
  }),
  ...['http: [{uri: "http://x.example.com"}]', 'tcp: [{addr: "x:1"}]'].map((check) =>
    row('T-101', `a check: ${check}`, 'health-checks', `${plain}health: {${check}}\n`, plain, {
      ...refuses,
      at: ['2.2.0', '2.4.1'],
    }),
  ),
  ...['warning', 'trace'].map((level) =>
    row(
      'T-102',
      `level ${level}`,
      'unknown-word',
      `${plain}log: {level: ${level}}\n`,
      `${plain}log: {level: warn}\n`,
      refuses,
    ),
  ),
  row(
    'T-103',
    'fewer than no tags',
    'tags-limit',
    `${plain}tags: {maxtags: -1}\n`,
    `${plain}tags: {maxtags: 9}\n`,
    { ...refuses, at: ['3.1.0', 'main'] },
  ),
  row(
    'T-103',
    'no tags means a thousand',
    'tags-limit',
    `${plain}tags: {maxtags: 0}\n`,
    `${plain}tags: {maxtags: 9}\n`,
    { says: /1000/, at: ['3.1.0', 'main'] },
  ),
  row('T-103', 'no pages of the catalog before', 'unknown-key', `${plain}catalog: {maxentries: 9}\n`, plain, {
    at: ['2.0.0', '2.8.1'],
  }),
  row('T-104', 'traces to nobody', 'trace-exporter', plain, plain, {
    environment: {},
    goodEnvironment: { OTEL_TRACES_EXPORTER: 'none' },
    // Images from 3.1 on set it; a bare binary is not to be seen in the file.
    at: ['3.0.0', '3.0.0'],
  }),
  row(
    'T-105',
    'Let’s Encrypt of a dead generation',
    'lets-encrypt',
    http('tls: {letsencrypt: {cachefile: /c, email: a@example.com, hosts: [r.example.com]}}'),
    tls(''),
    { ...refuses, at: ['2.5.0', '2.8.3'] },
  ),
  row(
    'T-105',
    'cachefile is a directory',
    'lets-encrypt',
    http('tls: {letsencrypt: {cachefile: /letsencrypt.json, email: a@example.com, hosts: [r.example.com]}}'),
    http('tls: {letsencrypt: {cachefile: /var/cache/acme, email: a@example.com, hosts: [r.example.com]}}'),
    { at: three, says: /directory/, goodFrom: '3.0.0' },
  ),
  {
    id: 'T-106',
    what: 'an unknown repository answers 200',
    unseen: 'what clients rely on is not in the file',
  },
]

function mounted(path: string): string {
  return `services:\n  registry:\n    image: registry\n    volumes: ["./config.yml:${path}"]\n`
}
