import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import {
  type Behind,
  bytesOf,
  type Change,
  keyIn,
  only,
  type ServerMutant,
  status,
  uploadsIn,
  withBody,
  withHeaders,
  withXml,
} from './server.ts'

/**
 * Stores with a defect, written from the sources alone: the S3 operations that the registry needs, and what is known
 * of other stores; none with a case in view. A defect that no case caught became a case.
 */

const mutant = (
  name: string,
  source: string,
  breakServer: (behind: Behind) => Change,
  more: Partial<ServerMutant> = {},
): ServerMutant => ({ name, source, breakServer, ...more })

/** The keys that were written by one operation, by the paths of their requests. */
function remembering(
  written: string,
  seen: string,
  change: (answer: Awaited<ReturnType<Change>>) => Awaited<ReturnType<Change>>,
): Change {
  const paths = new Set<string>()
  const remember = only(written, async (request, pass) => {
    paths.add(request.path)
    return pass()
  })
  return only(
    seen,
    async (request, pass) => (paths.has(request.path) ? change(await pass()) : pass()),
    remember,
  )
}

const contents: readonly ServerMutant[] = [
  mutant('PutObject: an ACL is refused', 'npm 2.5: every write has one', () =>
    only('PutObject', async (request, pass) =>
      'x-amz-acl' in request.headers ? status(400, 'AccessControlListNotSupported') : pass(),
    ),
  ),
  mutant('PutObject: any storage class but STANDARD is refused', 'npm 2.4: radosgw; T-46', () =>
    only('PutObject', async (request, pass) =>
      (request.headers['x-amz-storage-class'] ?? 'STANDARD') === 'STANDARD'
        ? pass()
        : status(400, 'InvalidStorageClass'),
    ),
  ),
  mutant('PutObject: encryption is refused', 'npm 2.4: radosgw', () =>
    only('PutObject', async (request, pass) =>
      'x-amz-server-side-encryption' in request.headers ? status(400, 'InvalidRequest') : pass(),
    ),
  ),
  mutant('PutObject: encryption is forgotten', 'npm 2.2: encryption', () =>
    remembering('PutObject', 'HeadObject', (answer) =>
      withHeaders(answer, {
        'x-amz-server-side-encryption': undefined,
        'x-amz-server-side-encryption-aws-kms-key-id': undefined,
      }),
    ),
  ),
  mutant('GetObject: the first version stays', 'caches in front of a store', () => {
    const known = new Map<string, Buffer>()
    return only('GetObject', async (request, pass) => {
      const answer = await pass()
      if (answer.response.statusCode !== 200) return answer
      const bytes = known.get(request.path) ?? (await bytesOf(answer))
      known.set(request.path, bytes)
      return withBody(withHeaders(answer, { 'x-amz-checksum-crc32': undefined }), bytes)
    })
  }),
  mutant('GetObject: the length is one too many', 'faults 5.3: wrong Content-Length', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      const length = Number(answer.response.headers['content-length'])
      return answer.response.statusCode >= 300
        ? answer
        : withHeaders(answer, { 'content-length': String(length + 1) })
    }),
  ),
  mutant('GetObject: a range past the end gives everything', 'npm 2.2: 416', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 416
        ? withBody({ response: { ...answer.response, statusCode: 200 } }, 'everything')
        : answer
    }),
  ),
  mutant('GetObject: ranges are counted from one', 'npm 2.2: range', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      const range = answer.response.headers['content-range']
      return range === undefined
        ? answer
        : withHeaders(answer, {
            'content-range': range.replace(/\d+-/, (first) => `${Number.parseInt(first, 10) + 1}-`),
          })
    }),
  ),
  mutant(
    'HeadObject: the date is that of the first content',
    'registry 3: TestStatCall',
    () => {
      const first = new Map<string, string | undefined>()
      return only('HeadObject', async (request, pass) => {
        const answer = await pass()
        if (answer.response.statusCode >= 300) return answer
        if (!first.has(request.path)) first.set(request.path, answer.response.headers['last-modified'])
        return withHeaders(answer, { 'last-modified': first.get(request.path) })
      })
    },
    { also: ['stat/ModificationTimeAdvances'] },
  ),
]

