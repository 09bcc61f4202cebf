import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../../src/commands/conformance.ts'
import { lint } from '../../src/commands/lint.ts'
import { stores } from '../../src/conformance/stores.ts'
import { exitCode } from '../../src/core/outcome.ts'
import { parseRelease } from '../../src/registry-config/releases.ts'
import { type Ceph, cephConfig, startCeph } from '../support/ceph.ts'
import { digestOf, makeImage } from '../support/image.ts'
import { peer, scrubbed } from '../support/peers.ts'
import { freePort, run, startServer } from '../support/process.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'
import { snapshot } from '../support/store-snapshot.ts'

/** A store that nobody here wrote, with the registry's data in it. */
const radosgw = peer('ceph')
const skopeo = peer('skopeo')
const bucket = 'images'

describe.skipIf(!radosgw)('on Ceph', () => {
  let ceph: Ceph
  let place: TestWorld
  let client: S3Client
  let env: Readonly<Record<string, string>>
  const pushed: string[] = []

  beforeAll(async () => {
    ceph = await startCeph(radosgw ?? '')
    const store = cephConfig(ceph, bucket)
    env = store.env
    place = testWorld(undefined, env)
    writeFileSync(join(place.folder, 'config.yml'), store.config)
    client = new S3Client({ ...ceph, forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'someone/else', Body: 'theirs' }))
    await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'someone/else' }))
  }, 120_000)
  afterAll(async () => {
    client?.destroy()
    place?.remove()
    await ceph?.stop()
  })

  it('is the version that the baseline states', () => {
    expect(ceph.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(`Ceph RGW ${ceph.version}`).toContain(`${stores.ceph?.store}.`)
  })

  describe.each([
    ['2.8', 'registry-2.8'],
    ['3.1', 'registry-3.1'],
  ] as const)('the registry %s', (release, name) => {
    const registry = peer(name)

    it.skipIf(!registry || !skopeo)(
      'starts on a config that lint accepts, and takes and gives an image',
      async () => {
        const judged = await place.run(lint, ['config.yml'], { registry: { to: parseRelease(release) } })
        expect(exitCode(judged)).toBe(0)
        const host = `127.0.0.1:${await freePort()}`
        const server = await startServer(
          registry ?? '',
          ['serve', join(place.folder, 'config.yml')],
          scrubbed({ ...env, REGISTRY_HTTP_ADDR: host }),
          `http://${host}/v2/`,
        )
        try {
          const image = makeImage(join(place.folder, release), [21 * 1_048_576, 20_000])
          const copy = async (...args: readonly string[]) => {
            const ended = await run(skopeo ?? '', ['--insecure-policy', 'copy', ...args], scrubbed())
            expect(ended, ended.stderr + server.log()).toMatchObject({ code: 0 })
          }
          const there = `docker://${host}/team/app-${release}:v1`
          await copy('--dest-tls-verify=false', `oci:${image.folder}:v1`, there)
          pushed.push(...image.blobs.keys())
          const pulled = join(place.folder, `pulled-${release}`)
          await copy('--src-tls-verify=false', there, `oci:${pulled}:v1`)
          for (const [digest, content] of image.blobs) {
            const back = readFileSync(join(pulled, 'blobs', 'sha256', digest.slice(7)))
            expect(back.equals(content), digest).toBe(true)
          }
        } finally {
          await server.stop()
        }
      },
      120_000,
    )
  })

  it('passes the quick profile but for exactly what the baseline states, and leaves what was there', async () => {
    const before = await snapshot(client, bucket)
    expect(before).toContainEqual(expect.stringContaining('upload someone/else'))
    const outcome = await place.run(conformance, [], { config: 'config.yml', baseline: 'ceph', yes: true })
    if (outcome.kind !== 'verdicts') throw new Error(outcome.kind)
    const others = outcome.verdicts.filter(({ status }) => status !== 'pass')
    expect(others.map(({ id, status }) => [id, status])).toEqual(
      stores.ceph?.known.map(({ id }) => [id, 'fail']),
    )
    expect(others[0]?.findings[0]?.message).toBe(
      'putContent /put (8 bytes) failed: s3aws: InvalidArgument (HTTP 400)',
    )
    expect(exitCode(outcome)).toBe(0)
    expect(await snapshot(client, bucket)).toEqual(before)
    for (const digest of pushed) {
      const hex = digest.slice(7)
      const Key = `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }))
      expect(digestOf((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(digest)
    }
  }, 180_000)
})
