import type { Random } from './random.ts'
import type { StartFiles } from './start-files.ts'
import type { Branch, Tree } from './start-tree.ts'

/** A config that starts. */
export function valid(rng: Random, files: StartFiles, major: 2 | 3): Branch {
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
              disabled: bool(),
              options: {
                smtp: { addr: 'mail:25', username: 'u', password: 'p', insecure: bool() },
                from: 'a@b',
                to: ['c@d'],
              },
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
        compatibility: { schema1: some({ enabled: bool(), signingkeyfile: files.keys.pkcs1 ?? '' }) },
        // With keys these two would use the network.
        reporting: {
          bugsnag: some({ apikey: '""', releasestage: 'x', endpoint: 'http://127.0.0.1/' }),
          newrelic: some({ licensekey: '""', name: 'x', verbose: bool() }),
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
                // Without a cache file it is off.
                letsencrypt: some({
                  hosts: ['registry.example.com'],
                  email: 'a@b',
                  directoryurl: 'http://127.0.0.1:9/',
                }),
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
    // As 3.0 spells it.
    'disableindentity',
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
