import type { Case } from './generate.ts'
import { oddScalars } from './generate.ts'
import type { Random } from './random.ts'
import type { StartFiles } from './start-files.ts'

/**
 * Configs for starting the real registry: valid ones out of all sections, then a few changes of values, types, keys
 * and environment. Nothing in them needs a network beyond loopback, and every file they name is there.
 */
export type Tree = string | Tree[] | { [key: string]: Tree }

type Branch = { [key: string]: Tree }

export function startCase(rng: Random, files: StartFiles, major: 2 | 3): Case {
  const root = valid(rng, files, major)
  const environment: Record<string, string> = {}
  const changes = rng.pick([0, 1, 1, 1, 2, 2, 3])
  for (let i = 0; i < changes; i += 1) change(rng, root, environment, files)
  return { config: write(root), environment }
}

/** A config that starts. */
function valid(rng: Random, files: StartFiles, major: 2 | 3): Branch {
  const bool = () => rng.pick(['true', 'false'])
  const duration = () => rng.pick(['10s', '1m', '1h30m', '500ms'])
  const some = (branch: Branch, share = 0.5): Branch =>
    Object.fromEntries(Object.entries(branch).filter(() => rng.chance(share)))
  const s3 = {
    bucket: 'b',
    region: rng.pick(['us-east-1', 'eu-west-1']),
    ...some(
      {
        accesskey: 'AKIAEXAMPLE',
        secretkey: 'secret',
        rootdirectory: '/prod',
        encrypt: bool(),
        keyid: 'key',
        secure: bool(),
        skipverify: bool(),
        v4auth: 'true',
        regionendpoint: 'http://127.0.0.1:9000',
        forcepathstyle: bool(),
        accelerate: bool(),
        usedualstack: bool(),
        usefipsendpoint: bool(),
        chunksize: rng.pick(['5242880', '"10485760"', '0x1000000']),
        multipartcopychunksize: '33554432',
        multipartcopymaxconcurrency: rng.pick(['1', '100']),
        multipartcopythresholdsize: rng.pick(['0', '33554432']),
        storageclass: rng.pick(['STANDARD', 'reduced_redundancy', 'NONE']),
        objectacl: rng.pick(['private', 'bucket-owner-full-control']),
        loglevel: 'debug',
        useragent: 'agent',
      },
      0.2,
    ),
  }
  const storage: Branch = rng.chance(0.6)
    ? { [rng.pick(['s3', 's3', 's3aws'])]: s3 }
    : rng.chance(0.6)
      ? { inmemory: {} }
      : { filesystem: { rootdirectory: files.directory, ...some({ maxthreads: rng.pick(['100', '"25"']) }) } }
  const isS3 = 's3' in storage || 's3aws' in storage
  Object.assign(
    storage,
    some(
      {
        delete: { enabled: bool() },
        redirect: { disable: bool() },
        cache: { blobdescriptor: 'inmemory', ...some({ blobdescriptorsize: '1000' }) },
        maintenance: some({
          uploadpurging: { enabled: bool(), age: '168h', interval: '24h', dryrun: bool() },
          readonly: { enabled: bool() },
        }),
        ...(major === 3 ? { tag: { concurrencylimit: '5' } } : {}),
      },
      0.3,
    ),
  )
  const interval = { ...some({ interval: duration(), threshold: '3' }) }
  const root: Branch = {
    version: '0.1',
    ...some(
      {
        log: some({
          level: rng.pick(['info', 'debug', 'warn', 'error']),
          formatter: rng.pick(['text', 'json', 'logstash']),
          fields: { service: 'registry' },
          hooks: [
            {
              type: 'mail',
              levels: ['panic'],
              options: { smtp: { addr: 'mail:25', insecure: bool() }, from: 'a@b', to: ['c@d'] },
            },
          ],
          accesslog: { disabled: bool() },
          reportcaller: bool(),
        }),
        loglevel: 'info',
        catalog: { maxentries: '500' },
        tags: { maxtags: '500' },
        policy: { repository: { classes: ['image'] } },
        validation: some({
          disabled: bool(),
          enabled: bool(),
          manifests: some({
            urls: some({ allow: ['^https://example\\.com/'], deny: ['^https://evil\\.example/'] }),
            indexes: some({
              platforms: rng.pick(['all', 'none', 'list']),
              platformlist: [{ architecture: 'amd64', os: 'linux' }],
            }),
          }),
        }),
        compatibility: { schema1: some({ enabled: bool() }) },
        reporting: {
          bugsnag: some({ releasestage: 'x', endpoint: 'http://127.0.0.1/' }),
          newrelic: some({ name: 'x', verbose: bool() }),
        },
        notifications: some({
          events: { includereferences: bool() },
          endpoints: [
            some({
              name: 'a',
              disabled: bool(),
              url: 'http://127.0.0.1:9/events',
              headers: { 'X-A': ['b'] },
              timeout: duration(),
              threshold: '5',
              backoff: duration(),
              ignoredmediatypes: ['application/octet-stream'],
              ignore: some({ mediatypes: ['a/b'], actions: ['pull'] }),
            }),
          ],
        }),
        health: some({
          storagedriver: { enabled: bool(), ...interval },
          file: [{ file: '/tmp/nosuchfile', ...interval }],
          http: [
            {
              uri: 'http://127.0.0.1:9/',
              ...some({ headers: { A: ['b'] }, timeout: duration(), statuscode: '204' }),
              ...interval,
            },
          ],
          tcp: [{ addr: '127.0.0.1:9', ...some({ timeout: duration() }), ...interval }],
        }),
      },
      0.2,
    ),
    storage,
    http: {
      addr: '"127.0.0.1:0"',
      ...some(
        {
          net: 'tcp',
          host: 'https://registry.example.com',
          prefix: '/p/',
          secret: 'shared',
          relativeurls: bool(),
          draintimeout: duration(),
          tls: {
            certificate: files.certificate,
            key: files.key,
            ...some(
              {
                minimumtls: 'tls1.2',
                ciphersuites: ['TLS_AES_128_GCM_SHA256'],
                clientcas: [files.certificate],
                clientauth: 'request-client-cert',
              },
              0.4,
            ),
          },
          headers: { 'X-Content-Type-Options': ['nosniff'] },
          debug: { addr: '"127.0.0.1:0"', ...some({ prometheus: { enabled: bool(), path: '/metrics' } }) },
          http2: { disabled: bool() },
          h2c: { enabled: bool() },
        },
        0.25,
      ),
    },
    ...(rng.chance(0.35) ? { middleware: { storage: middlewares(rng, files, major) } } : {}),
    ...(rng.chance(0.3) ? { auth: auth(rng, files) } : {}),
    ...(rng.chance(0.2) ? { redis: redis(rng, major, some) } : {}),
  }
  if (!isS3 && rng.chance(0.08)) {
    root.proxy = {
      remoteurl: files.remote,
      ...some({
        username: 'u',
        password: 'p',
        ttl: duration(),
        cachewritetimeout: duration(),
        exec: some({ command: '/bin/true', lifetime: '1h' }),
      }),
    }
  }
  return root
}