const listings: readonly ServerMutant[] = [
  mutant('ListObjectsV2: keys are encoded without being asked for', 'npm 2.2: odd keys', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) =>
        xml.replace(/<Key>(.*?)<\/Key>/gs, (_, key: string) => `<Key>${encodeURIComponent(key)}</Key>`),
      ),
    ),
  ),
  mutant('ListObjectsV2: common prefixes end without the delimiter', 'npm 2.2: delimiter', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) =>
        xml.replace(/\/<\/Prefix><\/CommonPrefixes>/g, '</Prefix></CommonPrefixes>'),
      ),
    ),
  ),
  mutant('ListObjectsV2: the second page is the first again', 'npm 2.2: paging', () => {
    const first = new Map<string, Buffer>()
    return only('ListObjectsV2', async (request, pass) => {
      const answer = await pass()
      const prefix = String(request.query?.prefix)
      const again = first.get(prefix)
      if (request.query?.['continuation-token'] !== undefined && again !== undefined) {
        return withXml(withBody(answer, again), (xml) =>
          xml
            .replace('<IsTruncated>true', '<IsTruncated>false')
            .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/s, ''),
        )
      }
      const bytes = await bytesOf(answer)
      first.set(prefix, bytes)
      return withBody(answer, bytes)
    })
  }),
  mutant('ListObjectsV2: what stands beside the prefix comes too', 'npm 2.2: prefix', () =>
    only('ListObjectsV2', async (request, pass) => {
      const prefix = String(request.query?.prefix ?? '')
      return withXml(await pass(), (xml) =>
        xml.replace(
          '</ListBucketResult>',
          `<Contents><Key>${prefix.slice(0, -1)}x/beside</Key><Size>1</Size></Contents></ListBucketResult>`,
        ),
      )
    }),
  ),
  mutant('ListObjectsV2: deleted keys stay for a while', 'faults 5.1: list after delete', () => {
    const gone = new Map<string, string>()
    return only('ListObjectsV2', async (request, pass) =>
      withXml(await pass(), (xml) => {
        const now = xml.match(/<Contents>.*?<\/Contents>/gs) ?? []
        const prefix = String(request.query?.prefix ?? '')
        const before = [...gone].filter(
          ([key]) => key.startsWith(prefix) && !xml.includes(`<Key>${key}</Key>`),
        )
        for (const element of now) gone.set(keyIn(element), element)
        for (const [key] of before) gone.delete(key)
        const late =
          request.query?.delimiter === undefined ? before.map(([, element]) => element).join('') : ''
        return xml.replace('</ListBucketResult>', `${late}</ListBucketResult>`)
      }),
    )
  }),
  mutant(
    'ListObjectsV2: is refused',
    'registry 4.6: a list error looked like a missing path; 4.9',
    () => only('ListObjectsV2', async () => status(403, 'AccessDenied')),
    { denied: true },
  ),
  mutant('ListMultipartUploads: the first one alone', 'npm 2.2: list uploads', () =>
    only('ListMultipartUploads', async (_, pass) =>
      withXml(await pass(), (xml) =>
        uploadsIn(xml)
          .slice(1)
          .reduce((text, element) => text.replace(element, ''), xml),
      ),
    ),
  ),
  mutant('ListMultipartUploads: the ids are those of others', 'uploads by key instead of by id', () =>
    only('ListMultipartUploads', async (_, pass) =>
      withXml(await pass(), (xml) =>
        xml.replace(/<UploadId>.*?<\/UploadId>/gs, '<UploadId>other</UploadId>'),
      ),
    ),
  ),
  mutant('ListParts: the newest part is missing', 'listings that lag', () =>
    only('ListParts', async (_, pass) =>
      withXml(await pass(), (xml) => {
        const newest = xml.match(/<Part>.*?<\/Part>/gs)?.at(-1)
        return newest === undefined ? xml : xml.replace(newest, '')
      }),
    ),
  ),
  mutant('ListParts: an upload without parts is none', 'npm 2.5: fauxqs', () =>
    only('ListParts', async (_, pass) => {
      const answer = await pass()
      if (answer.response.statusCode !== 200) return answer
      const bytes = await bytesOf(answer)
      return bytes.includes('<Part>') ? withBody(answer, bytes) : status(404, 'NoSuchUpload')
    }),
  ),
]

