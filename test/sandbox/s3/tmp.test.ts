import { Readable } from 'node:stream'
import * as S from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { startS3 } from './server.ts'

it('smoke', async () => {
  const t = await startS3()
  const c = t.client()
  console.log(await c.send(new S.CreateBucketCommand({ Bucket: 'bkt' })))
  const r = await c.send(
    new S.PutObjectCommand({ Bucket: 'bkt', Key: 'a/b c+ü.txt', Body: 'hello', Metadata: { x: 'y' } }),
  )
  console.log(r)
  console.log(
    await c.send(
      new S.PutObjectCommand({
        Bucket: 'bkt',
        Key: 'stream',
        Body: Readable.from([Buffer.alloc(100000, 1), Buffer.alloc(100000, 2)]),
        ContentLength: 200000,
      }),
    ),
  )
  const g = await c.send(new S.GetObjectCommand({ Bucket: 'bkt', Key: 'a/b c+ü.txt' }))
  console.log(g.Metadata, await g.Body!.transformToString(), g)
  console.log(await c.send(new S.ListObjectsV2Command({ Bucket: 'bkt', Delimiter: '/' })))
  const u = await c.send(new S.CreateMultipartUploadCommand({ Bucket: 'bkt', Key: 'mp' }))
  console.log(u)
  const p = await c.send(
    new S.UploadPartCommand({
      Bucket: 'bkt',
      Key: 'mp',
      UploadId: u.UploadId,
      PartNumber: 1,
      Body: Buffer.alloc(6 << 20, 3),
    }),
  )
  const p2 = await c.send(
    new S.UploadPartCopyCommand({
      Bucket: 'bkt',
      Key: 'mp',
      UploadId: u.UploadId,
      PartNumber: 2,
      CopySource: 'bkt/stream',
      CopySourceRange: 'bytes=10-99',
    }),
  )
  console.log(
    p,
    p2,
    await c.send(new S.ListPartsCommand({ Bucket: 'bkt', Key: 'mp', UploadId: u.UploadId })),
    await c.send(new S.ListMultipartUploadsCommand({ Bucket: 'bkt' })),
  )
  console.log(
    await c.send(
      new S.CompleteMultipartUploadCommand({
        Bucket: 'bkt',
        Key: 'mp',
        UploadId: u.UploadId,
        MultipartUpload: {
          Parts: [
            { PartNumber: 1, ETag: p.ETag, ChecksumCRC32: p.ChecksumCRC32 },
            { PartNumber: 2, ETag: p2.CopyPartResult!.ETag, ChecksumCRC32: p2.CopyPartResult!.ChecksumCRC32 },
          ],
        },
      }),
    ),
  )
  console.log(await c.send(new S.HeadObjectCommand({ Bucket: 'bkt', Key: 'mp' })))
  await c.send(
    new S.PutBucketPolicyCommand({
      Bucket: 'bkt',
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::bkt/*',
            Condition: { StringEquals: { 'AWS:SourceArn': 'arn:aws:cloudfront::1:distribution/E' } },
          },
        ],
      }),
    }),
  )
  console.log(await c.send(new S.GetBucketPolicyStatusCommand({ Bucket: 'bkt' })))
  const t2 = await t.restart()
  console.log(await t2.client().send(new S.ListObjectsCommand({ Bucket: 'bkt' })))
  console.log(t.s3.log)
  await t2.close()
})