function middlewares(rng: Random, files: StartFiles, major: 2 | 3): Tree[] {
  const cloudfront: Branch = {
    baseurl: rng.pick([
      'https://d111111abcdef8.cloudfront.net/',
      'd111111abcdef8.cloudfront.net',
      'https://cdn.example.com/path',
    ]),
    privatekey: files.keys.pkcs1 ?? '',
    keypairid: 'K2JCJMDEHXQW5F',
  }
  if (rng.chance(0.4)) cloudfront.duration = rng.pick(['20m', '3000', '1h'])
  if (rng.chance(0.2)) cloudfront.iprangesurl = 'http://127.0.0.1:9/ip-ranges.json'
  if (rng.chance(0.3)) cloudfront.ipfilteredby = 'none'
  if (rng.chance(0.2)) cloudfront.awsregion = 'us-east-1,eu-west-1'
  if (rng.chance(0.2)) cloudfront[rng.pick(['updatefrequency', 'updatefrenquency'])] = '12h'
  const list: Tree[] = [{ name: 'cloudfront', options: cloudfront }]
  if (rng.chance(0.2)) list.push({ name: 'redirect', options: { baseurl: 'https://cdn.example.com' } })
  if (major === 3 && rng.chance(0.15))
    list.push({
      name: 'rewrite',
      options: { scheme: 'https', host: 'cdn.example.com', trimpathprefix: '/x' },
    })
  if (rng.chance(0.1)) (list[0] as Branch).disabled = 'true'
  return list
}

