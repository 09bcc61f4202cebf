import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { init } from '../../src/commands/init.ts'
import { signUrlCommand } from '../../src/commands/sign-url.ts'
import type { Failure } from '../../src/core/errors.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { blobPath } from '../../src/storage/layout.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

/** What --fetch says, and that every cure can be pasted. */
let sandbox: Sandbox
let place: TestWorld
const config = 'my prod.yml'

beforeAll(async () => {
  sandbox = await startSandbox({})
  place = testWorld(sandbox)
  await place.run(init, [], { bucket: 'images', config, yes: true })
})

afterAll(async () => {
  await sandbox.close()
  place.remove()
})

const digestOf = (algorithm: string, text: string) =>
  `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`

async function put(digest: string, Body: string): Promise<void> {
  const { s3 } = await place.world.aws({ region: undefined })
  await s3.putObject({ Bucket: 'images', Key: blobPath(digest).slice(1), Body })
}

async function fetched(target: string): Promise<string> {
  const before = place.stderr().length
  await place.run(signUrlCommand, [target], { config, fetch: true })
  return place.stderr().slice(before)
}

const refused = (target: string, options = {}) =>
  place.run(signUrlCommand, [target], { config, fetch: true, ...options }).then(
    () => undefined,
    (error: Failure) => error,
  )

describe('sign-url --fetch', () => {
  it.each(['sha256', 'sha512'])('compares %s with its own algorithm', async (algorithm) => {
    const digest = digestOf(algorithm, 'layer')
    await put(digest, 'layer')
    expect(await fetched(digest)).toMatch(/^200, 5 bytes, the digest matches, /)
    await put(digestOf(algorithm, 'another'), 'layer')
    expect(await refused(digestOf(algorithm, 'another'))).toMatchObject({
      kind: 'conflict',
      message: `the edge answered with other content: ${digest}`,
    })
  })

  it('says so when it does not compare', async () => {
    const digest = digestOf('sha384', 'layer')
    await put(digest, 'layer')
    expect(await fetched(digest)).toMatch(/^200, 5 bytes, sha384 not compared, /)
    expect(await fetched(blobPath(digest))).toMatch(/^200, 5 bytes, [A-Z]/)
  })

  it('names doctor with the config and key in use when the edge refuses', async () => {
    const missing = digestOf('sha256', 'missing')
    expect((await refused(missing))?.remedy?.commands).toEqual(["regctl doctor --config 'my prod.yml'"])
    expect((await refused(missing, { key: 'cloudfront.pem', registry: '2.8.3' }))?.remedy?.commands).toEqual([
      "regctl doctor --config 'my prod.yml' --registry 2.8.3 --key cloudfront.pem",
    ])
  })

  it('names no command without a config', async () => {
    const base = /baseurl: (\S+)/
      .exec(readFileSync(join(place.folder, config), 'utf8'))?.[1]
      ?.replaceAll(/['"]/g, '')
    const failure = await refused(`${base}nothing`, { key: 'cloudfront.pem', keyPairId: 'K1' })
    expect(failure?.message).toContain('Unknown Key')
    expect(failure?.remedy).not.toHaveProperty('commands')
  })
})

describe('the private key', () => {
  it('that is not here is asked for in words', async () => {
    const [from, to] = ['cloudfront.pem', 'away.pem'].map((name) => join(place.folder, name)) as [
      string,
      string,
    ]
    renameSync(from, to)
    const failure = await refused(digestOf('sha256', 'x'))
    renameSync(to, from)
    expect(failure?.remedy).toEqual({ text: 'Name a copy of it with --key.' })
  })

  it('is found beside the config', async () => {
    const text = readFileSync(join(place.folder, config), 'utf8')
    writeFileSync(
      join(place.folder, 'beside.yml'),
      text.replace(/privatekey: .*/, 'privatekey: cloudfront.pem'),
    )
    const outcome = await place.run(signUrlCommand, ['/docker/x'], { config: 'beside.yml' })
    expect(outcome.kind).toBe('value')
  })
})
