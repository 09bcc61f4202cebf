import { createHash, randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startS3, type TestS3 } from './server.ts'

const Bucket = 'multipart'
const MiB = 1024 ** 2
const big = randomBytes(5 * MiB)
const small = randomBytes(1000)
let server: TestS3
let client: S3Client

beforeAll(async () => {
  server = await startS3()
  client = server.client()
  await client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => server.close())

const fails = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } })
const md5 = (data: Uint8Array) => createHash('md5').update(data).digest()

async function begin(Key: string, input: Partial<CreateMultipartUploadCommandInput> = {}) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))
  return { Bucket, Key, UploadId: UploadId ?? '' }
}
type Upload = Awaited<ReturnType<typeof begin>>

async function part(
  upload: Upload,
  PartNumber: number,
  Body: Uint8Array,
  input: object = {},
): Promise<CompletedPart> {
  const {
    ETag,
    $metadata: _,
    ...rest
  } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ...input }))
  return { PartNumber, ETag, ...rest }
}

const complete = (upload: Upload, Parts: CompletedPart[], input: object = {}) =>
  client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...input }))

async function content(Key: string): Promise<Buffer> {
  const got = await client.send(new GetObjectCommand({ Bucket, Key }))
  return Buffer.from((await got.Body?.transformToByteArray()) ?? [])
}

