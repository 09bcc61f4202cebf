import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { buildCli, type Cli } from './support/cli.ts'
import { peer, scrubbed } from './support/peers.ts'
import { type Ended, run } from './support/process.ts'

/** The action, the pre-commit hook and the GitLab job, each run as its own system would, with the package as it is published. */

const root = resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: {
    readonly steps: readonly {
      readonly id: string
      readonly shell: string
      readonly run: string
      readonly env: Readonly<Record<string, string>>
    }[]
  }
}

interface Job {
  readonly script: readonly string[]
  readonly after_script: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly artifacts: { readonly reports: { readonly codequality: string } }
}

const action = parse(read('action.yml')) as Action
const job = (parse(read('docs/examples/gitlab-ci.yml')) as Record<string, Job>)['registry-config'] as Job

const good = 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: ":5000", secret: shared}\n'
const bad = good.replace('0.1', '0.2')

let cli: Cli
let tarball: string
let folder: string
beforeAll(async () => {
  cli = await buildCli()
  const made = dirname(dirname(cli.program))
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts'], {
    cwd: made,
    encoding: 'utf8',
  })
  tarball = join(made, packed.trim())
}, 60_000)
afterAll(() => cli.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regctl-ci-'))
  mkdirSync(join(folder, 'deploy/registry'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
const here = (file: string) => readFileSync(join(folder, file), 'utf8')

/** Nothing is fetched: the package has no dependencies. */
const environment = (more: Readonly<Record<string, string>>) =>
  scrubbed({ npm_config_offline: 'true', npm_config_cache: join(dirname(tarball), '.npm'), ...more })

describe('the GitHub action', { timeout: 90_000 }, () => {
  /** Runs the one step as GitHub's runner does: the inputs become variables, the script is a file for bash. */
  async function act(
    given: Readonly<Record<string, string>>,
  ): Promise<Ended & { outputs: Record<string, string> }> {
    const [step] = action.runs.steps
    if (step === undefined) throw new Error('the action has no step')
    const inputs = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
    )
    const env = Object.fromEntries(
      Object.entries(step.env).map(([name, value]) => [
        name,
        value.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => inputs[input] ?? ''),
      ]),
    )
    const script = join(folder, '.step.sh')
    const output = join(folder, '.output')
    writeFileSync(script, step.run)
    writeFileSync(output, '')
    const ended = await run(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', script],
      environment({ ...env, GITHUB_OUTPUT: output }),
      folder,
    )
    const outputs = Object.fromEntries(
      readFileSync(output, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    return { ...ended, outputs }
  }

  it('is one step whose script has no input in it', () => {
    expect(action.runs.steps.length).toBe(1)
    for (const { run: script, env } of action.runs.steps) {
      expect(script).not.toContain('${{')
      const used = Object.values(env).map((value) => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1])
      expect(used.sort()).toEqual(Object.keys(action.inputs).sort())
    }
    for (const { value } of Object.values(action.outputs))
      expect(value).toMatch(/^\$\{\{ steps\.lint\.outputs\./)
  })

  it('has its inputs and outputs in the docs, and in the example', () => {
    const page = read('docs/ci.md')
    for (const name of Object.keys(action.inputs)) expect(page).toContain(`| \`${name}\` |`)
    const { jobs } = parse(read('docs/examples/github-workflow.yml')) as {
      jobs: { lint: { steps: readonly { uses: string; with?: Record<string, string> }[] } }
    }
    const used = jobs.lint.steps.find(({ uses }) => uses.startsWith('OWNER/regctl@'))
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used?.with ?? {})))
    for (const [, output = ''] of JSON.stringify(jobs).matchAll(/steps\.lint\.outputs\.([\w-]+)/g))
      expect(Object.keys(action.outputs)).toContain(output)
  })

  it('is clean on a sound config', async () => {
    write('deploy/registry/config.yml', good)
    const { code, stdout, outputs } = await act({ files: 'deploy/registry/config.yml', package: tarball })
    expect({ code, stdout, outputs }).toEqual({ code: 0, stdout: '', outputs: { 'exit-code': '0' } })
  })

  it('annotates the lines, fails, and writes SARIF where it is asked to', async () => {
    write('deploy/registry/config.yml', bad)
    write('deploy/registry/other config.yml', good.replace('secret: shared', 'nosuch: 1'))
    const { code, stdout, outputs } = await act({
      files: 'deploy/**/*.yml\nnosuch/*.yml\n',
      registry: '2.8',
      sarif: 'out.sarif',
      package: tarball,
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^::error file=deploy\/registry\/config\.yml,line=1,col=10,title=config-version::/m,
    )
    expect(stdout).toMatch(
      /^::warning file=deploy\/registry\/other config\.yml,line=3,col=\d+,title=unknown-key::/m,
    )
    expect(outputs).toEqual({ 'exit-code': '1', sarif: 'out.sarif' })
    const { runs } = JSON.parse(here('out.sarif')) as { runs: [{ results: readonly { ruleId: string }[] }] }
    expect(runs[0].results.map(({ ruleId }) => ruleId)).toContain('config-version')
  })

  it('takes the environment from a file, and fails from the severity on that it is told', async () => {
    write('config.yml', good)
    write('registry.env', 'REGISTRY_HTTP_NOSUCH=1\n')
    const given = { files: 'config.yml', 'env-file': 'registry.env', package: tarball }
    expect((await act(given)).code).toBe(0)
    expect((await act({ ...given, 'fail-on': 'warning' })).code).toBe(1)
  })

  it.each([
    ['no file matches', { files: 'nosuch/*.yml' }, /no file matches/],
    ['no file is there', { files: 'nosuch.yml' }, /cannot read nosuch\.yml/],
    ['a release is none', { files: 'config.yml', registry: '9.9' }, /9\.9/],
  ])('is 2 where %s', async (_, given, said) => {
    write('config.yml', good)
    const { code, stdout, stderr, outputs } = await act({ ...given, package: tarball })
    expect(code).toBe(2)
    expect(stdout + stderr).toMatch(said)
    expect(outputs).toEqual({ 'exit-code': '2' })
  })

  it('runs nothing that is written into an input', async () => {
    write('config.yml', good)
    const evil = '$(touch pwned) `touch pwned` "; touch pwned; #'
    const all = Object.fromEntries(Object.keys(action.inputs).map((name) => [name, evil]))
    expect((await act({ ...all, package: tarball })).code).toBe(2)
    expect((await act({ files: `config.yml\n${evil}\n--help`, package: tarball, sarif: evil })).code).toBe(2)
    expect((await act({ files: 'config.yml', package: tarball, sarif: evil })).outputs.sarif).toBe(evil)
    expect(readdirSync(folder)).not.toContain('pwned')
  })
})

describe('the GitLab job', { timeout: 90_000 }, () => {
  async function runJob(lines: readonly string[]): Promise<Ended> {
    const script = join(folder, '.job.sh')
    writeFileSync(script, lines.join('\n'))
    return run('sh', ['-e', script], environment({ ...job.variables, REGCTL: tarball }), folder)
  }

  it('is clean on a sound config', async () => {
    write('deploy/registry/config.yml', good)
    expect((await runJob(job.script)).code).toBe(0)
    expect(JSON.parse(here(job.artifacts.reports.codequality))).toEqual([])
  })

  it('fails on findings, and leaves the report that it names', async () => {
    write('deploy/registry/config.yml', bad)
    expect((await runJob(job.script)).code).toBe(1)
    expect(JSON.parse(here(job.artifacts.reports.codequality))).toMatchObject([
      { check_name: 'config-version', location: { path: 'deploy/registry/config.yml', lines: { begin: 1 } } },
    ])
    expect(await runJob(job.after_script)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('unsupported version'),
    })
  })

  it('names the package and the version that this is', () => {
    const { name, version } = JSON.parse(read('package.json')) as { name: string; version: string }
    expect(job.variables.REGCTL).toBe(`${name}@${version}`)
    expect(read('docs/ci.md')).toContain(`rev: v${version}`)
    expect(action.inputs.package?.default).toBe(name)
  })
})

describe.skipIf(!peer('check-jsonschema'))('held against their own schemas', () => {
  it.each([
    ['vendor.github-actions', 'action.yml'],
    ['vendor.github-workflows', 'docs/examples/github-workflow.yml'],
    ['vendor.gitlab-ci', 'docs/examples/gitlab-ci.yml'],
  ])('%s takes %s', async (schema, file) => {
    const ended = await run(
      peer('check-jsonschema') ?? '',
      ['--builtin-schema', schema, join(root, file)],
      scrubbed(),
    )
    expect(ended).toMatchObject({ code: 0 })
  })
})

describe.skipIf(!peer('pre-commit'))('the pre-commit hook', () => {
  const preCommit = (args: readonly string[]) =>
    run(
      peer('pre-commit') ?? '',
      args,
      // What the build takes is in npm's cache since this checkout was installed.
      scrubbed({
        npm_config_offline: 'true',
        PRE_COMMIT_HOME: join(folder, '.home'),
        GIT_CONFIG_NOSYSTEM: '1',
      }),
      folder,
    )

  it('has a manifest that pre-commit takes', async () => {
    expect(await preCommit(['validate-manifest', join(root, '.pre-commit-hooks.yaml')])).toMatchObject({
      code: 0,
    })
  })

  it('is installed from the repository, and judges the files that it is for', async () => {
    write('deploy/registry/config.yml', bad)
    write('config.yml', bad)
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    execFileSync('git', ['add', 'deploy', 'config.yml'], { cwd: folder })
    const { code, stdout } = await preCommit(['try-repo', root, 'regctl-lint', '--all-files'])
    expect(stdout).toMatch(/lint the registry's config\.+Failed/)
    expect(stdout).toContain(
      'deploy/registry/config.yml:1:10: error: the registry will not start: unsupported version',
    )
    expect(stdout).not.toMatch(/^config\.yml:/m)
    expect(code).toBe(1)
  }, 300_000)
})