function auth(rng: Random, files: StartFiles): Tree {
  switch (rng.integer(4)) {
    case 0:
      return { htpasswd: { realm: 'r', path: files.htpasswd } }
    case 1:
      return {
        token: {
          realm: 'https://auth.example.com/token',
          issuer: 'i',
          service: 's',
          rootcertbundle: files.certificate,
          ...(rng.chance(0.3) ? { autoredirect: 'true' } : {}),
          ...(rng.chance(0.2) ? { autoredirectpath: '/auth/' } : {}),
          ...(rng.chance(0.3) ? { signingalgorithms: ['RS256', 'ES256'] } : {}),
          ...(rng.chance(0.2) ? { jwks: files.jwks } : {}),
        },
      }
    case 2:
      return { silly: { realm: 'r', service: 's' } }
    default:
      return rng.pick<Tree>(['none', { none: {} }])
  }
}

function redis(rng: Random, major: 2 | 3, some: (branch: Branch, share?: number) => Branch): Branch {
  if (major === 2) {
    return {
      addr: '127.0.0.1:9',
      ...some({
        password: 'p',
        db: '1',
        dialtimeout: '10ms',
        readtimeout: '10ms',
        writetimeout: '10ms',
        pool: { maxidle: '16', maxactive: '64', idletimeout: '300s' },
      }),
    }
  }
  const durations = [
    'minretrybackoff',
    'maxretrybackoff',
    'dialtimeout',
    'readtimeout',
    'writetimeout',
    'pooltimeout',
    'connmaxidletime',
    'connmaxlifetime',
  ]
  const numbers = [
    'db',
    'protocol',
    'maxretries',
    'poolsize',
    'minidleconns',
    'maxidleconns',
    'maxactiveconns',
    'maxredirects',
  ]
  const flags = [
    'contexttimeoutenabled',
    'poolfifo',
    'readonly',
    'routebylatency',
    'routerandomly',
    'disableidentity',
    'unstableresp3',
  ]
  const texts = [
    'clientname',
    'username',
    'password',
    'sentinelusername',
    'sentinelpassword',
    'mastername',
    'identitysuffix',
  ]
  return {
    addrs: ['127.0.0.1:9'],
    ...some(
      Object.fromEntries([
        ...durations.map((name) => [name, '10ms']),
        ...numbers.map((name) => [name, '2']),
        ...flags.map((name) => [name, rng.pick(['true', 'false'])]),
        ...texts.map((name) => [name, 'x']),
      ]) as Branch,
      0.3,
    ),
  }
}

/** One change of the config or its environment. */
function change(
  rng: Random,
  root: Branch,
  environment: Record<string, string>,
  files: StartFiles,
): undefined {
  const roll = rng.integer(100)
  if (roll < 16) {
    const [name, value] = rng.pick(telling(files).environment)
    environment[name] = value
    return
  }
  if (roll < 52) return set(root, rng.pick(telling(files).values))
  const place = pickPlace(rng, root)
  if (place === undefined) return
  const { parent, name } = place
  // A file that is not there is the machine's fault, not the config's.
  if (roll < 72) parent[name] = filePaths.has(name) ? '~' : rng.pick(oddScalars)
  else if (roll < 82) delete parent[name]
  else if (roll < 88) rename(rng, parent, name)
  else if (roll < 94 && !filePaths.has(name))
    parent[name] = rng.pick<Tree>([[parent[name] ?? ''], { a: parent[name] ?? '' }, [], {}])
  else
    parent[rng.pick(['nosuchkey', 'Enabled', 'tag', 'redirects', 'delete'])] = rng.pick<Tree>([
      'true',
      {},
      ['x'],
    ])
}

