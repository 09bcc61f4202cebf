import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lint } from '../../src/commands/lint.ts'
import { schema } from '../../src/commands/schema.ts'
import { exitCode, type Outcome } from '../../src/core/outcome.ts'
import { redactAll } from '../../src/core/redact.ts'
import { reporters } from '../../src/reporters/all.ts'
import { generateKeyPair } from '../../src/signing/private-key.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

let test: TestWorld
beforeEach(() => {
  test = testWorld()
})
afterEach(() => test.remove())

function write(name: string, text: string): string {
  writeFileSync(join(test.folder, name), text)
  return name
}

const ids = (outcome: Outcome) => (outcome.kind === 'findings' ? outcome.findings.map(({ id }) => id) : [])
const text = (outcome: Outcome) => (outcome.kind === 'value' ? outcome.text : '')
const s3 = (more: string) => `version: 0.1
storage:
  s3:
    bucket: my-registry
    region: eu-west-1
    objectacl: bucket-owner-full-control
${more}http:
  addr: :5000
  secret: shared
`

describe('lint', () => {
  it('says which release it judged for, and exits 0 on a sound config', async () => {
    const outcome = await test.run(lint, [write('config.yml', s3(''))])
    expect(outcome).toMatchObject({
      kind: 'findings',
      findings: [],
      subject: 'config.yml for registry 3.1.1',
    })
    expect(exitCode(outcome)).toBe(0)
  })

  it('exits 1 from --fail-on on', async () => {
    const file = write('config.yml', s3('    nosuch: 1\n'))
    expect(exitCode(await test.run(lint, [file]))).toBe(0)
    expect(exitCode(await test.run(lint, [file], { failOn: 'warning' }))).toBe(1)
    expect(ids(await test.run(lint, [file], { maxWarnings: 0 }))).toEqual(['unknown-key', 'max-warnings'])
    expect(exitCode(await test.run(lint, [file], { maxWarnings: 0 }))).toBe(1)
    expect(exitCode(await test.run(lint, [file], { maxWarnings: 1 }))).toBe(0)
  })

  it('takes patterns that no shell has put files for, and refuses one that names none', async () => {
    mkdirSync(join(test.folder, 'deploy'))
    write('deploy/b.yml', s3('    nosuch: 1\n'))
    write('deploy/a.yml', s3(''))
    const outcome = await test.run(lint, ['deploy/*.yml'])
    expect(outcome).toMatchObject({ subject: '2 files for registry 3.1.1' })
    expect(ids(outcome)).toEqual(['unknown-key'])
    await expect(test.run(lint, ['deploy/*.json'])).rejects.toThrow('no file is like deploy/*.json')
  })

  it('says in the effective view what stops the registry', async () => {
    const file = write('config.yml', s3('    chunksize: 1\n'))
    const refused = /^# it will not start: .*chunksize 1 parameter should be a number/m
    expect(text(await test.run(lint, [file], { effective: true }))).toMatch(refused)
    expect(text(await test.run(lint, [file], { effective: true, only: ['s3-region'] }))).toMatch(refused)
    write('sound.yml', s3(''))
    expect(text(await test.run(lint, ['sound.yml'], { effective: true }))).not.toContain('will not start')
  })

  it('runs the rules it is told to', async () => {
    const file = write('config.yml', s3('    nosuch: 1\n    skipverify: true\n'))
    expect(ids(await test.run(lint, [file]))).toEqual(['unknown-key', 's3-insecure'])
    expect(ids(await test.run(lint, [file], { only: ['s3-insecure'] }))).toEqual(['s3-insecure'])
    expect(ids(await test.run(lint, [file], { ignore: ['s3-insecure'] }))).toEqual(['unknown-key'])
    await expect(test.run(lint, [file], { only: ['s3-insecur'] })).rejects.toMatchObject({
      remedy: { text: 'Did you mean s3-insecure? These are the rules:' },
    })
  })

  it('takes the environment from flags, a file and this process, in that order', async () => {
    const file = write('config.yml', s3(''))
    const environmentFile = write(
      'registry.env',
      '# comment\nREGISTRY_STORAGE_S3_REGION=nowhere-1\nREGISTRY_LOG_LEVEL=debug\n',
    )
    expect(ids(await test.run(lint, [file], { environmentFile }))).toEqual(['s3-region'])
    expect(
      ids(await test.run(lint, [file], { environmentFile, env: ['REGISTRY_STORAGE_S3_REGION=us-east-1'] })),
    ).toEqual([])
    test.remove()
    test = testWorld(undefined, { REGISTRY_HTTP_ADDR: 'nowhere', OTHER: 'x' })
    const again = write('config.yml', s3(''))
    expect(ids(await test.run(lint, [again], { useEnv: true }))).toEqual(['http-address'])
    expect(ids(await test.run(lint, [again]))).toEqual([])
    test.remove()
    test = testWorld(undefined, { https_proxy: 'http://proxy.example.com:3128' })
    const unchecked = write(
      'config.yml',
      s3('    regionendpoint: https://minio.example.com\n    skipverify: true\n'),
    )
    expect(ids(await test.run(lint, [unchecked], { useEnv: true, registry: { to: '2.8.3' } }))).toContain(
      's3-insecure',
    )
    expect(ids(await test.run(lint, [unchecked], { registry: { to: '2.8.3' } }))).not.toContain('s3-insecure')
    await expect(test.run(lint, [unchecked], { env: ['hunter2'] })).rejects.toThrow(
      /^--env is no variable: there is no name/,
    )
  })

  it('looks at the private key that it is given', async () => {
    const config = write(
      'config.yml',
      s3(
        'middleware:\n  storage:\n    - name: cloudfront\n      options: {baseurl: "https://d111111abcdef8.cloudfront.net/", privatekey: /k.pem, keypairid: K2JCJMDEHXQW5F}\n',
      ),
    )
    const { privatePem, publicPem } = generateKeyPair()
    expect(ids(await test.run(lint, [config], { key: write('good.pem', privatePem) }))).toEqual([])
    expect(ids(await test.run(lint, [config], { key: write('bad.pem', publicPem) }))).toEqual([
      'cloudfront-private-key',
    ])
  })

  it('shows what the registry will use, where it comes from and what it drops', async () => {
    const file = write(
      'config.yml',
      s3('    chunksize: 0xA00000\n    secretkey: hunter2hunter2\n    forcePathStyle: true\n'),
    )
    const view = text(
      await test.run(lint, [file], { effective: true, env: ['REGISTRY_HTTP_HOST=https://r.example.com'] }),
    )
    const row = (path: string) =>
      view
        .split('\n')
        .find((line) => line.startsWith(`${path} `))
        ?.replace(/ +/g, ' ')
    expect(row('storage.s3.chunksize')).toBe('storage.s3.chunksize 10485760 (written 0xA00000) config.yml:7')
    expect(row('http.host')).toBe('http.host https://r.example.com $REGISTRY_HTTP_HOST')
    expect(row('storage.s3.storageclass')).toBe('storage.s3.storageclass STANDARD default')
    expect(row('storage.s3.secretkey')).toBe('storage.s3.secretkey [redacted] config.yml:8')
    expect(row('log.level')).toBe('log.level info default')
  })

  it('corrects files in place, shows what it would correct, and keeps the rest', async () => {
    const before = s3('    forcePathStyle: true # kept\n')
    const file = write('config.yml', before)
    expect(text(await test.run(lint, [file], { diff: true }))).toContain(
      '-    forcePathStyle: true # kept\n+    forcepathstyle: true # kept\n',
    )
    expect(readFileSync(join(test.folder, file), 'utf8')).toBe(before)
    expect(ids(await test.run(lint, [file], { fix: true }))).toEqual([])
    expect(readFileSync(join(test.folder, file), 'utf8')).toBe(
      before.replace('forcePathStyle', 'forcepathstyle'),
    )
  })

  it('corrects what a correction makes certain, in one run, and keeps a registry starting that starts', async () => {
    const file = write('config.yml', s3('').replace('http:', 'http:\n  PREFIX: registry'))
    await test.run(lint, [file], { fix: true })
    expect(readFileSync(join(test.folder, file), 'utf8')).toContain('  prefix: /registry/\n')
    // Read under its right name, the section would stop the registry.
    const stops = s3('    forcePathStyle: true\n').replace('http:', 'AUTH: {nosuch: {}}\nhttp:')
    await test.run(lint, [write('stops.yml', stops)], { fix: true })
    expect(readFileSync(join(test.folder, 'stops.yml'), 'utf8')).toBe(
      stops.replace('forcePathStyle', 'forcepathstyle'),
    )
  })

  it('reads the configs that a compose file mounts', async () => {
    write('registry.yml', s3('').replace('eu-west-1', 'nowhere-1'))
    const compose = write(
      'compose.yml',
      'services:\n  r:\n    image: registry:3\n    volumes: ["./registry.yml:/etc/distribution/config.yml"]\n',
    )
    expect(ids(await test.run(lint, [compose]))).toEqual(['s3-region'])
    mkdirSync(join(test.folder, 'deploy'))
    write('deploy/registry.yml', s3('').replace('eu-west-1', 'nowhere-1'))
    const deep = write(
      'deploy/compose.yml',
      'services:\n  r:\n    image: registry:2.8.1\n    volumes: ["./registry.yml:/etc/docker/registry/config.yml"]\n',
    )
    expect(await test.run(lint, [deep])).toMatchObject({
      subject: 'deploy/compose.yml for registry 2.8.1',
      findings: expect.arrayContaining([
        expect.objectContaining({
          id: 's3-region',
          place: expect.objectContaining({ file: 'deploy/registry.yml' }),
        }),
      ]),
      sources: { 'deploy/registry.yml': expect.stringContaining('nowhere-1') },
    })
  })

  it('says when there is nothing to judge', async () => {
    const service = write('service.yml', 'apiVersion: v1\nkind: Service\nmetadata: {name: registry}\n')
    const compose = write('other.yml', 'services:\n  web: {image: "nginx:1"}\n')
    const outcome = await test.run(lint, [service, compose])
    expect(ids(outcome)).toEqual(['no-config', 'no-config'])
    expect(exitCode(outcome)).toBe(0)
    expect(exitCode(await test.run(lint, [service], { failOn: 'note' }))).toBe(1)
  })

  it('explains rules and lists them', async () => {
    expect(text(await test.run(lint, [], { explain: 'duration-unit' }))).toMatch(
      /nanoseconds[\s\S]*It complains of[\s\S]*duration: 3000/,
    )
    expect(text(await test.run(lint, [], { listRules: true }))).toMatch(/^unknown-key +warning /m)
  })

  it('refuses wrong usage', async () => {
    await expect(test.run(lint, [])).rejects.toMatchObject({ kind: 'usage' })
    await expect(test.run(lint, ['nosuch.yml'])).rejects.toMatchObject({ kind: 'usage' })
    await expect(test.run(lint, [write('c.yml', '')], { explain: 'nosuch' })).rejects.toMatchObject({
      kind: 'usage',
    })
  })

  it('never shows a secret, in any format', async () => {
    const secrets = [
      'hunter2hunter2',
      'letmein-redis',
      'sentinel-secret',
      'AKIAABCDEFGHIJKLMNOP',
      'wJalrXUtnFEMI/K7MDENG',
      'bearer-of-news',
      'smtp-secret',
      'http-secret-value',
      'env-secret-value',
      '0123456',
      'aliased',
    ]
    const file = write(
      'config.yml',
      `version: 0.1
log: {hooks: [{type: mail, options: {smtp: {password: smtp-secret}}}]}
storage:
  s3:
    accesskey: AKIAABCDEFGHIJKLMNOP
    secretkey: wJalrXUtnFEMI/K7MDENG
    SecretKey: hunter2hunter2
    region: nowhere-1
    forcePathStyle: true
redis: {password: letmein-redis, sentinelpassword: sentinel-secret, addr: "r:1", addrs: 5}
http:
  secret: http-secret-value
  secret: http-secret-value
notifications: {endpoints: [{headers: {Authorization: Bearer bearer-of-news}}]}
`,
    )
    const more = [
      write('mangled.yml', s3('    accesskey: AKIDEXAMPLE\n    secretkey: 0123456\n')),
      write('alias.yml', s3('    accesskey: AKIDEXAMPLE\n    secretkey: *aliased\n')),
      write('tabs.yml', `${s3('    secretkey: hunter2hunter2\n')}\tbad: yaml\n`),
      write(
        'secret.yml',
        `apiVersion: v1\nkind: Secret\nstringData:\n  config.yml: |\n${s3('    secretkey: hunter2hunter2\n    nosuch: 1\n').replace(/^/gm, '    ')}`,
      ),
    ]
    const env = [
      'REGISTRY_STORAGE_S3_SECRETKEY=@env-secret-value',
      'REGISTRY_HTTP_SECRET=abc #env-secret-value',
      'REGISTRY_REDIS_PASSWORD=*env-secret-value',
    ]
    const outcomes = [
      await test.run(lint, [file, ...more], { env }),
      await test.run(lint, [file, ...more]),
      await test.run(lint, [file, ...more], { effective: true }),
      await test.run(lint, [file, ...more], { diff: true }),
    ]
    for (const outcome of outcomes) {
      for (const format of Object.keys(reporters)) {
        const reporter = await reporters[format]?.()
        const printed =
          reporter?.(outcome.kind === 'value' ? outcome : redactAll(outcome), {
            colour: false,
          }) ?? ''
        for (const secret of secrets)
          expect(printed.includes(secret), `${format} shows ${secret} in:\n${printed}`).toBe(false)
      }
    }
  })
})

describe('schema', () => {
  it('prints the schema of a release', async () => {
    const { properties } = JSON.parse(text(await test.run(schema, []))) as {
      properties: Record<string, unknown>
    }
    expect(Object.keys(properties)).toContain('tags')
    const old = await test.run(schema, [], { registry: '2.8.3' })
    const { properties: before } = JSON.parse(text(old)) as { properties: Record<string, unknown> }
    expect(before.tags).toMatchObject({ not: {}, deprecationMessage: expect.stringContaining('≥ 3.1.0') })
    expect(properties.tags).not.toMatchObject({ not: {} })
  })
})
