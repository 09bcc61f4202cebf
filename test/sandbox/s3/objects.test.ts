import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startS3, type TestS3 } from './server.ts'

const Bucket = 'objects'
let now = Date.UTC(2026, 0, 1)
let server: TestS3
let client: S3Client

beforeAll(async () => {
  // Requests are signed by the machine's clock, so the server's may only be a little off.
  now = Date.now()
  server = await startS3({ now: () => now })
  client = server.client()
  await client.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => server.close())

const put = (Key: string, input: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body: 'content', ...input }))
/** The body is read at once: an answer left unread keeps its connection. */
async function get(Key: string, input: object = {}) {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...input }))
  const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? [])
  return { ...answer, bytes, text: bytes.toString() }
}
const head = (Key: string, input: object = {}) =>
  client.send(new HeadObjectCommand({ Bucket, Key, ...input }))
const fails = (name: string, status: number) => ({ name, $metadata: { httpStatusCode: status } })
const md5 = (data: string | Uint8Array) => createHash('md5').update(data).digest('hex')

describe('an object', () => {
  it('comes back as it was put', async () => {
    const put1 = await put('plain', {
      ContentType: 'text/plain',
      ContentEncoding: 'identity',
      ContentDisposition: 'attachment',
      CacheControl: 'max-age=1',
      ContentLanguage: 'en',
      Metadata: { colour: 'blue', size: ' big  one ' },
      Tagging: 'a=b&c=d',
    })
    expect(put1.ETag).toBe(`"${md5('content')}"`)
    expect(put1.ServerSideEncryption).toBe('AES256')
    const got = await get('plain')
    expect(got.text).toBe('content')
    const described = {
      ETag: `"${md5('content')}"`,
      ContentLength: 7,
      ContentType: 'text/plain',
      ContentEncoding: 'identity',
      ContentDisposition: 'attachment',
      CacheControl: 'max-age=1',
      ContentLanguage: 'en',
      AcceptRanges: 'bytes',
      Metadata: { colour: 'blue', size: 'big  one' },
      LastModified: new Date(Math.floor(now / 1000) * 1000),
      ServerSideEncryption: 'AES256',
      TagCount: 2,
    }
    expect(got).toMatchObject(described)
    expect(await head('plain')).toMatchObject(described)
    expect(got.StorageClass).toBeUndefined()
  })

  it.each([
    'a b',
    'ü/€',
    'a+b&c=d?e#f',
    '/lead',
    'trail/',
    'a//b',
    '.',
    '../x',
    '%41',
    "it's(*)!~",
    '\u{1f600}',
    ' ',
  ])('may be called %j', async (key) => {
    await put(key, { Body: key })
    expect((await get(key)).text).toBe(key)
    await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
    await expect(get(key)).rejects.toMatchObject(fails('NoSuchKey', 404))
  })

  it('may not have a key of more than 1024 bytes', async () => {
    await put('é'.repeat(512))
    await expect(put('é'.repeat(513))).rejects.toMatchObject(fails('KeyTooLongError', 400))
  })

  it('may be empty', async () => {
    await put('empty', { Body: '', ContentLength: 0 })
    const got = await get('empty')
    expect([got.ContentLength, got.text, got.ContentType]).toEqual([0, '', 'application/octet-stream'])
    await expect(get('empty', { Range: 'bytes=0-' })).rejects.toMatchObject(fails('InvalidRange', 416))
  })

  it('may be streamed, and read in part', async () => {
    const data = randomBytes(1_000_000)
    const chunks = Array.from({ length: 10 }, (_, i) => data.subarray(i * 100_000, (i + 1) * 100_000))
    await put('streamed', { Body: Readable.from(chunks), ContentLength: data.length })
    const whole = await get('streamed')
    expect(whole.bytes.equals(data)).toBe(true)
    const part = await get('streamed', { Range: 'bytes=999990-' })
    expect(part).toMatchObject({
      ContentRange: 'bytes 999990-999999/1000000',
      ContentLength: 10,
      $metadata: { httpStatusCode: 206 },
    })
    expect(part.bytes.equals(data.subarray(-10))).toBe(true)
    await expect(get('streamed', { Range: 'bytes=1000000-' })).rejects.toMatchObject(
      fails('InvalidRange', 416),
    )
    expect((await get('streamed', { Range: 'bytes=1-0' })).$metadata.httpStatusCode).toBe(200)
  })

  it('is answered under the headers the query asks for', async () => {
    await put('plain')
    const got = await get('plain', { ResponseContentType: 'text/x', ResponseContentDisposition: 'inline' })
    expect(got).toMatchObject({ ContentType: 'text/x', ContentDisposition: 'inline' })
    await expect(get('plain', { ResponseContentDisposition: 'a\nb' })).rejects.toMatchObject(
      fails('InvalidArgument', 400),
    )
  })

  it('tells its storage class unless it is the usual one', async () => {
    await put('class', { StorageClass: 'STANDARD_IA' })
    expect((await head('class')).StorageClass).toBe('STANDARD_IA')
    await put('class', { StorageClass: 'STANDARD' })
    expect((await head('class')).StorageClass).toBeUndefined()
    await expect(put('class', { StorageClass: 'OUTPOSTS' })).rejects.toMatchObject(
      fails('InvalidStorageClass', 400),
    )
    await put('frozen', { StorageClass: 'GLACIER' })
    await expect(get('frozen')).rejects.toMatchObject(fails('InvalidObjectState', 403))
  })

  it('has tags, which can be changed', async () => {
    await put('tags', { Tagging: 'a=b%20c' })
    const tags = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'tags' }))).TagSet
    expect(await tags()).toEqual([{ Key: 'a', Value: 'b c' }])
    const TagSet = [{ Key: 'x', Value: 'y' }]
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: 'tags', Tagging: { TagSet } }))
    expect(await tags()).toEqual(TagSet)
    expect((await get('tags')).text).toBe('content')
    await expect(put('tags', { Tagging: 'a=1&a=2' })).rejects.toMatchObject(fails('InvalidArgument', 400))
  })

  it('has no more than 2 KB of metadata', async () => {
    await expect(put('meta', { Metadata: { x: 'y'.repeat(2048) } })).rejects.toMatchObject(
      fails('MetadataTooLarge', 400),
    )
  })
})

