import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doctor } from '../../src/commands/doctor.ts'
import { init } from '../../src/commands/init.ts'
import { parseRelease } from '../../src/registry-config/releases.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { digestOf, type Image, makeImage } from '../support/image.ts'
import { type PeerName, peer, scrubbed } from '../support/peers.ts'
import { freePort, type Running, run, startServer } from '../support/process.ts'
import { setOriginPath } from '../support/sandbox-changes.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

/**
 * The main job, on software that nobody here wrote: init sets everything up, the real registry starts on the config it
 * wrote, skopeo pushes an image and pulls it back through the edge.
 */
const mebibyte = 1024 * 1024
const releases = [
  { release: '2.8', name: 'registry-2.8', start: ['serve'] },
  { release: '3.1', name: 'registry-3.1', start: ['serve'] },
] as const satisfies readonly {
  readonly release: string
  readonly name: PeerName
  readonly start: readonly string[]
}[]

const skopeo = peer('skopeo')

describe.each(releases)('registry $release', ({ release, name, start }) => {
  const registry = peer(name)

  describe.skipIf(!registry || !skopeo).each(['', '/prod'])('with rootdirectory "%s"', (rootDirectory) => {
    let sandbox: Sandbox
    let place: TestWorld
    let server: Running
    let image: Image
    let host: string

    beforeAll(async () => {
      sandbox = await startSandbox({})
      place = testWorld(sandbox)
      await place.run(init, [], {
        bucket: 'images',
        rootDirectory,
        registry: parseRelease(release),
        yes: true,
      })
      host = `127.0.0.1:${await freePort()}`
      const config = join(place.folder, 'config.yml')
      const env = scrubbed({
        AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
        REGISTRY_HTTP_ADDR: host,
      })
      server = await startServer(registry ?? '', [...start, config], env, `http://${host}/v2/`)
      image = makeImage(join(place.folder, 'image'), [21 * mebibyte, 20_000])
    }, 60_000)

    afterAll(async () => {
      await server?.stop()
      await sandbox?.close()
      place?.remove()
    })

    const copy = (from: string, to: string) =>
      run(
        skopeo ?? '',
        [
          '--insecure-policy',
          'copy',
          ...(from.startsWith('docker:') ? ['--src-tls-verify=false'] : ['--dest-tls-verify=false']),
          from,
          to,
        ],
        scrubbed({ SSL_CERT_FILE: sandbox.caBundleFile }),
      )

    it('pushes to S3 directly, and pulls every blob through the edge by signature', async () => {
      const before = sandbox.edgeLog.length
      const push = await copy(`oci:${image.folder}:v1`, `docker://${host}/team/app:v1`)
      expect(push, push.stderr + server.log()).toMatchObject({ code: 0 })
      const pushed = sandbox.edgeLog.slice(before)
      expect(pushed.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([])
      expect(sandbox.s3Log.some(({ method, status }) => method === 'PUT' && status === 200)).toBe(true)

      const start = sandbox.edgeLog.length
      const pulled = join(place.folder, 'pulled')
      const pull = await copy(`docker://${host}/team/app:v1`, `oci:${pulled}:v1`)
      expect(pull, pull.stderr + server.log()).toMatchObject({ code: 0 })
      for (const [digest, content] of image.blobs) {
        expect(readFileSync(join(pulled, 'blobs', 'sha256', digest.slice(7))).equals(content), digest).toBe(
          true,
        )
      }
      const log = sandbox.edgeLog.slice(start)
      for (const digest of image.blobs.keys()) {
        const own = log.filter(({ path }) => path.includes(digest.slice(7)))
        expect(own.length, `no request for ${digest}`).toBeGreaterThan(0)
        for (const entry of own)
          expect(entry).toMatchObject({ decision: 'accepted', scheme: 'https', status: 200 })
      }
      expect(log.every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true)
    }, 60_000)

    it(
      release === '2.8' ? 'refuses a zero-byte layer with the MalformedXML of S3' : 'takes a zero-byte layer',
      async () => {
        const digest = digestOf(Buffer.alloc(0))
        const begin = await fetch(`http://${host}/v2/team/empty/blobs/uploads/`, { method: 'POST' })
        expect(begin.status).toBe(202)
        const location = new URL(begin.headers.get('location') ?? '', `http://${host}`)
        location.searchParams.set('digest', digest)
        const end = await fetch(location, { method: 'PUT' })
        if (release === '2.8') {
          expect(end.status).toBe(500)
          expect(`${await end.text()}${server.log()}`).toContain('MalformedXML')
        } else {
          expect(end.status).toBe(201)
          const blob = await fetch(`http://${host}/v2/team/empty/blobs/${digest}`, { redirect: 'manual' })
          expect(blob.status).toBe(307)
        }
      },
    )

    it('is healthy to the doctor', async () => {
      const outcome = await place.run(doctor, [], { config: 'config.yml', registry: parseRelease(release) })
      expect(outcome).toMatchObject({ kind: 'verdicts' })
      const verdicts = outcome.kind === 'verdicts' ? outcome.verdicts : []
      expect(verdicts.filter(({ status }) => status !== 'pass')).toEqual([])
    })

    it('with the origin path that the public guide prescribes: pushes, cannot pull, and the doctor says why', async () => {
      await setOriginPath(place.world, '/prod')
      const other = makeImage(join(place.folder, 'other'), [30_000])
      const push = await copy(`oci:${other.folder}:v1`, `docker://${host}/team/other:v1`)
      expect(push, push.stderr + server.log()).toMatchObject({ code: 0 })
      const pull = await copy(`docker://${host}/team/other:v1`, `oci:${join(place.folder, 'none')}:v1`)
      expect(pull.code).not.toBe(0)
      const outcome = await place.run(doctor, [], { config: 'config.yml', registry: parseRelease(release) })
      const verdicts = outcome.kind === 'verdicts' ? outcome.verdicts : []
      const failed = verdicts.filter(({ status }) => status === 'fail')
      expect(failed.map(({ id }) => id)).toEqual(['origin-path', 'signed-url'])
      if (rootDirectory === '/prod') {
        expect(failed[0]?.findings[0]?.message).toContain(
          'the path is doubled: the edge asks S3 for prod/prod/docker/registry/v2',
        )
        expect(failed[1]?.findings[0]?.cause).toContain('the edge asks S3 for prod/prod/')
      }
      await setOriginPath(place.world, '')
    }, 60_000)
  })
})
