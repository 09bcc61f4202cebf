import { resolve } from 'node:path'
import { Failure } from '../core/errors.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { startSandbox } from '../sandbox/server.ts'
import { command, flag, list, parsed, text, textOr } from './command.ts'
import type { World } from './world.ts'

export const sandbox = command({
  name: 'sandbox',
  summary: 'run a local S3 and CloudFront on loopback',
  about: `Starts S3, the CloudFront API and the CloudFront edges in one process on loopback, and prints what to export
so that any AWS client uses them. With a command after --, runs that command in this environment and exits with its code.
Nothing is kept unless --data names a folder.`,
  arguments: '[command...]',
  options: {
    data: text('--data <dir>', 'keep everything in this folder across restarts'),
    s3Port: parsed(
      '--s3-port <port>',
      'port of S3; by default any free one, with --data the same as last time',
      0,
      port,
    ),
    cloudfrontPort: parsed('--cloudfront-port <port>', 'port of the CloudFront API, likewise', 0, port),
    region: textOr('--region <region>', 'region of the S3 endpoint', 'us-east-1'),
    deployTime: parsed(
      '--deploy-time <seconds>',
      'how long a changed distribution stays InProgress',
      0,
      seconds,
    ),
    strictAcl: flag(
      '--strict-acl',
      'refuse canned ACLs other than bucket-owner-full-control where ACLs are disabled',
    ),
    accountKeyPair: list(
      '--account-key-pair <id=file>',
      'plant a key pair of the account (APKA…), for trusted signers',
    ),
  },
  examples: [
    'regctl sandbox',
    'regctl sandbox --data ./state --s3-port 9000',
    'regctl sandbox -- regctl init --bucket demo --yes',
  ],
  async run({ args, options }, world) {
    const running = await startSandbox({
      ...(options.data !== undefined && { dataDirectory: resolve(world.cwd, options.data) }),
      s3Port: options.s3Port,
      cloudfrontPort: options.cloudfrontPort,
      region: options.region,
      deployTime: options.deployTime * 1000,
      strictAcl: options.strictAcl,
      accountKeyPairs: await Promise.all(options.accountKeyPair.map((pair) => readKeyPair(pair, world))),
    })
    try {
      const environment = sandboxEnvironment(running)
      const [program, ...rest] = args
      if (program !== undefined) {
        const { code } = await world.spawn(program, rest, { env: environment, output: 'inherit' })
        return { kind: 'exit', code }
      }
      world.stdout.write(exports(environment))
      world.stderr.write('The sandbox is up; Ctrl-C ends it.\n')
      if (!world.signal.aborted)
        await new Promise((resolve) => world.signal.addEventListener('abort', resolve))
      return { kind: 'exit', code: 0 }
    } finally {
      await running.close()
    }
  },
})

/** What an AWS client, Node and Go need to use the sandbox. Undefined removes what would get in the way. */
export function sandboxEnvironment(running: Sandbox): Record<string, string | undefined> {
  return {
    AWS_ENDPOINT_URL_S3: running.s3Endpoint,
    AWS_ENDPOINT_URL_CLOUDFRONT: running.cloudfrontEndpoint,
    AWS_ACCESS_KEY_ID: running.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: running.credentials.secretAccessKey,
    AWS_REGION: running.region,
    AWS_DEFAULT_REGION: running.region,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Node adds this authority to its own; Go takes the whole bundle instead of the system's.
    NODE_EXTRA_CA_CERTS: running.caFile,
    SSL_CERT_FILE: running.caBundleFile,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    // Registry 2.8 does not start where this is set.
    AWS_CA_BUNDLE: undefined,
  }
}

function exports(environment: Readonly<Record<string, string | undefined>>): string {
  const lines = Object.entries(environment).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  )
  return `${lines.join('\n')}\n`
}

async function readKeyPair(pair: string, world: World): Promise<{ id: string; publicKey: string }> {
  const [id, file] = pair.split('=', 2)
  if (!id || !file) {
    throw new Failure(
      'usage',
      `--account-key-pair ${pair}: expected an id, "=" and the file of the public key`,
      {
        remedy: {
          text: 'For example:',
          commands: ['regctl sandbox --account-key-pair APKAEXAMPLE=public.pem'],
        },
      },
    )
  }
  return { id, publicKey: await world.files.readText(file) }
}

function port(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new Failure('usage', `${text} is not a port: 0 to 65535, 0 for any free one`)
  return value
}

function seconds(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Failure('usage', `${text} is not a number of seconds`)
  return value
}