describe('a multipart upload', () => {
  it('becomes the object of its parts, in their order', async () => {
    const upload = await begin('whole', {
      ContentType: 'text/x',
      Metadata: { a: 'b' },
      StorageClass: 'STANDARD_IA',
    })
    const last = await part(upload, 7, small)
    const first = await part(upload, 2, big)
    const done = await complete(upload, [first, last])
    const etag = createHash('md5')
      .update(Buffer.concat([md5(big), md5(small)]))
      .digest('hex')
    expect(done.ETag).toBe(`"${etag}-2"`)
    expect((await content('whole')).equals(Buffer.concat([big, small]))).toBe(true)
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'whole' }))).toMatchObject({
      ETag: `"${etag}-2"`,
      ContentLength: big.length + small.length,
      ContentType: 'text/x',
      Metadata: { a: 'b' },
      StorageClass: 'STANDARD_IA',
    })
    await expect(complete(upload, [first, last])).rejects.toMatchObject(fails('NoSuchUpload', 404))
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(uploads.Uploads).toBeUndefined()
  })

  it('can be read by part, and across parts', async () => {
    const upload = await begin('parts')
    await complete(upload, [await part(upload, 1, big), await part(upload, 2, small)])
    const second = await client.send(new GetObjectCommand({ Bucket, Key: 'parts', PartNumber: 2 }))
    expect(second).toMatchObject({
      PartsCount: 2,
      ContentLength: small.length,
      ContentRange: `bytes ${big.length}-${big.length + small.length - 1}/${big.length + small.length}`,
    })
    expect(Buffer.from((await second.Body?.transformToByteArray()) ?? []).equals(small)).toBe(true)
    const Range = `bytes=${big.length - 2}-${big.length + 1}`
    const across = await client.send(new GetObjectCommand({ Bucket, Key: 'parts', Range }))
    const expected = Buffer.concat([big.subarray(-2), small.subarray(0, 2)])
    expect(Buffer.from((await across.Body?.transformToByteArray()) ?? []).equals(expected)).toBe(true)
    const third = client.send(new GetObjectCommand({ Bucket, Key: 'parts', PartNumber: 3 }))
    await expect(third).rejects.toMatchObject(fails('InvalidPartNumber', 416))
  })

  it('takes the last bytes sent for a part number', async () => {
    const upload = await begin('again')
    const old = await part(upload, 1, Buffer.from('old'))
    const fresh = await part(upload, 1, Buffer.from('new'))
    await expect(complete(upload, [old])).rejects.toMatchObject(fails('InvalidPart', 400))
    await complete(upload, [fresh])
    expect(String(await content('again'))).toBe('new')
  })

  it('refuses what S3 refuses to complete', async () => {
    const upload = await begin('refused')
    const one = await part(upload, 1, small)
    const two = await part(upload, 2, small)
    await expect(complete(upload, [])).rejects.toMatchObject(fails('MalformedXML', 400))
    await expect(complete(upload, [two, one])).rejects.toMatchObject(fails('InvalidPartOrder', 400))
    await expect(complete(upload, [one, one])).rejects.toMatchObject(fails('InvalidPartOrder', 400))
    await expect(complete(upload, [one, two])).rejects.toMatchObject(fails('EntityTooSmall', 400))
    await expect(complete(upload, [{ PartNumber: 3, ETag: one.ETag }])).rejects.toMatchObject(
      fails('InvalidPart', 400),
    )
    await expect(complete(upload, [{ PartNumber: 1, ETag: '"x"' }])).rejects.toMatchObject(
      fails('InvalidPart', 400),
    )
    await expect(complete({ ...upload, Key: 'other' }, [one])).rejects.toMatchObject(
      fails('NoSuchUpload', 404),
    )
    await expect(part(upload, 0, small)).rejects.toMatchObject(fails('InvalidArgument', 400))
    await expect(part(upload, 10_001, small)).rejects.toMatchObject(fails('InvalidArgument', 400))
    // The refusals took nothing away.
    await complete(upload, [one])
  })

  it('keeps the conditions on its end', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }))
    const upload = await begin('there')
    const one = await part(upload, 1, small)
    await expect(complete(upload, [one], { IfNoneMatch: '*' })).rejects.toMatchObject(
      fails('PreconditionFailed', 412),
    )
    await expect(complete(upload, [one], { IfMatch: '"x"' })).rejects.toMatchObject(
      fails('PreconditionFailed', 412),
    )
    await expect(complete(upload, [one], { MpuObjectSize: 1 })).rejects.toMatchObject(
      fails('InvalidRequest', 400),
    )
    await complete(upload, [one], {
      IfMatch: `"${createHash('md5').update('x').digest('hex')}"`,
      MpuObjectSize: 1000,
    })
  })

  it('can be aborted, once', async () => {
    const upload = await begin('aborted')
    await part(upload, 1, small)
    await client.send(new AbortMultipartUploadCommand(upload))
    await expect(client.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject(
      fails('NoSuchUpload', 404),
    )
    await expect(part(upload, 2, small)).rejects.toMatchObject(fails('NoSuchUpload', 404))
    await expect(client.send(new ListPartsCommand(upload))).rejects.toMatchObject(fails('NoSuchUpload', 404))
  })

  it('can be made of copied ranges', async () => {
    const source = Buffer.concat([big, small])
    await client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: source }))
    const upload = await begin('copied')
    const copy = async (PartNumber: number, CopySourceRange: string) => {
      const command = new UploadPartCopyCommand({
        ...upload,
        PartNumber,
        CopySource: `${Bucket}/source`,
        CopySourceRange,
      })
      return { PartNumber, ETag: (await client.send(command)).CopyPartResult?.ETag }
    }
    const Parts = [
      await copy(1, `bytes=0-${big.length - 1}`),
      await copy(2, `bytes=${big.length}-${source.length - 1}`),
    ]
    expect(Parts[0]?.ETag).toBe(`"${md5(big).toString('hex')}"`)
    await complete(upload, Parts)
    expect((await content('copied')).equals(source)).toBe(true)
    await expect(copy(3, 'bytes=0-1')).rejects.toMatchObject(fails('NoSuchUpload', 404))
    const other = await begin('copied')
    const beyond = new UploadPartCopyCommand({
      ...other,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: `bytes=0-${source.length}`,
    })
    await expect(client.send(beyond)).rejects.toMatchObject(fails('InvalidArgument', 400))
    await client.send(new AbortMultipartUploadCommand(other))
  })

  it('lists its parts in pages', async () => {
    const upload = await begin('listed')
    for (const number of [5, 1, 3]) await part(upload, number, Buffer.from(`part ${number}`))
    const first = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }))
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '3' })
    expect(first.Parts?.map((p) => [p.PartNumber, p.Size])).toEqual([
      [1, 6],
      [3, 6],
    ])
    const rest = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: '3' }))
    expect(rest.Parts?.map((p) => p.PartNumber)).toEqual([5])
    expect(rest.IsTruncated).toBe(false)
  })
})

