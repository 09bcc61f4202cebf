import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Cli } from './cli.ts'
import { type Ended, run as runProgram } from './process.ts'
import type { SandboxProcess } from './sandbox-process.ts'

/** `regctl conformance` as a process on a bucket of the sandbox, to be stopped at any moment. */
export interface Runs {
  readonly client: S3Client
  readonly bucket: string
  /** Starts a run; `name` is what the ledger calls it, undefined as long as it has not written there. */
  start(args: readonly string[]): Run
  /** Runs the command to its end. */
  finish(args: readonly string[]): Promise<Ended>
  /** Runs a line in a shell, as a person pastes it. */
  paste(line: string): Promise<Ended>
  /** Writes a config with these parameters over those of the bucket, and gives its name. */
  config(parameters: Readonly<Record<string, unknown>>, file?: string): string
  remove(): void
}

export interface Run {
  name(): string | undefined
  kill(signal: NodeJS.Signals): void
  /** Waits until it has written this to stderr. */
  said(text: RegExp): Promise<void>
  readonly ended: Promise<Ended>
}

/** A folder with a config for `bucket`, and nothing in its state yet. */
export function runsOn(cli: Cli, sandbox: SandboxProcess, bucket: string): Runs {
  const folder = mkdtempSync(join(tmpdir(), 'regctl-killed-'))
  const config: Runs['config'] = (more, file = 'other.yml') => {
    const parameters = {
      region: sandbox.region,
      regionendpoint: sandbox.endpoint,
      forcepathstyle: true,
      bucket,
      rootdirectory: '/registry',
      ...more,
    }
    const lines = Object.entries(parameters).map(([name, value]) => `    ${name}: ${String(value)}\n`)
    writeFileSync(join(folder, file), `version: 0.1\nstorage:\n  s3:\n${lines.join('')}`)
    return file
  }
  config({}, 'config.yml')
  symlinkSync(cli.program, join(folder, 'regctl'))
  const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder, ...sandbox.env }
  const ledger = join(folder, '.local/state/regctl/runs')
  const notes = () => (existsSync(ledger) ? readdirSync(ledger).filter((file) => file.endsWith('.json')) : [])
  const start = (args: readonly string[]): Run => {
    const before = new Set(notes())
    const child = spawn(process.execPath, [cli.program, 'conformance', ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const texts = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
    return {
      name: () =>
        notes()
          .find((file) => !before.has(file))
          ?.replace(/\.json$/, ''),
      kill: (signal) => void child.kill(signal),
      said: (text) =>
        new Promise((resolve) => {
          const look = () => text.test(texts.stderr) && resolve()
          child.stderr.on('data', look)
          look()
        }),
      ended: new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, ...texts }))),
    }
  }
  return {
    client: new S3Client({
      endpoint: sandbox.endpoint,
      region: sandbox.region,
      credentials: sandbox.credentials,
      forcePathStyle: true,
    }),
    bucket,
    start,
    config,
    finish: (args) => start(args).ended,
    paste: (line) => runProgram('sh', ['-c', line], env, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Waits until the run is in the ledger, or over. */
export async function noted(run: Run): Promise<string | undefined> {
  let over = false
  run.ended.then(() => (over = true))
  while (run.name() === undefined && !over) await pause(5)
  return run.name()
}

/** Puts what is not ours beside and around a run: keys and open uploads whose names look like it. Gives how many. */
export async function seedForeign({ client, bucket }: Runs, run: string): Promise<number> {
  const other = `regctl-${'0123456789abcdef'.repeat(2)}`
  const beside = [
    `${run}`,
    `${run}-2/x`,
    `${run}.1`,
    `${run}x/marker`,
    `x${run}/marker`,
    run.slice(0, -1),
    `${other}/marker`,
  ]
  const keys = [
    ...beside.map((name) => `registry/${name}`),
    `${run}/marker`,
    `${run}/append-x/a`,
    'registry/docker/registry/v2/blobs/x/data',
    'registry/~uploads/0123.0',
    'other/registry/x',
  ]
  for (const Key of keys) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }))
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
    await client.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber: 1, Body: Key }))
  }
  return keys.length * 2
}
