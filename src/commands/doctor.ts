import { resolve } from 'node:path'
import type { Severity } from '../core/finding.ts'
import { openContext, probeKey } from '../doctor/context.ts'
import { runChecks } from '../doctor/run.ts'
import * as ledger from '../storage/ledger.ts'
import { choice, command, flag } from './command.ts'
import { configOptions, findKey, openKey, readEdgeSettings } from './config.ts'

export const doctor = command({
  name: 'doctor',
  summary: 'prove the live system, down to a really fetched signed URL',
  about: `Looks at the bucket, the distribution and the key that a config names, and sends real requests through the edge: signed,
unsigned and expired. Says what is wrong with the exact cure. Changes nothing, but writes, fetches and removes one small probe
object among the blobs, which no edge can have cached and the registry does not see; with --read-only a blob is fetched instead.`,
  options: {
    ...configOptions,
    methods: choice(
      '--methods <which>',
      'the intent for allowed methods: the guide’s seven, or GET HEAD OPTIONS',
      ['all', 'read-only'],
      'all',
    ),
    readOnly: flag('--read-only', 'write no probe object'),
    failOn: choice<Severity>(
      '--fail-on <severity>',
      'the least severity that makes the exit code 1',
      ['error', 'warning', 'note'],
      'error',
    ),
  },
  examples: [
    'regctl doctor',
    'regctl doctor --config prod.yml --registry 2.8',
    'regctl doctor --json | jq .verdicts',
  ],
  async run({ options }, world) {
    const settings = await readEdgeSettings(options.config, options.registry, world)
    const beside = options.key === undefined ? options.config : undefined
    const keyFile = await findKey(options.key ?? settings.privateKey, beside, world)
    const run = ledger.runName(world.randomBytes(16))
    const entry: ledger.LedgerEntry = {
      run,
      command: 'doctor',
      driver: 's3',
      place: `s3://${settings.bucket}/${probeKey(settings, run)}`,
      config: resolve(world.cwd, options.config),
      release: settings.release,
      started: world.now().toISOString(),
    }
    const elsewhere = keyFile !== undefined && resolve(world.cwd, keyFile) !== settings.privateKey
    const context = openContext({
      settings: {
        ...settings,
        methods: options.methods,
        config: options.config,
        keyFile,
        keyPath: elsewhere ? settings.privateKey : undefined,
      },
      clients: await world.aws({ region: settings.region, s3Endpoint: settings.regionEndpoint }),
      now: world.now,
      run,
      note: () => ledger.note(world.files, entry),
      finish: () => ledger.finish(world.files, entry, world.now()),
      mayWrite: !options.readOnly,
      key: () => openKey(options.key ?? settings.privateKey, beside, world, settings.keyPairId),
      async fetch(url, headers) {
        const answer = await world.request({ method: 'GET', url, limit: 65_536, ...(headers && { headers }) })
        return { status: answer.status, headers: answer.headers, body: answer.body.toString('utf8') }
      },
    })
    try {
      const verdicts = await runChecks(context)
      return { kind: 'verdicts', subject: `doctor ${options.config}`, verdicts, failOn: options.failOn }
    } finally {
      // What was found is worth more than what could not be removed.
      const left = await context.close()
      if (left !== undefined)
        world.stderr.write(
          `${left.message}\n${(left.commands ?? []).map((line) => `  $ ${line}\n`).join('')}`,
        )
    }
  },
})