describe('conditions', () => {
  const etag = `"${md5('content')}"`
  const second = 1000
  it('of reads', async () => {
    await put('if')
    const at = (offset: number) => new Date(now + offset * second)
    const notModified = { $metadata: { httpStatusCode: 304 } }
    const failed = { $metadata: { httpStatusCode: 412 } }
    await get('if', { IfMatch: etag })
    await get('if', { IfMatch: '*' })
    await expect(get('if', { IfMatch: '"x"' })).rejects.toMatchObject(fails('PreconditionFailed', 412))
    await expect(head('if', { IfMatch: '"x"' })).rejects.toMatchObject(failed)
    await get('if', { IfNoneMatch: '"x"' })
    await expect(get('if', { IfNoneMatch: etag })).rejects.toMatchObject(notModified)
    await get('if', { IfModifiedSince: at(-2) })
    await expect(get('if', { IfModifiedSince: at(0) })).rejects.toMatchObject(notModified)
    await get('if', { IfUnmodifiedSince: at(0) })
    await expect(get('if', { IfUnmodifiedSince: at(-2) })).rejects.toMatchObject(failed)
    // The tag decides where both are given.
    await get('if', { IfMatch: etag, IfUnmodifiedSince: at(-2) })
    await expect(get('if', { IfNoneMatch: etag, IfModifiedSince: at(-2) })).rejects.toMatchObject(notModified)
    await get('if', { IfNoneMatch: '"x"', IfModifiedSince: at(0) })
  })

  it('of writes', async () => {
    await put('once', { IfNoneMatch: '*' })
    await expect(put('once', { IfNoneMatch: '*' })).rejects.toMatchObject(fails('PreconditionFailed', 412))
    await expect(put('once', { IfNoneMatch: etag })).rejects.toMatchObject(fails('NotImplemented', 501))
    await put('once', { IfMatch: etag, Body: 'second' })
    await expect(put('once', { IfMatch: etag })).rejects.toMatchObject(fails('PreconditionFailed', 412))
    await expect(put('never', { IfMatch: etag })).rejects.toMatchObject(fails('NoSuchKey', 404))
    expect((await get('once')).text).toBe('second')
  })

  it('let one of several writers through', async () => {
    const writers = Array.from({ length: 8 }, (_, i) =>
      put('race', { IfNoneMatch: '*', Body: `writer ${i}` }),
    )
    const results = await Promise.allSettled(writers)
    expect(results.filter((r) => r.status === 'fulfilled')).toHaveLength(1)
  })

  it('of deletion', async () => {
    await put('gone')
    const remove = (IfMatch: string) => client.send(new DeleteObjectCommand({ Bucket, Key: 'gone', IfMatch }))
    await expect(remove('"x"')).rejects.toMatchObject(fails('PreconditionFailed', 412))
    await remove(etag)
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
  })
})

