import { ListPartsCommand } from '@aws-sdk/client-s3'
import type { TestBucket } from '../../drivers/bucket.ts'
import type { BrokenLine } from './lines.ts'
import { type Change, keyIn, only, status, withBody } from './server.ts'

/**
 * The S3 driver with one broken line, written from the sources alone: what the registry's own driver did wrong in
 * some release, or a slip that the same line invites; none with a case in view.
 */

const line = (
  name: string,
  source: string,
  file: string,
  from: string,
  to: string,
  on?: (bucket: TestBucket) => Change,
): BrokenLine => ({ name: `s3: ${name}`, source, file, from, to, ...(on && { on }) })

/** A sound store whose listings of parts come in pages of one. */
const smallPages = ({ client, bucket }: TestBucket): Change =>
  only('ListParts', async (request) => {
    const { Parts = [], ...answer } = await client.send(
      new ListPartsCommand({
        Bucket: bucket,
        Key: decodeURIComponent(request.path).slice(bucket.length + 2),
        UploadId: String(request.query?.uploadId),
        PartNumberMarker: String(request.query?.['part-number-marker'] ?? '0'),
        MaxParts: 1,
      }),
    )
    const parts = Parts.map(
      ({ PartNumber, ETag, Size }) =>
        `<Part><PartNumber>${PartNumber}</PartNumber><ETag>${ETag}</ETag><Size>${Size}</Size></Part>`,
    )
    return withBody(
      { response: { statusCode: 200, headers: { 'content-type': 'application/xml' } } },
      `<ListPartsResult><IsTruncated>${answer.IsTruncated}</IsTruncated><NextPartNumberMarker>${answer.NextPartNumberMarker}</NextPartNumberMarker>${parts.join('')}</ListPartsResult>`,
    )
  })

/** A sound store that refuses to delete one key of a batch now and then, and says so. */
const refusing: (bucket: TestBucket) => Change = () => {
  const refused = new Set<string>()
  return only('DeleteObjects', async (request, pass) => {
    const keys = (String(request.body).match(/<Key>.*?<\/Key>/gs) ?? []).map(keyIn)
    const [first] = keys
    if (keys.length < 3 || first === undefined || refused.has(first)) return pass()
    refused.add(first)
    return withBody(
      status(200, ''),
      `<DeleteResult>${keys.map((key) => `<Error><Key>${key}</Key><Code>InternalError</Code></Error>`).join('')}</DeleteResult>`,
    )
  })
}

/** Which of the keys that begin alike a deletion takes. */
const doomed = `.filter((name) => name === key || name.startsWith(\`\${key}/\`))`