const filePaths = new Set([
  'certificate',
  'key',
  'clientcas',
  'path',
  'rootcertbundle',
  'jwks',
  'privatekey',
  'signingkeyfile',
  'remoteurl',
  'command',
])

function rename(rng: Random, parent: Branch, name: string): void {
  const value = parent[name] ?? ''
  delete parent[name]
  parent[rng.pick([name.toUpperCase(), `${name}s`, name.slice(0, -1) || 'x'])] = value
}

function pickPlace(
  rng: Random,
  root: Branch,
): { readonly parent: Branch; readonly name: string } | undefined {
  let here: Branch = root
  for (;;) {
    const names = Object.keys(here)
    if (names.length === 0) return undefined
    const name = rng.pick(names)
    let next: Tree | undefined = here[name]
    while (Array.isArray(next)) next = next.length === 0 ? '' : rng.pick(next)
    if (next === undefined || typeof next === 'string' || rng.chance(0.12)) return { parent: here, name }
    here = next
  }
}

function set(root: Branch, [path, value]: Telling): undefined {
  let here: Branch = root
  const parts = path.split('.')
  for (const part of parts.slice(0, -1)) {
    let next: Tree | undefined = here[part === 'DRIVER' ? driverOf(here) : part]
    if (Array.isArray(next)) next = next[0]
    if (typeof next !== 'object' || Array.isArray(next)) {
      next = {}
      here[part] = next
    }
    here = next
  }
  const last = parts.at(-1) ?? ''
  if (value === undefined) delete here[last]
  else here[last] = value
}

function driverOf(storage: Branch): string {
  return Object.keys(storage)[0] ?? 's3'
}

type Telling = readonly [path: string, value: Tree | undefined]

