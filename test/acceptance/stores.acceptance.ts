import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, expect, it } from 'vitest'
import { conformance } from '../../src/commands/conformance.ts'
import { init } from '../../src/commands/init.ts'
import { stores } from '../../src/conformance/stores.ts'
import { exitCode } from '../../src/core/outcome.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { cephConfig, startCeph } from '../support/ceph.ts'
import { peer } from '../support/peers.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'
import { counts, type Row, withTable } from './stores-table.ts'

/**
 * Every case of every profile on every store, through the command. At the end docs/conformance.md must state what came of
 * it; UPDATE=1 writes it there.
 */
const rows: Row[] = []

async function judge(
  place: TestWorld,
  store: string,
  options: Readonly<Record<string, unknown>>,
): Promise<readonly Verdict[]> {
  const started = performance.now()
  const outcome = await place.run(conformance, [], { yes: true, profile: 'full', seed: 1, ...options })
  if (outcome.kind !== 'verdicts') throw new Error(outcome.kind)
  const seconds = Math.round((performance.now() - started) / 1000)
  const { verdicts } = outcome
  const told = verdicts.filter(({ status }) => status !== 'pass' && status !== 'skip')
  const slowest = [...verdicts].sort((a, b) => b.ms - a.ms).slice(0, 5)
  process.stdout.write(
    [
      `${store}, profile ${options.profile ?? 'full'}, ${seconds} s: ${counts(verdicts)}`,
      ...told.map(
        ({ id, status, reason, findings }) =>
          `  ${status} ${id}: ${findings.map(({ message }) => message).join('; ')}${reason === undefined ? '' : ` (${reason})`}`,
      ),
      `  slowest: ${slowest.map(({ id, ms }) => `${id} ${Math.round(ms / 1000)} s`).join(', ')}\n`,
    ].join('\n'),
  )
  expect(exitCode(outcome)).toBe(0)
  // With a baseline a run fails on nothing that is in it; here the baseline must fit exactly.
  const known = typeof options.baseline === 'string' ? (stores[options.baseline]?.known ?? []) : []
  expect(told.map(({ id, status }) => [id, status])).toEqual(known.map(({ id }) => [id, 'fail']))
  return verdicts
}

it('memory', async () => {
  const place = testWorld()
  try {
    const { driver } = await place.world.openDriver('memory', {})
    const full = await judge(place, 'memory', { driver: 'memory' })
    rows.push({ store: 'memory', capabilities: driver.capabilities, full })
  } finally {
    place.remove()
  }
})

it('filesystem', async () => {
  const place = testWorld()
  try {
    const { driver } = await place.world.openDriver('filesystem', { rootdirectory: place.folder })
    const full = await judge(place, 'filesystem', { driver: 'filesystem', root: 'store' })
    rows.push({ store: 'filesystem', capabilities: driver.capabilities, full })
  } finally {
    place.remove()
  }
})

it('the sandbox', async () => {
  const sandbox = await startSandbox()
  const place = testWorld(sandbox)
  try {
    await place.run(init, [], { bucket: 'images', yes: true })
    const capabilities = await s3Capabilities(place)
    const full = await judge(place, 'sandbox', { config: 'config.yml' })
    const edge = await judge(place, 'sandbox', { config: 'config.yml', profile: 'edge' })
    rows.push({ store: "regctl's sandbox", capabilities, full, edge })
  } finally {
    place.remove()
    await sandbox.close()
  }
})

const radosgw = peer('ceph')

it.skipIf(!radosgw)('Ceph RGW', async () => {
  const ceph = await startCeph(radosgw ?? '', 'bluestore')
  const { config, env } = cephConfig(ceph, 'images')
  const place = testWorld(undefined, env)
  try {
    const client = new S3Client({ ...ceph, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: 'images' }))
    client.destroy()
    writeFileSync(join(place.folder, 'config.yml'), config)
    const capabilities = await s3Capabilities(place)
    const full = await judge(place, 'Ceph', { config: 'config.yml', baseline: 'ceph' })
    const baseline = stores.ceph ?? { store: '', known: [] }
    expect(`Ceph RGW ${ceph.version}`).toContain(`${baseline.store}.`)
    rows.push({ store: baseline.store, capabilities, full, known: { name: 'ceph', baseline } })
  } finally {
    place.remove()
    await ceph.stop()
  }
})

async function s3Capabilities({ world }: TestWorld) {
  const { driver } = await world.openDriver('s3', { bucket: 'images', region: 'us-east-1' })
  return driver.capabilities
}

afterAll(() => {
  if (rows.length < 4) return
  const file = join(import.meta.dirname, '../../docs/conformance.md')
  const page = readFileSync(file, 'utf8')
  const now = withTable(page, rows)
  if (process.env.UPDATE === '1') writeFileSync(file, now)
  else
    expect(now, 'docs/conformance.md states something else; UPDATE=1 writes what came of this run').toBe(page)
})