describe('checksums', () => {
  const body = randomBytes(20_000)
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    '%s is verified, kept and given back',
    async (algorithm) => {
      const sent = await put('sum', { Body: body, ChecksumAlgorithm: algorithm })
      const name = `Checksum${algorithm}` as const
      expect(sent[name]).toMatch(/^[A-Za-z0-9+/]+=*$/)
      expect(await head('sum', { ChecksumMode: 'ENABLED' })).toMatchObject({
        [name]: sent[name],
        ChecksumType: 'FULL_OBJECT',
      })
      expect((await head('sum'))[name]).toBeUndefined()
      expect((await get('sum', { ChecksumMode: 'ENABLED', Range: 'bytes=0-9' }))[name]).toBeUndefined()
      const wrong = Buffer.alloc(Buffer.from(sent[name] ?? '', 'base64').length).toString('base64')
      await expect(put('sum', { Body: body, [name]: wrong })).rejects.toMatchObject(fails('BadDigest', 400))
      await expect(put('sum', { Body: body, [name]: 'abc' })).rejects.toMatchObject(
        fails('InvalidRequest', 400),
      )
    },
  )

  it.each(['CRC32', 'SHA256'] as const)('%s may come in the trailer', async (algorithm) => {
    const sent = await put('sum', {
      Body: Readable.from([body]),
      ContentLength: body.length,
      ChecksumAlgorithm: algorithm,
    })
    expect(await head('sum', { ChecksumMode: 'ENABLED' })).toMatchObject({
      [`Checksum${algorithm}`]: sent[`Checksum${algorithm}`],
    })
  })

  it('Content-MD5 is verified', async () => {
    const right = createHash('md5').update(body).digest('base64')
    await put('md5', { Body: body, ContentMD5: right })
    const wrong = createHash('md5').update('x').digest('base64')
    await expect(put('md5', { Body: body, ContentMD5: wrong })).rejects.toMatchObject(fails('BadDigest', 400))
    await expect(put('md5', { Body: body, ContentMD5: 'abc' })).rejects.toMatchObject(
      fails('InvalidDigest', 400),
    )
  })
})

describe('encryption', () => {
  const sse = 'aws:kms'
  const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/k1'
  it('with a KMS key is told in every answer, and hides the MD5', async () => {
    const sent = await put('kms', { ServerSideEncryption: sse, SSEKMSKeyId: 'k1', BucketKeyEnabled: true })
    expect(sent).toMatchObject({ ServerSideEncryption: sse, SSEKMSKeyId: keyArn, BucketKeyEnabled: true })
    expect(sent.ETag).not.toBe(`"${md5('content')}"`)
    expect(await head('kms')).toMatchObject({
      ServerSideEncryption: sse,
      SSEKMSKeyId: keyArn,
      ETag: sent.ETag,
    })
  })

  it('refuses a key without the header that needs it', async () => {
    await expect(put('kms', { SSEKMSKeyId: 'k1' })).rejects.toMatchObject({
      ...fails('InvalidArgument', 400),
      message: expect.stringContaining('requires HTTP header x-amz-server-side-encryption'),
    })
    await expect(put('kms', { SSEKMSKeyId: 'k1', ServerSideEncryption: 'AES256' })).rejects.toMatchObject(
      fails('InvalidArgument', 400),
    )
    await expect(put('kms', { ServerSideEncryption: 'rot13' as 'AES256' })).rejects.toMatchObject(
      fails('InvalidArgument', 400),
    )
  })

  it('is the bucket’s where the request names none', async () => {
    const other = 'encrypted'
    await client.send(new CreateBucketCommand({ Bucket: other }))
    const Rules = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: sse, KMSMasterKeyID: keyArn } },
    ] as const
    await client.send(
      new PutBucketEncryptionCommand({
        Bucket: other,
        ServerSideEncryptionConfiguration: { Rules: [...Rules] },
      }),
    )
    expect(await put('k', { Bucket: other })).toMatchObject({
      ServerSideEncryption: sse,
      SSEKMSKeyId: keyArn,
    })
  })
})

describe('canned ACLs', () => {
  it('are lenient by default, but never public while public ACLs are blocked', async () => {
    await put('acl', { ACL: 'bucket-owner-full-control' })
    await put('acl', { ACL: 'private' })
    await expect(put('acl', { ACL: 'public-read' })).rejects.toMatchObject(fails('AccessDenied', 403))
    await expect(put('acl', { ACL: 'none' as 'private' })).rejects.toMatchObject(
      fails('InvalidArgument', 400),
    )
    await expect(put('acl', { GrantRead: 'id=1' })).rejects.toMatchObject(
      fails('AccessControlListNotSupported', 400),
    )
  })

  it('but for one are refused when asked to be strict, unless the bucket has ACLs', async () => {
    const strict = await startS3({ strictAcl: true })
    const c = strict.client()
    await c.send(new CreateBucketCommand({ Bucket }))
    const send = (ACL: 'private' | 'bucket-owner-full-control') =>
      c.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL }))
    await send('bucket-owner-full-control')
    await expect(send('private')).rejects.toMatchObject(fails('AccessControlListNotSupported', 400))
    const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }]
    await c.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
    await send('private')
    await strict.close()
  })
})

