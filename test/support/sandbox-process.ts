import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Cli } from './cli.ts'

/** A sandbox in a process of its own, so that neither clock nor memory is shared with what is tested. */
export interface SandboxProcess {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** What it prints to be exported. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Starts `regctl sandbox`. Throws with what it said when it ends before it is up. */
export async function startSandboxProcess(cli: Cli): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [cli.program, 'sandbox'], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const env: Record<string, string> = {}
  for await (const line of createInterface(child.stdout)) {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) env[name] = value
    // The last line of what it exports.
    if (line === 'unset AWS_CA_BUNDLE') break
  }
  const { AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env
  if (!AWS_ENDPOINT_URL_S3 || !AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    child.kill('SIGKILL')
    throw new Error(`the sandbox did not start: ${said}`)
  }
  return {
    endpoint: AWS_ENDPOINT_URL_S3,
    region: AWS_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    env,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
