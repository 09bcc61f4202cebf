import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { commands } from '../../src/commands/all.ts'
import { sandboxEnvironment } from '../../src/commands/sandbox.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { buildCli, type Cli } from '../support/cli.ts'

/** The program as people run it: arguments in; stdout, stderr, exit code and files out. */
let cli: Cli
let sandbox: Sandbox
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  cli = await buildCli()
  sandbox = await startSandbox({})
  env = Object.fromEntries(
    Object.entries(sandboxEnvironment(sandbox)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
})

afterAll(async () => {
  await sandbox.close()
  cli.remove()
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regctl-cwd-'))
  return () => rmSync(folder, { recursive: true, force: true })
})

const regctl = (...args: readonly string[]) => cli.run(args, { env, cwd: folder })
/** The name of a bucket that no other test has. */
let count = 0
const freshBucket = () => `images-${++count}`
const noStack = /\n\s+at /

describe('regctl', () => {
  it('prints its version and nothing else', async () => {
    expect(await regctl('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' })
  })

  it('shows help with every command, with and without --help', async () => {
    for (const args of [[], ['--help'], ['help'], ['help', 'help']]) {
      const { code, stdout, stderr } = await regctl(...args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      for (const { name, summary } of commands)
        expect(stdout.replace(/\s+/g, ' ')).toContain(`${name} ${summary}`)
      expect(stdout).toContain('Exit codes')
    }
  })

  it.each(commands)('shows help for $name on stdout', async ({ name }) => {
    const { code, stdout, stderr } = await regctl(name, '--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: regctl ${name}`)
    expect(stdout).toContain('Examples:')
    expect(await regctl('help', name)).toEqual({ code, stdout, stderr })
  })

  it.each([
    ['an unknown command, with a guess', ['lnt'], /unknown command 'lnt'\n\(Did you mean lint\?\)/],
    [
      'help about an unknown command',
      ['help', 'lnt'],
      /unknown command 'lnt'\n\(Did you mean lint\?\)\n.*regctl help/,
    ],
    ['an unknown option', ['lint', '--bogus', 'x'], /unknown option '--bogus'/],
    [
      'a value that is none of the choices',
      ['init', '--methods', 'some'],
      /Allowed choices are all, read-only/,
    ],
    ['an unknown release', ['lint', '--registry', '9', 'x'], /"9" is not a registry release/],
    ['a missing argument', ['sign-url'], /missing required argument 'target'/],
    ['a file that is not there', ['lint', 'nowhere.yml'], /cannot read nowhere.yml: no such file/],
    [
      'an environment file that is not there',
      ['lint', 'x.yml', '--environment-file', 'nowhere.env'],
      /cannot read nowhere.env: no such file/,
    ],
    ['a folder instead of a file', ['doctor', '--config', '.'], /cannot read \.: it is a folder/],
    ['no bucket', ['init'], /needs the name of a bucket/],
    ['a bucket name that S3 does not take', ['init', '--bucket', 'My_Registry'], /no bucket name/],
    [
      'a bucket name with dots',
      ['init', '--bucket', 'docker.example.com'],
      /not covered by S3's certificate/,
    ],
    [
      'a root directory that breaks URLs',
      ['init', '--bucket', 'images', '--root-directory', '/a b'],
      /would break the URLs/,
    ],
    ['a port that is none', ['sandbox', '--s3-port', '70000'], /not a port/],
    ['a key pair that is none', ['sandbox', '--account-key-pair', 'APKA'], /expected an id/],
    ['an unknown driver', ['conformance', '--driver', 'gcs'], /Allowed choices are/],
    ['a pattern that is like no file', ['lint', 'deploy/*.yml'], /no file is like deploy/],
    [
      'a report of what holds no findings',
      ['lint', '--explain', 's3-size', '--format', 'sarif'],
      /there is no sarif/,
    ],
  ])('refuses %s with one clear message and exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await regctl(...args)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(noStack)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('gives a script that asked for JSON a document also when nothing came of it', async () => {
    const { code, stdout } = await regctl('doctor', '--config', 'nowhere.yml', '--json')
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      exitCode: 2,
      error: { kind: 'usage', message: expect.stringContaining('nowhere.yml') },
    })
  })

  it('says that no region is set, and that an endpoint is none', async () => {
    const { AWS_REGION, AWS_DEFAULT_REGION, ...rest } = env
    const none = await cli.run(['init', '--bucket', 'images', '--yes'], { env: rest, cwd: folder })
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('no AWS region is set') })
    const wrong = await cli.run(['init', '--bucket', 'images', '--yes'], {
      env: { ...env, AWS_ENDPOINT_URL_S3: 'foo' },
      cwd: folder,
    })
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('AWS_ENDPOINT_URL_S3 is "foo"') })
    expect(readdirSync(folder)).toEqual([])
  })

  it('obeys NO_COLOR, FORCE_COLOR and --no-color, and has no colour without a terminal', async () => {
    writeFileSync(join(folder, 'config.yml'), 'version: 0.2\n')
    const coloured = async (extra: Record<string, string>, ...args: readonly string[]) => {
      const { stdout } = await cli.run(['lint', 'config.yml', ...args], { env: extra, cwd: folder })
      return stdout.includes('\u001b[')
    }
    expect(await coloured({})).toBe(false)
    expect(await coloured({}, '--color')).toBe(true)
    expect(await coloured({ FORCE_COLOR: '1' })).toBe(true)
    expect(await coloured({ FORCE_COLOR: '1' }, '--no-color')).toBe(false)
    expect(await coloured({ NO_COLOR: '1' })).toBe(false)
  })

  it('says that a server does not answer, and how to check, with exit code 3', async () => {
    const nobody = { ...env, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' }
    const { code, stdout, stderr } = await cli.run(['init', '--bucket', 'images', '--yes'], {
      env: nobody,
      cwd: folder,
    })
    expect(stderr).toMatch(/no answer to s3:ListBucket on images: .*ECONNREFUSED/)
    expect(stderr).not.toMatch(noStack)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(readdirSync(folder)).toEqual([])
  }, 60_000)
})

