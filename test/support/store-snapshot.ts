import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'

/** Everything in a bucket that a program could change: keys, their content's tag and date, open uploads and their parts. */
export async function snapshot(client: S3Client, bucket: string): Promise<string[]> {
  const lines: string[] = []
  for (let token: string | undefined, more = true; more; ) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, ...(token !== undefined && { ContinuationToken: token }) }),
    )
    for (const { Key, ETag, Size, LastModified } of page.Contents ?? [])
      lines.push(`object ${Key} ${ETag} ${Size} ${LastModified?.toISOString()}`)
    token = page.NextContinuationToken
    more = token !== undefined
  }
  const { Uploads = [], IsTruncated } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  if (IsTruncated) throw new Error('more than a thousand open uploads')
  for (const { Key = '', UploadId = '', Initiated } of Uploads) {
    const held = await client
      .send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'NoSuchUpload') return undefined
        throw error
      })
    // It ended since it was listed.
    if (held === undefined) continue
    const parts = (held.Parts ?? []).map(({ PartNumber, ETag }) => `${PartNumber}:${ETag}`).join(',')
    lines.push(`upload ${Key} ${UploadId} ${Initiated?.toISOString()} ${parts}`)
  }
  return lines.sort()
}