/** Changes that draw every message of the registry about its S3 and CloudFront options, and many others. */
function telling(files: StartFiles): {
  readonly values: readonly Telling[]
  readonly environment: readonly (readonly [string, string])[]
} {
  const s3 = (name: string, ...values: (Tree | undefined)[]): Telling[] =>
    values.map((value) => [`storage.DRIVER.${name}`, value])
  const cloudfront = (name: string, ...values: (Tree | undefined)[]): Telling[] =>
    values.map((value) => [`middleware.storage.options.${name}`, value])
  const sizes: Tree[] = [
    '5242879',
    '5368709121',
    '10MB',
    '"0xA00000"',
    '1e7',
    '33554432.9',
    '"10485760abc"',
    '99999999999999999999',
    '-1',
    'true',
    ['1'],
    '~',
    '"1_0"',
    '1e2',
  ]
  const flags: Tree[] = ['1', '"yes"', '"true"', '"T"', 'yes', '~', '[]', '1.0', '"tRUE"']
  return {
    values: [
      ...s3('region', undefined, '', '~', 'eu-west-9', 'EU-WEST-1', 'af-south-1', '5', '"ap-east-2"'),
      ...s3('bucket', undefined, '""', '~', '5', '[]'),
      ...s3('regionendpoint', 'http://127.0.0.1:9000', '""', 'https://s3.amazonaws.com', '~', '5'),
      ...[
        'encrypt',
        'secure',
        'skipverify',
        'v4auth',
        'forcepathstyle',
        'accelerate',
        'usedualstack',
        'usefipsendpoint',
      ].flatMap((name) => s3(name, ...flags)),
      ...s3('v4auth', 'false', 'false', '"false"'),
      ...[
        'chunksize',
        'multipartcopychunksize',
        'multipartcopymaxconcurrency',
        'multipartcopythresholdsize',
      ].flatMap((name) => s3(name, ...sizes)),
      ...s3('storageclass', 'GLACIER', '5', '""', 'standard_ia', 'EXPRESS_ONEZONE', '~', '[]'),
      ...s3('objectacl', 'Private', '5', '""', 'public-read', '~', '{}'),
      ...s3('loglevel', 'off', '5', 'nosuch', '~', '"off"', '[]'),
      ...s3('useragent', '5', '""', '~', '{}'),
      ...s3('accesskey', '012345', '~', '{}'),
      ...cloudfront(
        'baseurl',
        undefined,
        '5',
        '~',
        '""',
        '"http://a b/"',
        '"https://h/%zz"',
        '"https://h:x/"',
        '"ht tp://x"',
        '"[::1"',
      ),
      ...cloudfront('privatekey', undefined, '5', '~', '"-----BEGIN RSA PRIVATE KEY-----"'),
      ...Object.values(files.keys).map((file): Telling => ['middleware.storage.options.privatekey', file]),
      ...cloudfront('keypairid', undefined, '123456', '~', '""'),
      ...cloudfront('duration', '60', '"60"', '1d', '-5m', '0s', '~', 'abc', '1.5h'),
      ...cloudfront('updatefrequency', '1d', '12', '"x"', '~'),
      ...cloudfront('updatefrenquency', '1d', '12', '12h', '~'),
      ...cloudfront('iprangesurl', '5', '~', '""'),
      ...cloudfront('ipfilteredby', 'awsregion', 'nosuch', '~', '5', 'NONE', '""', '" none "', 'true'),
      ...cloudfront('awsregion', undefined, ['us-east-1'], '5', '~', 'us-east-1'),
      ['middleware.storage.name', 'cloudfrnt'],
      ['middleware.storage.name', '~'],
      ['middleware.registry', [{ name: 'cloudfront' }]],
      ['middleware.repository', [{ name: 'x' }]],
      ['middleware.storage', [{ name: 'redirect', options: { baseurl: 'cdn.example.com' } }]],
      ['middleware.storage', [{ name: 'redirect' }]],
      ['middleware.storage', [{ name: 'redirect', options: { baseurl: '"//host"' } }]],
      ['middleware.storage', [{ name: 'redirect', options: { baseurl: '"https:path"' } }]],
      ['middleware.storage', [{ name: 'redirect', options: { baseurl: '5' } }]],
      ['middleware.storage', [{ name: 'rewrite', options: { host: '5' } }]],
      ['middleware.storage', [{ name: 'rewrite', options: { scheme: '~' } }]],
      ['storage', { inmemory: {}, s3: {} }],
      ['storage', { S3: {} }],
      ['storage', { oss: {} }],
      ['storage', { swift: {} }],
      ['storage', { azure: {} }],
      ['storage', {}],
      ['storage', 'nosuch'],
      ['storage.redirect', {}],
      ['storage.redirect', { disabled: 'true' }],
      ['storage.redirect', { disable: '"true"' }],
      ['storage.redirect', '~'],
      ['storage.delete', { enabled: '"true"' }],
      ['storage.delete', '~'],
      ['storage.cache', { blobdescriptor: 'redis' }],
      ['storage.cache', { layerinfo: 'redis' }],
      ['storage.cache', { blobdescriptor: 'nosuch' }],
      ['storage.cache', { blobdescriptor: 'inmemory', blobdescriptorsize: '10k' }],
      ['storage.cache', { blobdescriptor: 'inmemory', blobdescriptorsize: '1.5' }],
      ['storage.cache', '~'],
      ['storage.maintenance.uploadpurging', { enabled: 'true' }],
      ['storage.maintenance.uploadpurging', { enabled: 'false' }],
      [
        'storage.maintenance.uploadpurging',
        { enabled: '"false"', age: '1h', interval: '1h', dryrun: 'false' },
      ],
      ['storage.maintenance.uploadpurging', { age: '7d', interval: '24h', dryrun: 'false' }],
      ['storage.maintenance.uploadpurging', { age: '24', interval: '24h', dryrun: 'false' }],
      ['storage.maintenance.uploadpurging', { age: '24h', dryrun: 'false' }],
      ['storage.maintenance.uploadpurging', { age: '24h', interval: '1w', dryrun: 'false' }],
      ['storage.maintenance.uploadpurging', { age: '24h', interval: '24h', dryrun: '"false"' }],
      ['storage.maintenance.uploadpurging', { age: '24h', interval: '24h' }],
      ['storage.maintenance.uploadpurging', 'true'],
      ['storage.maintenance.uploadpurging', '~'],
      ['storage.maintenance.readonly', 'true'],
      ['storage.maintenance.readonly', { enabled: '"true"' }],
      ['storage.maintenance.readonly', {}],
      ['storage.maintenance.readonly', '~'],
      ['storage.tag', { concurrencylimit: '"8"' }],
      ['storage.tag', { concurrencylimit: '-1' }],
      ['storage.filesystem', { maxthreads: '1.5' }],
      ['storage.filesystem', { maxthreads: '"abc"' }],
      ['storage.filesystem', { maxthreads: '-5' }],
      ['version', undefined],
      ['version', '1'],
      ['version', '0.2'],
      ['version', '0.1.0'],
      ['version', 'abc'],
      ['log.level', 'warning'],
      ['log.level', '"null"'],
      ['log.level', 'WARN'],
      ['log.formatter', 'xml'],
      ['http.addr', 'abc'],
      ['http.addr', '":99999"'],
      ['http.addr', '"127.0.0.1:abc"'],
      ['http.addr', undefined],
      ['http.addr', '"[::1]"'],
      ['http.net', 'udp'],
      ['http.host', '":x"'],
      ['http.host', '"http://a b"'],
      ['http.host', 'registry'],
      ['http.prefix', 'p'],
      ['http.tls.minimumtls', 'tls1.1'],
      ['http.tls.minimumtls', 'TLS1.2'],
      ['http.tls.minimumtls', 'tls1.3'],
      ['http.tls.ciphersuites', ['TLS_RSA_WITH_RC4_128_SHA']],
      ['http.tls.ciphersuites', ['nosuch']],
      ['http.tls.clientauth', 'nosuch'],
      ['http.tls.key', undefined],
      ['http.tls.certificate', undefined],
      ['http.tls', { key: files.key }],
      [
        'http.tls',
        { certificate: files.certificate, key: files.key, letsencrypt: { cachefile: files.directory } },
      ],
      ['http.debug.addr', 'abc'],
      ['http.headers', { A: 'b' }],
      ['http.draintimeout', '60'],
      ['http.draintimeout', '1d'],
      ['health.storagedriver', { enabled: 'true', interval: '-1s' }],
      ['health.storagedriver', { enabled: 'false', interval: '-1s' }],
      ['health.file', [{ file: '/a' }, { file: '/a' }]],
      ['health.tcp', [{ addr: '/a', interval: '-1s' }]],
      ['notifications.endpoints', [{ timeout: 'abc' }]],
      ['auth', { foo: {} }],
      ['auth', { htpasswd: { realm: 'r' } }],
      ['auth', { htpasswd: { realm: '5', path: files.htpasswd } }],
      ['auth', { silly: { realm: 'r' } }],
      ['auth', { silly: { realm: 'r', service: 's' }, htpasswd: { realm: 'r', path: files.htpasswd } }],
      ['auth', { token: { realm: 'r', issuer: 'i', service: 's' } }],
      [
        'auth',
        {
          token: {
            realm: 'r',
            issuer: 'i',
            service: 's',
            rootcertbundle: files.certificate,
            autoredirect: '"true"',
          },
        },
      ],
      [
        'auth',
        {
          token: {
            realm: 'r',
            issuer: 'i',
            service: 's',
            rootcertbundle: files.certificate,
            signingalgorithms: ['nosuch'],
          },
        },
      ],
      [
        'auth',
        {
          token: {
            realm: 'r',
            issuer: 'i',
            service: 's',
            rootcertbundle: files.certificate,
            signingalgorithms: 'RS256',
          },
        },
      ],
      ['auth', { token: { realm: 'r', service: 's', rootcertbundle: files.certificate } }],
      ['auth', { token: { realm: 'r', issuer: 'i', service: 's', jwks: files.jwks } }],
      ['auth', '~'],
      ['auth', 'silly'],
      ['redis', { addr: '127.0.0.1:9', pool: { maxidle: '5' } }],
      ['redis', { addrs: ['127.0.0.1:9'], tls: { certificate: files.certificate, key: files.key } }],
      ['redis', { addrs: ['127.0.0.1:9'], tls: { certificate: files.certificate } }],
      [
        'redis',
        { addrs: ['127.0.0.1:9'], tls: { rootcas: [files.certificate], clientcas: [files.certificate] } },
      ],
      ['redis', { addrs: '127.0.0.1:9' }],
      ['redis', { addrs: ['127.0.0.1:9'], db: '"1"', dialtimeout: '5' }],
      ['redis', { addrs: ['127.0.0.1:9'], poolsize: '-1' }],
      ['tags', { maxtags: '-1' }],
      ['catalog', { maxentries: '-1' }],
      ['validation', { manifests: { urls: { allow: ['"("'] } } }],
      ['validation', { disabled: 'true', manifests: { urls: { deny: ['"("'] } } }],
      ['validation', { manifests: { urls: { deny: ["'(?!x)'"] } } }],
      ['validation', { manifests: { indexes: { platforms: 'some' } } }],
      ['proxy', { ttl: '1h' }],
      ['proxy', { ttl: '7d' }],
      ['proxy', { remoteurl: '"://x"' }],
      ['proxy', { remoteurl: 'registry.example.com' }],
      ['compatibility', { schema1: { enabled: 'maybe' } }],
      ['reporting', { newrelic: { verbose: 'maybe' } }],
    ],
    environment: [
      ['REGISTRY_STORAGE', 's3'],
      ['REGISTRY_STORAGE', 'inmemory'],
      ['REGISTRY_STORAGE', ''],
      ['REGISTRY_STORAGE', '{s3: {bucket: b, region: us-east-1}}'],
      ['REGISTRY_STORAGE_S3_BUCKET', 'other'],
      ['REGISTRY_STORAGE_S3_REGION', 'nosuch'],
      ['REGISTRY_STORAGE_S3_REGIONENDPOINT', 'http://127.0.0.1:9'],
      ['REGISTRY_STORAGE_S3_SECRETKEY', '@secret'],
      ['REGISTRY_STORAGE_S3_SECRETKEY', '012345'],
      ['REGISTRY_STORAGE_S3_CHUNKSIZE', '1'],
      ['REGISTRY_STORAGE_S3_ENCRYPT', '1'],
      ['REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY', files.directory],
      ['REGISTRY_STORAGE_DELETE_ENABLED', 'true'],
      ['REGISTRY_STORAGE_DELETE', 'true'],
      ['REGISTRY_STORAGE_REDIRECT_DISABLE', 'true'],
      ['REGISTRY_STORAGE_REDIRECT_DISABLE', '"true"'],
      ['REGISTRY_STORAGE_REDIRECT_DISABLED', 'true'],
      ['REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED', 'true'],
      ['REGISTRY_STORAGE_MAINTENANCE_READONLY', '{enabled: true}'],
      ['REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING_ENABLED', 'false'],
      ['REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING', '{enabled: false}'],
      ['REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR', 'redis'],
      ['REGISTRY_AUTH_PORT', 'tcp://10.0.0.1:80'],
      ['REGISTRY_AUTH_SERVICE_HOST', '10.0.0.1'],
      ['REGISTRY_AUTH', 'none'],
      ['REGISTRY_AUTH_SILLY_REALM', 'r'],
      ['REGISTRY_STORAGE_PORT_80_TCP', 'tcp://10.0.0.1:80'],
      ['REGISTRY_MIDDLEWARE_PORT', 'tcp://10.0.0.1:80'],
      ['REGISTRY_MIDDLEWARE_STORAGE', '[]'],
      ['REGISTRY_MIDDLEWARE_STORAGE', '[{name: cloudfront}]'],
      ['REGISTRY_MIDDLEWARE_STORAGE_0_NAME', 'redirect'],
      ['REGISTRY_MIDDLEWARE_STORAGE_1_NAME', 'redirect'],
      ['REGISTRY_MIDDLEWARE_STORAGE_CLOUDFRONT_BASEURL', 'https://x/'],
      ['REGISTRY_MIDDLEWARE_STORAGE_0_OPTIONS_DURATION', '1d'],
      ['REGISTRY_HTTP_ADDR', 'abc'],
      ['REGISTRY_HTTP_ADDR', '127.0.0.1:0'],
      ['REGISTRY_HTTP_TLS_CLIENTCAS_0', files.certificate],
      ['REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS_0', 'x'],
      ['REGISTRY_HTTP_HEADERS_X', '[a]'],
      ['REGISTRY_HTTP_HEADERS_X', 'a'],
      ['REGISTRY_HTTP_HOST', ':x'],
      ['REGISTRY_LOG_LEVEL', 'debug'],
      ['REGISTRY_LOG_LEVEL', 'trace'],
      ['REGISTRY_LOG_HOOKS_0', '{}'],
      ['REGISTRY_LOG_FIELDS_A_B', 'c'],
      ['REGISTRY_LOGLEVEL', 'nosuch'],
      ['REGISTRY_VERSION', '2.8.3'],
      ['REGISTRY_VERSION', 'abc'],
      ['REGISTRY_NOSUCH', 'x'],
      ['REGISTRY_PORT', 'tcp://10.0.0.1:5000'],
      ['REGISTRY_REDIS_ADDR', '127.0.0.1:9'],
      ['REGISTRY_REDIS_ADDRS', '[127.0.0.1:9]'],
      ['REGISTRY_REDIS_ADDRS_0', '127.0.0.1:9'],
      ['REGISTRY_REDIS_OPTIONS_ADDRS', '[127.0.0.1:9]'],
      ['REGISTRY_REDIS_PORT', 'tcp://10.0.0.1:6379'],
      ['REGISTRY_HEALTH_STORAGEDRIVER_INTERVAL', '-1s'],
      ['REGISTRY_HEALTH_FILECHECKERS', '[{file: /a}, {file: /a}]'],
      ['REGISTRY_NOTIFICATIONS_ENDPOINTS', '[{name: a, timeout: 5x}]'],
      ['REGISTRY_CATALOG_MAXENTRIES', 'many'],
      ['REGISTRY_TAGS_MAXTAGS', '-5'],
      ['REGISTRY_PROXY_REMOTEURL', 'registry.example.com'],
      ['AWS_USE_FIPS_ENDPOINT', 'yes'],
      ['OTEL_TRACES_EXPORTER', 'nosuch'],
      ['REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW', '["("]'],
      ['AWS_CA_BUNDLE', files.certificate],
    ],
  }
}

/** A tree as block YAML; its leaves are written as they are. */
function write(tree: Branch, indent = ''): string {
  return Object.entries(tree)
    .map(([key, value]) => `${indent}${key}:${branch(value, `${indent}  `)}`)
    .join('')
}

function branch(value: Tree, indent: string): string {
  if (typeof value === 'string') return value === '' ? '\n' : ` ${value}\n`
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n'
    return `\n${value.map((item) => `${indent}-${listItem(item, `${indent}  `)}`).join('')}`
  }
  return Object.keys(value).length === 0 ? ' {}\n' : `\n${write(value, indent)}`
}

function listItem(item: Tree, indent: string): string {
  if (typeof item === 'string') return item === '' ? '\n' : ` ${item}\n`
  if (Array.isArray(item) || Object.keys(item).length === 0) return branch(item, indent)
  return ` ${write(item, indent).trimStart()}`
}