describe('init', () => {
  it('shows the plan and refuses where nobody is there to say yes, naming --yes; nothing is changed', async () => {
    const bucket = freshBucket()
    const { code, stdout, stderr } = await regctl('init', '--bucket', bucket)
    expect(stderr).toContain(`+ create S3 bucket  ${bucket}`)
    expect(stderr).toContain('--yes')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync(folder)).toEqual([])
    expect(sandbox.s3Log.some(({ method, path }) => method === 'PUT' && path.includes(bucket))).toBe(false)
  })

  it('makes everything, the key for its owner alone; a second run changes nothing', async () => {
    const bucket = freshBucket()
    const first = await regctl('init', '--bucket', bucket, '--yes')
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(statSync(join(folder, 'cloudfront.pem')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'cloudfront.pem'), 'utf8')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
    const before = ['config.yml', 'cloudfront.pem'].map((file) => readFileSync(join(folder, file), 'utf8'))
    const second = await regctl('init', '--bucket', bucket, '--json')
    expect(second).toMatchObject({ code: 0, stderr: '' })
    const { steps } = JSON.parse(second.stdout) as { steps: { action: string }[] }
    expect(new Set(steps.map(({ action }) => action))).toEqual(new Set(['keep']))
    expect(['config.yml', 'cloudfront.pem'].map((file) => readFileSync(join(folder, file), 'utf8'))).toEqual(
      before,
    )
    expect(readdirSync(folder).sort()).toEqual(['cloudfront.pem', 'config.yml'])
  })

  it('with --dry-run shows the same plan and changes nothing', async () => {
    const { code, stdout } = await regctl('init', '--bucket', freshBucket(), '--dry-run')
    expect(code).toBe(0)
    expect(stdout).toContain('8 changes to make')
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves a config alone that a person has edited, and says so', async () => {
    const bucket = freshBucket()
    writeFileSync(join(folder, 'config.yml'), '# mine\n')
    const { code, stdout } = await regctl('init', '--bucket', bucket, '--yes')
    expect(code).toBe(0)
    expect(stdout).toContain('config.yml exists and is not what init would write')
    expect(readFileSync(join(folder, 'config.yml'), 'utf8')).toBe('# mine\n')
  })

  it('makes no second key where the distribution trusts one, unless told to', async () => {
    const bucket = freshBucket()
    await regctl('init', '--bucket', bucket, '--yes')
    rmSync(join(folder, 'cloudfront.pem'))
    const { code, stderr } = await regctl('init', '--bucket', bucket, '--yes')
    expect(code).toBe(3)
    expect(stderr).toContain('trusts a key already')
    expect(readdirSync(folder)).toEqual(['config.yml'])
    expect(await regctl('init', '--bucket', bucket, '--yes', '--new-key')).toMatchObject({ code: 0 })
  })

  it('looks whether the config can be written before it makes anything', async () => {
    const bucket = freshBucket()
    writeFileSync(join(folder, 'file'), '')
    const { code, stderr } = await regctl('init', '--bucket', bucket, '--yes', '--config', 'file/config.yml')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('cannot write file/config.yml'),
    })
    expect(sandbox.s3Log.some(({ method, path }) => method === 'PUT' && path.includes(bucket))).toBe(false)
  })

  it('refuses names and regions that CloudFront does not take, before it makes anything', async () => {
    const bucket = freshBucket()
    const { code, stderr } = await regctl('init', '--bucket', bucket, '--yes', '--name', 'n'.repeat(70))
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('no name for CloudFront') })
    expect(await regctl('init', '--bucket', bucket, '--region', 'us-gov-west-1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not offered'),
    })
  })

  it('refuses a key that the registry cannot read, and changes nothing', async () => {
    writeFileSync(join(folder, 'cloudfront.pem'), 'hello')
    const { code, stderr } = await regctl('init', '--bucket', freshBucket(), '--yes')
    expect(code).toBe(2)
    expect(stderr).toContain('holds no PEM block')
    expect(readdirSync(folder)).toEqual(['cloudfront.pem'])
  })

  it('shows no secret in any output', async () => {
    const bucket = freshBucket()
    const outputs = [
      await regctl('init', '--bucket', bucket, '--yes', '--json'),
      await regctl('doctor', '--json'),
      await cli.run(['doctor'], {
        env: { ...env, AWS_SECRET_ACCESS_KEY: 'another-secret-of-ours' },
        cwd: folder,
      }),
      await regctl('lint', 'config.yml'),
    ]
    const key = readFileSync(join(folder, 'cloudfront.pem'), 'utf8').split('\n')[1] ?? ''
    for (const { stdout, stderr } of outputs) {
      const all = stdout + stderr
      expect(all).not.toContain(key)
      expect(all).not.toContain(sandbox.credentials.secretAccessKey)
      expect(all).not.toContain('another-secret-of-ours')
      expect(all).not.toMatch(/Signature=[A-Za-z0-9]/)
    }
  })
})