describe('copying', () => {
  it('takes metadata along, or replaces it', async () => {
    await put('from/a b+ü', {
      ContentType: 'text/a',
      Metadata: { a: '1' },
      Tagging: 't=1',
      StorageClass: 'STANDARD_IA',
    })
    const CopySource = `${Bucket}/${encodeURIComponent('from/a b+ü')}`
    const copied = await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }))
    expect(copied.CopyObjectResult?.ETag).toBe(`"${md5('content')}"`)
    expect(await get('to')).toMatchObject({ ContentType: 'text/a', Metadata: { a: '1' }, TagCount: 1 })
    expect((await head('to')).StorageClass).toBeUndefined()
    const replaced = { MetadataDirective: 'REPLACE', ContentType: 'text/b', Metadata: { b: '2' } } as const
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ...replaced }))
    expect(await get('to')).toMatchObject({ ContentType: 'text/b', Metadata: { b: '2' } })
  })

  it('keeps the conditions on its source', async () => {
    await put('src')
    const copy = (input: object) =>
      client.send(new CopyObjectCommand({ Bucket, Key: 'dst', CopySource: `/${Bucket}/src`, ...input }))
    await copy({ CopySourceIfMatch: `"${md5('content')}"` })
    await expect(copy({ CopySourceIfMatch: '"x"' })).rejects.toMatchObject(fails('PreconditionFailed', 412))
    await expect(copy({ CopySourceIfNoneMatch: '*' })).rejects.toMatchObject(fails('PreconditionFailed', 412))
    await expect(copy({ IfNoneMatch: '*' })).rejects.toMatchObject(fails('PreconditionFailed', 412))
  })

  it('refuses what makes no sense', async () => {
    const copy = (CopySource: string, Key = 'dst') =>
      client.send(new CopyObjectCommand({ Bucket, Key, CopySource }))
    await expect(copy(`${Bucket}/none`)).rejects.toMatchObject(fails('NoSuchKey', 404))
    await expect(copy('nobucket/none')).rejects.toMatchObject(fails('NoSuchBucket', 404))
    await expect(copy('nokey')).rejects.toMatchObject(fails('InvalidArgument', 400))
    await expect(copy(`${Bucket}/src`, 'src')).rejects.toMatchObject(fails('InvalidRequest', 400))
  })
})

describe('versions', () => {
  it('are not kept: there is the one that is called null', async () => {
    await put('version')
    expect((await get('version', { VersionId: 'null' })).text).toBe('content')
    await expect(get('version', { VersionId: 'v1' })).rejects.toMatchObject(fails('NoSuchVersion', 404))
    const remove = (VersionId: string) =>
      client.send(new DeleteObjectCommand({ Bucket, Key: 'version', VersionId }))
    await expect(remove('v1')).rejects.toMatchObject(fails('NoSuchVersion', 404))
    const Objects = [{ Key: 'version', VersionId: 'v1' }]
    const many = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(many.Errors).toMatchObject([{ Code: 'NoSuchVersion' }])
    await remove('null')
    await expect(get('version')).rejects.toMatchObject(fails('NoSuchKey', 404))
  })
})

describe('deleting many', () => {
  it('tells each key, or only what failed', async () => {
    await put('d1')
    await put('d & 2')
    const remove = (Objects: { Key: string; ETag?: string }[], Quiet: boolean) =>
      client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet } }))
    const told = await remove([{ Key: 'd1' }, { Key: 'never there' }], false)
    expect(told.Deleted?.map((d) => d.Key)).toEqual(['d1', 'never there'])
    const quiet = await remove([{ Key: 'd & 2', ETag: '"x"' }, { Key: 'd1' }], true)
    expect(quiet.Deleted).toBeUndefined()
    expect(quiet.Errors).toEqual([{ Key: 'd & 2', Code: 'PreconditionFailed', Message: expect.any(String) }])
    await remove([{ Key: 'd & 2' }], true)
    await expect(get('d & 2')).rejects.toMatchObject(fails('NoSuchKey', 404))
  })

  it('takes a thousand keys and no more', async () => {
    const Objects = Array.from({ length: 1001 }, (_, i) => ({ Key: `many/${i}` }))
    const remove = (n: number) =>
      client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(0, n) } }))
    expect((await remove(1000)).Deleted).toHaveLength(1000)
    await expect(remove(1001)).rejects.toMatchObject(fails('MalformedXML', 400))
  })
})
