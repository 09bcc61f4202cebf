import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { init } from '../../src/commands/init.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { peer, scrubbed } from '../support/peers.ts'
import { run } from '../support/process.ts'
import { type TestWorld, testWorld } from '../support/sandbox-world.ts'

const awscli = peer('awscli')

describe.skipIf(!awscli)('the real awscli on the sandbox', () => {
  let sandbox: Sandbox
  let place: TestWorld

  beforeAll(async () => {
    sandbox = await startSandbox({})
    place = testWorld(sandbox)
  })

  afterAll(async () => {
    await sandbox.close()
    place.remove()
  })

  async function aws(...args: readonly string[]): Promise<string> {
    const [service = ''] = args
    const endpoint = service === 'cloudfront' ? sandbox.cloudfrontEndpoint : sandbox.s3Endpoint
    const env = scrubbed({
      AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
      AWS_DEFAULT_REGION: sandbox.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    })
    const { code, stdout, stderr } = await run(
      awscli ?? '',
      ['--endpoint-url', endpoint, ...args],
      env,
      place.folder,
    )
    if (code !== 0) throw new Error(`aws ${args.join(' ')}: ${stderr}`)
    return stdout
  }

  it('makes a bucket, copies 64 MB there and back, lists and removes', async () => {
    const content = randomBytes(64_000_000)
    writeFileSync(join(place.folder, 'big'), content)
    await aws('s3', 'mb', 's3://cli')
    await aws('s3', 'cp', '--no-progress', 'big', 's3://cli/folder/big')
    expect(await aws('s3', 'ls', 's3://cli/folder/')).toMatch(/64000000 big/)
    await aws('s3', 'cp', '--no-progress', 's3://cli/folder/big', 'back')
    expect(readFileSync(join(place.folder, 'back')).equals(content)).toBe(true)
    expect(sandbox.s3Log.some(({ path }) => path.includes('uploadId='))).toBe(true)
    await aws('s3', 'rm', 's3://cli/folder/big')
    expect(await aws('s3', 'ls', 's3://cli')).toBe('')
    await aws('s3', 'rb', 's3://cli')
  }, 60_000)

  it('makes a multipart upload by hand', async () => {
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000)]
    for (const [index, part] of parts.entries()) writeFileSync(join(place.folder, `part${index}`), part)
    const json = async (...args: readonly string[]) =>
      JSON.parse(await aws('s3api', ...args)) as Record<string, string>
    await aws('s3', 'mb', 's3://parts')
    const at = ['--bucket', 'parts', '--key', 'whole']
    const { UploadId = '' } = await json('create-multipart-upload', ...at)
    const upload = [...at, '--upload-id', UploadId]
    const tags = []
    for (const [index] of parts.entries()) {
      const { ETag } = await json(
        'upload-part',
        ...upload,
        '--part-number',
        String(index + 1),
        '--body',
        `part${index}`,
      )
      tags.push({ ETag, PartNumber: index + 1 })
    }
    expect(await json('list-parts', ...upload)).toMatchObject({
      Parts: [{ Size: 5_242_880 }, { Size: 1000 }],
    })
    expect(await json('list-multipart-uploads', '--bucket', 'parts')).toMatchObject({
      Uploads: [{ Key: 'whole', UploadId }],
    })
    const done = await json(
      'complete-multipart-upload',
      ...upload,
      '--multipart-upload',
      JSON.stringify({ Parts: tags }),
    )
    expect(done.ETag).toMatch(/-2"$/)
    await aws('s3api', 'get-object', ...at, 'whole')
    expect(readFileSync(join(place.folder, 'whole')).equals(Buffer.concat(parts))).toBe(true)
    await expect(aws('s3api', 'abort-multipart-upload', ...upload)).rejects.toThrow(/NoSuchUpload/)
  }, 60_000)

  it('lists distributions and invalidates', async () => {
    await place.run(init, [], { bucket: 'images', yes: true })
    const listed = JSON.parse(await aws('cloudfront', 'list-distributions'))
    expect(listed.DistributionList.Items).toMatchObject([
      { Comment: 'regctl: images', Status: 'Deployed', Enabled: true },
    ])
    const id = listed.DistributionList.Items[0].Id
    const made = JSON.parse(
      await aws('cloudfront', 'create-invalidation', '--distribution-id', id, '--paths', '/*'),
    )
    expect(made.Invalidation).toMatchObject({ InvalidationBatch: { Paths: { Quantity: 1, Items: ['/*'] } } })
    expect(
      JSON.parse(await aws('cloudfront', 'list-invalidations', '--distribution-id', id)).InvalidationList
        .Items.length,
    ).toBe(1)
  }, 60_000)
})
