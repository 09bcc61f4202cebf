import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { scrubbed } from './peers.ts'
import { freePort, type Running, run, start, startServer } from './process.ts'

/** A Ceph cluster of one monitor, one OSD and one RADOS gateway on loopback, in a folder of its own: a real S3. */
export interface Ceph {
  readonly endpoint: string
  /** Any would do: its signatures bind no region. */
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** As its programs say it, "16.2.15". */
  readonly version: string
  /** Ends its processes, by their ids, and removes what they stored. */
  stop(): Promise<void>
}

/** Where the objects are: in memory, up to 4 GiB; or in a sparse file of 24 GiB, which shrinks only when Ceph is stopped. */
type ObjectStore = 'memstore' | 'bluestore'

/**
 * Starts Ceph with the programs beside `radosgw`, and keys made now. Takes about 15 s. Throws with the log of what
 * would not start.
 */
export async function startCeph(radosgw: string, objectStore: ObjectStore = 'memstore'): Promise<Ceph> {
  const folder = mkdtempSync(join(tmpdir(), 'regctl-ceph-'))
  for (const name of ['mon', 'osd']) mkdirSync(join(folder, name))
  const env = scrubbed({ CEPH_CONF: join(folder, 'ceph.conf') })
  const started: Running[] = []
  const stop = async () => {
    for (const daemon of started.reverse()) await daemon.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  const program = (name: string) => join(dirname(radosgw), name)
  const act = async (name: string, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(program(name), args, env)
    if (code !== 0) throw new Error(`${name} ${args[0]} ended with ${code}:\n${stdout}${stderr}`)
    return stdout
  }
  try {
    const [fsid, osd, port] = [randomUUID(), randomUUID(), await freePort()]
    const monitor = `[v2:127.0.0.1:${await freePort()}]`
    writeFileSync(join(folder, 'ceph.conf'), configuration({ folder, fsid, monitor, port, objectStore }))
    await act('monmaptool', '--create', '--addv', 'a', monitor, '--fsid', fsid, join(folder, 'monmap'))
    await act('ceph-mon', '--mkfs', '-i', 'a', '--monmap', join(folder, 'monmap'))
    started.push(start(program('ceph-mon'), ['-f', '-i', 'a'], env))
    await act('ceph', 'osd', 'new', osd)
    await act('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd)
    started.push(start(program('ceph-osd'), ['-f', '-i', '0'], env))
    const credentials = {
      accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
      secretAccessKey: randomBytes(20).toString('hex'),
    }
    const { accessKeyId, secretAccessKey } = credentials
    const user = [
      '--uid=test',
      '--display-name=test',
      `--access-key=${accessKeyId}`,
      `--secret=${secretAccessKey}`,
    ]
    await act('radosgw-admin', 'user', 'create', ...user)
    const endpoint = `http://127.0.0.1:${port}`
    started.push(await startServer(radosgw, ['-f', '-n', 'client.rgw'], env, endpoint, 60_000))
    const version = /^ceph version (\S+)/.exec(await act('radosgw', '--version'))?.[1] ?? 'unknown'
    return { endpoint, region: 'us-east-1', credentials, version, stop }
  } catch (error) {
    const logs = started.map((daemon) => daemon.log()).join('\n')
    await stop()
    throw new Error(`Ceph does not start: ${error instanceof Error ? error.message : error}\n${logs}`)
  }
}

function configuration(of: {
  readonly folder: string
  readonly fsid: string
  readonly monitor: string
  readonly port: number
  readonly objectStore: ObjectStore
}): string {
  const settings = {
    fsid: of.fsid,
    'mon host': of.monitor,
    'public addr': '127.0.0.1',
    'cluster addr': '127.0.0.1',
    'auth cluster required': 'none',
    'auth service required': 'none',
    'auth client required': 'none',
    // The default, secure, needs keys of cephx: without them a client waits for ever.
    'ms mon client mode': 'crc',
    'osd pool default size': 1,
    'osd pool default min size': 1,
    'mon allow pool size one': true,
    'osd crush chooseleaf type': 0,
    'osd pool default pg num': 8,
    'osd pool default pg autoscale mode': 'off',
    'mon data': join(of.folder, 'mon'),
    'osd data': join(of.folder, 'osd'),
    'run dir': of.folder,
    'admin socket': join(of.folder, '$name.asok'),
    'log file': join(of.folder, '$name.log'),
    'mon cluster log file': join(of.folder, 'cluster.log'),
    // It ends itself when the disk is nearly full, though it needs little of it.
    'mon data avail crit': 0,
    'osd objectstore': of.objectStore,
    'memstore device bytes': 4 * 2 ** 30,
    'bluestore block size': 24 * 2 ** 30,
    'osd memory target': 896 * 2 ** 20,
    'rgw frontends': `beast endpoint=127.0.0.1:${of.port}`,
    'rgw data': of.folder,
    'rgw dynamic resharding': false,
    // What is deleted is otherwise kept for two hours, and a full run writes more than the store holds.
    'rgw gc obj min wait': 60,
    'rgw gc processor period': 60,
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`)
  return `[global]\n${lines.join('\n')}\n`
}

/** A registry's config, for every release, that stores in `bucket`; and the variables with the keys it leaves out. */
export function cephConfig({ endpoint, region, credentials }: Ceph, bucket: string) {
  const config = `version: 0.1
storage:
  s3:
    region: ${region}
    regionendpoint: ${endpoint}
    forcepathstyle: true
    secure: false
    bucket: ${bucket}
http:
  addr: 127.0.0.1:5000
`
  const env = {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  }
  return { config, env }
}
