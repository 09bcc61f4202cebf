import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../core/errors.ts'
import { startSandbox } from '../sandbox/server.ts'
import { blobPath } from '../storage/layout.ts'
import { command } from './command.ts'
import { sandboxEnvironment } from './sandbox.ts'

export const demo = command({
  name: 'demo',
  summary: 'show the whole journey on a throw-away sandbox',
  about: `Starts a sandbox, runs the journey on it with the very commands that work on AWS, shows their output, and removes
everything again. No account is needed and nothing outside a temporary folder is touched.`,
  options: {},
  examples: ['regctl demo'],
  async run(_, world) {
    const say = (line: string) => world.stdout.write(`${line}\n`)
    const folder = await mkdtemp(join(tmpdir(), 'regctl-demo-'))
    const sandbox = await startSandbox({})
    try {
      say(`A throw-away S3 (${sandbox.s3Endpoint}) and CloudFront (${sandbox.cloudfrontEndpoint}) are up.`)
      const [node = '', ...self] = world.self
      const env = {
        ...sandboxEnvironment(sandbox),
        XDG_STATE_HOME: join(folder, 'state'),
        ...(world.stdout.colour && { FORCE_COLOR: '1' }),
      }
      const step = async (why: string, args: readonly string[]) => {
        say(`\n# ${why}\n$ regctl ${args.join(' ')}`)
        const { code } = await world.spawn(node, [...self, ...args], { env, output: 'inherit', cwd: folder })
        if (code !== 0)
          throw new Failure('conflict', `the step "regctl ${args.join(' ')}" ended with ${code}`)
      }
      await step('Create the bucket, the distribution and the signing key, and write config.yml.', [
        'init',
        '--bucket',
        'demo-registry',
        '--root-directory',
        '/prod',
        '--yes',
      ])
      await step('Again: the second run finds everything as it should be.', [
        'init',
        '--bucket',
        'demo-registry',
        '--root-directory',
        '/prod',
        '--yes',
      ])
      await step('What will the registry make of that file?', ['lint', 'config.yml'])
      await step('Is the live system healthy, down to a really fetched signed URL?', [
        'doctor',
        '--config',
        'config.yml',
      ])

      const layer = Buffer.from('a layer, stored where the registry stores it\n')
      const digest = `sha256:${createHash('sha256').update(layer).digest('hex')}`
      const { driver } = await world.openDriver('s3', {
        bucket: 'demo-registry',
        region: sandbox.region,
        regionendpoint: sandbox.s3Endpoint,
        forcepathstyle: true,
        rootdirectory: '/prod',
        accesskey: sandbox.credentials.accessKeyId,
        secretkey: sandbox.credentials.secretAccessKey,
      })
      await driver.putContent(blobPath(digest), layer)
      await step('Sign the URL of a blob, as the registry does on a pull, and fetch it from the edge.', [
        'sign-url',
        '--config',
        'config.yml',
        '--fetch',
        digest,
      ])
      await step(
        'Does the store honour what the registry expects? One family of cases here; without --only it is all of them.',
        ['conformance', '--config', 'config.yml', '--only', 'append', '--yes'],
      )
      const text = `
Next, on a real account:
  $ regctl init --bucket <name> --region <region>     plans, shows, asks, applies
  $ regctl doctor --config config.yml                 proves it
Or keep a sandbox to play with:
  $ regctl sandbox --data ./sandbox
`
      return { kind: 'value', text, data: { bucket: 'demo-registry', digest } }
    } finally {
      await sandbox.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
})