const writes: readonly ServerMutant[] = [
  mutant(
    'DeleteObjects: half of the keys stay, without a word',
    'registry 4.6: errors of single keys',
    ({ client, bucket }) =>
      only('DeleteObjects', async (request) => {
        const keys = (String(request.body).match(/<Key>.*?<\/Key>/gs) ?? []).map(keyIn)
        for (const key of keys.slice(0, Math.max(1, keys.length >> 1)))
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
        return withBody(status(200, ''), '<DeleteResult></DeleteResult>')
      }),
  ),
  mutant('DeleteObjects: takes what begins alike', 'registry 4.6 before 2.6; T-39', ({ client, bucket }) =>
    only('DeleteObjects', async (request, pass) => {
      for (const key of (String(request.body).match(/<Key>.*?<\/Key>/gs) ?? []).map(keyIn)) {
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }))
        for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
      }
      return pass()
    }),
  ),
  mutant('CopyObject: an error inside a 200', 'documented by S3; faults 5.1', () =>
    only('CopyObject', async () =>
      withBody(status(200, ''), '<Error><Code>InternalError</Code><Message>no</Message></Error>'),
    ),
  ),
  mutant('CopyObject: an empty source is refused', 'registry 4.5: copies of no parts', ({ client, bucket }) =>
    only('CopyObject', async (request, pass) => {
      const source = decodeURIComponent(String(request.headers['x-amz-copy-source'])).slice(bucket.length + 1)
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: source }),
      )
      return Contents.find(({ Key }) => Key === source)?.Size === 0 ? status(400, 'InvalidRequest') : pass()
    }),
  ),
  mutant('CopyObject: conditions are not implemented', 'npm 2.4: swift', () =>
    only('CopyObject', async (request, pass) =>
      'x-amz-copy-source-if-match' in request.headers ? status(501, 'NotImplemented') : pass(),
    ),
  ),
  mutant('CopyObject: the copy is not encrypted', 'npm 2.2: replace metadata', () =>
    remembering('CopyObject', 'HeadObject', (answer) =>
      withHeaders(answer, {
        'x-amz-server-side-encryption': undefined,
        'x-amz-server-side-encryption-aws-kms-key-id': undefined,
      }),
    ),
  ),
  mutant(
    'CreateMultipartUpload: the second of a key ends the first',
    'one upload a key (faults 5.2)',
    ({ client, bucket }) =>
      only('CreateMultipartUpload', async (request, pass) => {
        const key = decodeURIComponent(request.path).slice(bucket.length + 2)
        const { Uploads = [] } = await client.send(
          new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }),
        )
        for (const { Key, UploadId } of Uploads.filter((upload) => upload.Key === key))
          await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
        return pass()
      }),
  ),
  mutant(
    'CreateMultipartUpload: the key of the encryption is lost',
    'registry 4.4: resumed uploads; T-32',
    () =>
      remembering('CreateMultipartUpload', 'HeadObject', (answer) =>
        withHeaders(answer, { 'x-amz-server-side-encryption-aws-kms-key-id': undefined }),
      ),
  ),
  mutant('CreateMultipartUpload: the storage class is lost', 'npm 2.5: every write has one', () =>
    remembering('CreateMultipartUpload', 'HeadObject', (answer) =>
      withHeaders(answer, { 'x-amz-storage-class': undefined }),
    ),
  ),
  mutant(
    'UploadPart: the parts of a path are those of its newest upload',
    'uploads by key instead of by id',
    ({ client, bucket }) =>
      only('CompleteMultipartUpload', async (request, pass) => {
        const key = decodeURIComponent(request.path).slice(bucket.length + 2)
        const { Uploads = [] } = await client.send(
          new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }),
        )
        const newest = Uploads.filter((upload) => upload.Key === key)
          .sort((a, b) => Number(a.Initiated) - Number(b.Initiated))
          .at(-1)
        return newest === undefined || newest.UploadId === request.query?.uploadId
          ? pass()
          : status(400, 'InvalidPart')
      }),
  ),
  mutant(
    'CompleteMultipartUpload: the last part is forgotten',
    'faults 5.3: forgets parts',
    ({ client, bucket }) =>
      only('CompleteMultipartUpload', async (request, pass) => {
        const parts = (String(request.body).match(/<Part>.*?<\/Part>/gs) ?? []).map((element) => ({
          PartNumber: Number(/<PartNumber>(\d+)/.exec(element)?.[1]),
          ETag: /<ETag>(.*?)<\/ETag>/s.exec(element)?.[1]?.replaceAll('&quot;', '"'),
        }))
        if (parts.length < 2) return pass()
        const done = await client.send(
          new CompleteMultipartUploadCommand({
            Bucket: bucket,
            Key: decodeURIComponent(request.path).slice(bucket.length + 2),
            UploadId: String(request.query?.uploadId),
            MultipartUpload: { Parts: parts.slice(0, -1) },
          }),
        )
        return withBody(
          status(200, ''),
          `<CompleteMultipartUploadResult><ETag>${done.ETag}</ETag></CompleteMultipartUploadResult>`,
        )
      }),
  ),
  mutant(
    'CompleteMultipartUpload: an existing object stays',
    'npm 2.2: If-None-Match',
    ({ client, bucket }) =>
      only('CompleteMultipartUpload', async (request, pass) => {
        const key = decodeURIComponent(request.path).slice(bucket.length + 2)
        const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key }))
        return Contents.some(({ Key, Size }) => Key === key && Size !== 0)
          ? status(412, 'PreconditionFailed')
          : pass()
      }),
  ),
  mutant(
    'AbortMultipartUpload: ends every upload of the key',
    'uploads by key instead of by id',
    ({ client, bucket }) =>
      only('AbortMultipartUpload', async (request, pass) => {
        const key = decodeURIComponent(request.path).slice(bucket.length + 2)
        const { Uploads = [] } = await client.send(
          new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }),
        )
        for (const { Key, UploadId } of Uploads)
          if (Key === key && UploadId !== request.query?.uploadId)
            await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
        return pass()
      }),
  ),
  mutant('AbortMultipartUpload: takes the object with it', 'abort by deletion', ({ client, bucket }) =>
    only('AbortMultipartUpload', async (request, pass) => {
      const key = decodeURIComponent(request.path).slice(bucket.length + 2)
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
      return pass()
    }),
  ),
  mutant(
    'UploadPartCopy: copies from the beginning always',
    'npm 2.2: upload part copy',
    ({ client, bucket }) => {
      const ranges = new Map<string, number>()
      void client
      return only(
        'GetObject',
        async (request, pass) => {
          const answer = await pass()
          const length = ranges.get(request.path)
          if (length === undefined || answer.response.statusCode !== 200) return answer
          const bytes = await bytesOf(answer)
          for (let at = length; at < bytes.length; at += length)
            bytes.copy(bytes, at, 0, Math.min(length, bytes.length - at))
          return withBody(withHeaders(answer, { 'x-amz-checksum-crc32': undefined }), bytes)
        },
        only('UploadPartCopy', async (request, pass) => {
          const [, first, last] = /(\d+)-(\d+)/.exec(String(request.headers['x-amz-copy-source-range'])) ?? []
          if (Number(first) === 0) ranges.set(request.path, Number(last) + 1)
          void bucket
          return pass()
        }),
      )
    },
  ),
]