describe('sign-url', () => {
  it('prints a URL and a newline, nothing else; the edge answers it', async () => {
    await regctl('init', '--bucket', freshBucket(), '--yes')
    const { code, stdout, stderr } = await regctl('sign-url', `sha256:${'c'.repeat(64)}`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^https:\/\/127\.0\.0\.1:\d+\/docker\/registry\/v2\/blobs\/sha256\/cc\/c{64}\/data\?Expires=\d+&Signature=[\w~-]+&Key-Pair-Id=K\w+\n$/,
    )
    const fetched = await regctl('sign-url', '--fetch', `sha256:${'c'.repeat(64)}`)
    expect(fetched).toMatchObject({ code: 3, stdout: '' })
    expect(fetched.stderr).toMatch(/the edge answered 403 \(Access Denied\)/)
  })

  it('signs a URL with a key and no config', async () => {
    await regctl('init', '--bucket', freshBucket(), '--yes')
    rmSync(join(folder, 'config.yml'))
    const { code, stdout } = await regctl(
      'sign-url',
      '--key',
      'cloudfront.pem',
      '--key-pair-id',
      'K1',
      'https://d.example/x',
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/^https:\/\/d\.example\/x\?Expires=/)
  })

  it('refuses a target that is none', async () => {
    await regctl('init', '--bucket', freshBucket(), '--yes')
    expect(await regctl('sign-url', 'team/app')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('sandbox', () => {
  it('runs a command in its environment and ends with its code', async () => {
    const script =
      'console.log(process.env.AWS_ENDPOINT_URL_S3, process.env.AWS_PROFILE); process.exitCode = 7'
    const { code, stdout } = await cli.run(['sandbox', '--', process.execPath, '-e', script], {
      env: { AWS_PROFILE: 'mine' },
      cwd: folder,
    })
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+ undefined\n$/)
    expect(code).toBe(7)
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps everything with --data, so that the next one serves what init made', async () => {
    const inSandbox = (...args: readonly string[]) =>
      cli.run(['sandbox', '--data', 'state', '--', process.execPath, cli.program, ...args], { cwd: folder })
    expect(await inSandbox('init', '--bucket', 'images', '--yes')).toMatchObject({ code: 0 })
    // The ports are those of last time, so the config still names the right endpoint.
    expect(await inSandbox('doctor')).toMatchObject({ code: 0 })
    const { code, stdout } = await inSandbox('init', '--bucket', 'images', '--dry-run', '--json')
    expect(code).toBe(0)
    const { steps } = JSON.parse(stdout) as { steps: { resource: string; action: string }[] }
    expect(steps.filter(({ action }) => action !== 'keep')).toEqual([])
  })

  it('prints what to export, and on Ctrl-C ends clean and leaves nothing', async () => {
    const child = spawn(process.execPath, [cli.program, 'sandbox'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let exports = ''
    const ended = new Promise((resolve) => child.on('close', resolve))
    await new Promise<void>((resolve) =>
      child.stderr.on('data', (text) => String(text).includes('The sandbox is up') && resolve()),
    )
    for await (const text of child.stdout.setEncoding('utf8')) {
      exports += text
      if (exports.includes('unset AWS_CA_BUNDLE')) break
    }
    const value = (name: string) => new RegExp(`^export ${name}='(.*)'$`, 'm').exec(exports)?.[1] ?? ''
    expect((await fetch(value('AWS_ENDPOINT_URL_S3'))).status).toBe(403)
    expect(value('AWS_SECRET_ACCESS_KEY')).not.toBe('')
    const ca = value('NODE_EXTRA_CA_CERTS')
    expect(readFileSync(ca, 'utf8')).toContain('BEGIN CERTIFICATE')
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(existsSync(dirname(ca))).toBe(false)
  })

  it('says that a program is not there', async () => {
    expect(await regctl('sandbox', '--', 'no-such-program')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot run no-such-program: no such program'),
    })
  })

  it('says that a port is taken, in one message', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { code, stdout, stderr } = await regctl('sandbox', '--s3-port', String(port))
    server.close()
    expect([2, 3]).toContain(code)
    expect(stdout).toBe('')
    expect(stderr).toContain(String(port))
    expect(stderr).not.toMatch(noStack)
  })

  it('says that a data folder cannot be used, in one message', async () => {
    writeFileSync(join(folder, 'file'), 'not a folder')
    const { code, stdout, stderr } = await regctl('sandbox', '--data', 'file')
    expect([2, 3]).toContain(code)
    expect(stdout).toBe('')
    expect(stderr).not.toMatch(noStack)
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('not a folder')
  })
})

describe('demo', () => {
  it('shows the journey, each step as a command and its output, and ends clean', async () => {
    const { code, stdout } = await cli.run(['demo'], { cwd: folder })
    expect(code).toBe(0)
    const steps = stdout.match(/^\$ regctl \S+/gm)?.map((line) => line.slice('$ regctl '.length))
    expect(steps).toEqual(['init', 'init', 'lint', 'doctor', 'sign-url', 'conformance'])
    expect(stdout).toContain('init demo-registry: nothing to change')
    expect(stdout).toMatch(/^config\.yml for registry 3\.1\.1: (no findings|\d+ notes?)$/m)
    expect(stdout).toMatch(/doctor config\.yml: \d+ passed\n/)
    expect(stdout).toMatch(/conformance of .*: \d+ passed\n/)
    expect(readdirSync(folder)).toEqual([])
  }, 60_000)
})

describe('what is loaded', () => {
  /** Every package in the chunks that a module needs before it can run. */
  function packagesOf(module: string): Set<string> {
    const { outputs } = cli.metafile
    const start = Object.keys(outputs).find((name) => outputs[name]?.entryPoint === module)
    const seen = new Set<string>()
    const packages = new Set<string>()
    const visit = (name: string) => {
      if (seen.has(name)) return
      seen.add(name)
      const output = outputs[name]
      for (const input of Object.keys(output?.inputs ?? {})) {
        const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]
        if (found !== undefined) packages.add(found)
      }
      for (const { path, kind } of output?.imports ?? [])
        if (kind === 'import-statement' && outputs[path]) visit(path)
    }
    expect(start, module).toBeDefined()
    visit(start ?? '')
    return packages
  }

  it.each(['src/main.ts', 'src/commands/lint.ts', 'src/commands/sign-url.ts', 'src/commands/init.ts'])(
    'by %s is no AWS client',
    (module) => {
      expect([...packagesOf(module)].filter((name) => name.startsWith('@aws-sdk/client-'))).toEqual([])
    },
  )

  it('by lint is no AWS code at all', () => {
    expect(
      [...packagesOf('src/commands/lint.ts')].filter(
        (name) => name.startsWith('@aws') || name.startsWith('@smithy'),
      ),
    ).toEqual([])
  })

  it('by the clients is AWS code, so that the look above can see it', () => {
    expect(packagesOf('src/aws/clients.ts')).toContain('@aws-sdk/client-s3')
  })
})