describe('checksums of a multipart upload', () => {
  it.each(['CRC32', 'SHA256'] as const)('%s as COMPOSITE', async (ChecksumAlgorithm) => {
    const upload = await begin('sum', { ChecksumAlgorithm })
    const parts = [
      await part(upload, 1, big, { ChecksumAlgorithm }),
      await part(upload, 2, small, { ChecksumAlgorithm }),
    ]
    const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))
    await expect(complete(upload, bare)).rejects.toMatchObject(fails('InvalidRequest', 400))
    const done = await complete(upload, parts)
    expect(done).toMatchObject({
      ChecksumType: 'COMPOSITE',
      [`Checksum${ChecksumAlgorithm}`]: expect.stringMatching(/=-2$/),
    })
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    '%s as FULL_OBJECT is that of a single put',
    async (ChecksumAlgorithm) => {
      const Body = Buffer.concat([big, small])
      const put = await client.send(new PutObjectCommand({ Bucket, Key: 'one', Body, ChecksumAlgorithm }))
      const name = `Checksum${ChecksumAlgorithm}` as const
      const upload = await begin('sum', { ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' })
      const parts = [
        await part(upload, 1, big, { ChecksumAlgorithm }),
        await part(upload, 2, small, { ChecksumAlgorithm }),
      ]
      const wrong = Buffer.alloc(Buffer.from(put[name] ?? '', 'base64').length).toString('base64')
      await expect(complete(upload, parts, { [name]: wrong })).rejects.toMatchObject(fails('BadDigest', 400))
      expect(await complete(upload, parts, { [name]: put[name] })).toMatchObject({
        ChecksumType: 'FULL_OBJECT',
        [name]: put[name],
      })
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'sum', ChecksumMode: 'ENABLED' }))
      expect(head).toMatchObject({ ChecksumType: 'FULL_OBJECT', [name]: put[name] })
    },
  )

  it('refuses combinations that S3 does not have, and parts of another kind', async () => {
    await expect(
      begin('bad', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }),
    ).rejects.toMatchObject(fails('InvalidRequest', 400))
    await expect(
      begin('bad', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }),
    ).rejects.toMatchObject(fails('InvalidRequest', 400))
    const upload = await begin('bad', { ChecksumAlgorithm: 'SHA256' })
    await expect(part(upload, 1, small, { ChecksumAlgorithm: 'CRC32' })).rejects.toMatchObject(
      fails('InvalidRequest', 400),
    )
    await client.send(new AbortMultipartUploadCommand(upload))
  })
})

describe('open uploads', () => {
  it('of one key are listed oldest first, across a restart', async () => {
    const own = await startS3()
    let c = own.client()
    await c.send(new CreateBucketCommand({ Bucket }))
    const ids: (string | undefined)[] = []
    const start = async () =>
      ids.push((await c.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }))).UploadId)
    await start()
    await start()
    await c.send(new UploadPartCommand({ Bucket, Key: 'k', UploadId: ids[0], PartNumber: 1, Body: 'x' }))
    const again = await own.restart()
    c = again.client()
    await start()
    const listed = await c.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'k' }))
    expect(listed.Uploads?.map((u) => u.UploadId)).toEqual(ids)
    const parts = await c.send(new ListPartsCommand({ Bucket, Key: 'k', UploadId: ids[0] }))
    expect(parts.Parts).toHaveLength(1)
    // They do not keep a bucket from being deleted.
    await c.send(new DeleteBucketCommand({ Bucket }))
    await again.close()
  })
})