/** What goes past the driver: a client follows the URL that the driver gave. */
const urls: readonly ServerMutant[] = [
  mutant('presigned: HEAD is refused', 'npm 2.5: HEAD is redirected too', () => (_, pass) => pass(), {
    breakFetch: (inner) => async (method, url, headers) =>
      method === 'HEAD' ? { status: 403, headers: {}, body: Buffer.alloc(0) } : inner(method, url, headers),
  }),
  mutant('presigned: Range is ignored', 'npm 2.2: emulate', () => (_, pass) => pass(), {
    breakFetch: (inner) => (method, url) => inner(method, url),
  }),
  mutant(
    'presigned: a changed URL is served too',
    'npm 2.2: s3rver, emulate, fauxqs',
    () => (_, pass) => pass(),
    {
      breakFetch: (inner) => async (method, url, headers) => {
        const answer = await inner(method, url, headers)
        return answer.status === 403 ? { status: 200, headers: {}, body: Buffer.from('secret') } : answer
      },
    },
  ),
  mutant(
    'presigned: another host is told',
    'T-47: redirectendpoint without forcepathstyle',
    () => (_, pass) => pass(),
    {
      breakFetch: (inner) => async (method, url, headers) =>
        inner(method, url.replace(/(https?:\/\/[^/]+)\/[^/]+\//, '$1/'), headers),
    },
  ),
]

export const blindServers: readonly ServerMutant[] = [...contents, ...listings, ...writes, ...urls]