export const blindLines: readonly BrokenLine[] = [
  line(
    'an upload has not the key of the encryption',
    'registry 4.4: resumed uploads; T-32',
    's3-upload.ts',
    "        ...bucket.writeHeaders,\n        ChecksumAlgorithm: 'CRC32',",
    "        ...{ ...bucket.writeHeaders, SSEKMSKeyId: undefined },\n        ChecksumAlgorithm: 'CRC32',",
  ),
  line(
    'the last part of a copy is not copied',
    'registry 4.5: parts are rounded up',
    's3-copy.ts',
    'Math.ceil(size / copyChunkSize)',
    'Math.floor(size / copyChunkSize)',
  ),
  line(
    'the last part of a copy goes past the end',
    'registry 4.5',
    's3-copy.ts',
    'Math.min(first + copyChunkSize, size) - 1',
    'first + copyChunkSize - 1',
  ),
  line(
    'a copy has none of what every write has',
    'npm 2.5: every write has a storage class',
    's3-copy.ts',
    '      ...bucket.writeHeaders,\n    } as CopyInput',
    '    } as CopyInput',
  ),
  line(
    'the upload that was listed first is resumed',
    'faults 5.2, registry 4.3',
    's3-upload.ts',
    'age(b.upload) - age(a.upload) || b.bytes - a.bytes',
    'age(a.upload) - age(b.upload) || a.bytes - b.bytes',
  ),
  line(
    'uploads of keys that begin alike are taken',
    'registry 4.3: the key must match exactly',
    's3-upload.ts',
    '.filter((upload) => upload.key === key)',
    '',
  ),
  line(
    'one page of parts is read',
    'T-38, registry 4.3 before 2.8.2',
    's3-upload.ts',
    'answer.IsTruncated === true ? answer.NextPartNumberMarker : undefined',
    'undefined',
    smallPages,
  ),
  line(
    'a folder object is a child',
    'T-43',
    's3-list.ts',
    'key !== undefined && component.test(key.slice(prefix.length))',
    'key !== undefined',
  ),
  line(
    'a folder object is a file of a walk',
    'T-43, registry 3: TestWalkEmptyUploadsDir',
    's3-list.ts',
    'if (file.test(path)) yield',
    'yield',
  ),
  line(
    'a walk does not say where it starts',
    'T-45',
    's3-list.ts',
    'startAfter !== undefined && { StartAfter: bucket.key(startAfter) }',
    'false && { StartAfter: bucket.key(startAfter ?? "") }',
  ),
  line(
    'keys that were not deleted are not told',
    'registry 4.6 up to 2.8',
    's3-list.ts',
    'if (Errors.length === 0) return',
    'if (Errors.length >= 0) return',
    refusing,
  ),
  line(
    'a deletion takes what begins alike',
    'T-39, registry 4.6 before 2.6',
    's3.ts',
    doomed,
    '.filter((name) => name.startsWith(key))',
  ),
  line(
    'a deletion stops at what begins alike',
    'T-40, registry 4.6 up to 2.8',
    's3.ts',
    doomed,
    `.filter((name, index, all) => all.slice(0, index + 1).every((one) => one === key || one.startsWith(key + '/')))`,
  ),
  line(
    'a deletion leaves the object itself',
    'registry 2: the path and everything under it',
    's3.ts',
    'return deleteKeys(bucket, path, keys)',
    'return deleteKeys(bucket, path, keys.filter((name) => name !== key))',
  ),
  line(
    'a deletion leaves the object itself where more than a page begins alike',
    'registry 2: the path and everything under it; 4.3: pages',
    's3.ts',
    'await deleteKeys(bucket, path, [key])',
    '',
  ),
  line(
    'the beginning of a name is a directory',
    'registry 4.2: Stat',
    's3.ts',
    'await page(bucket, path, { Prefix: prefixOf(bucket, path), MaxKeys: 1 })',
    'await page(bucket, path, { Prefix: bucket.key(path), MaxKeys: 1 })',
  ),
  line(
    'a move keeps its source',
    'registry 2: Move',
    's3.ts',
    'await deleteKeys(bucket, source, [bucket.key(source)])',
    '',
  ),
  line(
    'a move onto itself deletes',
    'registry 4.2: copy and delete',
    's3.ts',
    'if (source === dest) return',
    '',
  ),
  line(
    'content is written without what every write has',
    'npm 2.5',
    's3.ts',
    'Body: content, ...bucket.writeHeaders }',
    'Body: content }',
  ),
  line(
    'the URL for HEAD is one for GET',
    'registry 3: TestRedirectURL; npm 2.5: HEAD is redirected too',
    's3-presign.ts',
    '          method,\n          protocol,',
    "          method: 'GET',\n          protocol,",
  ),
  line(
    'there is a URL for every method',
    'registry 4.8: GET and HEAD only',
    's3-presign.ts',
    "if (method !== 'GET' && method !== 'HEAD') return undefined",
    "if (method !== 'GET' && method !== 'HEAD') return presign(bucket, 'GET', path)",
  ),
  line(
    'a close keeps only whole parts',
    'registry 4.3: Close uploads what is buffered',
    's3-writer.ts',
    'if (filled > 0 && fill !== undefined) await putTail(bucket, upload, sent, fill.subarray(0, filled))',
    '',
  ),
  line(
    'a resume reads only whole parts',
    'registry 4.3: the small tail is read again',
    's3-writer.ts',
    'tail: await getTail(bucket, upload, offset),',
    'tail: (await getTail(bucket, upload, offset)).subarray(0, 0),',
  ),
  line(
    'a commit drops what fills no part',
    'registry 4.3: the remainder goes on Commit',
    's3-writer.ts',
    'if (filled > 0 || parts.size === 0) sendPart()',
    'if (parts.size === 0) sendPart()',
  ),
  line(
    'a commit of nothing sends no part',
    'registry 4.3: MalformedXML',
    's3-writer.ts',
    'if (filled > 0 || parts.size === 0) sendPart()',
    'if (filled > 0) sendPart()',
  ),
  line(
    'a cancellation aborts nothing',
    'registry 4.3: Cancel aborts',
    's3-writer.ts',
    '      await abortUpload(bucket, upload)\n      await dropTails(bucket, upload)',
    '      await dropTails(bucket, upload)',
  ),
  line(
    'the size is what was sent',
    'registry 4.4: Size lags behind',
    's3-writer.ts',
    'return sent + filled',
    'return sent',
  ),
  line(
    'an append to content begins anew',
    'registry 4.4: append is for open uploads and empty content',
    's3-writer.ts',
    'if (append && (await sizeOf(path)) > 0) throw new PathNotFoundError(driverName, path)',
    'if (append) await sizeOf(path)',
  ),
  line(
    'an append to nothing begins anew',
    'registry 4.3: no upload, PathNotFound',
    's3-writer.ts',
    'if (append && (await sizeOf(path)) > 0) throw new PathNotFoundError(driverName, path)',
    '',
  ),
]
