import {
  bytesOf,
  type Change,
  keyIn,
  only,
  part,
  type ServerMutant,
  status,
  withBody,
  withHeaders,
  withXml,
} from './server.ts'

const mutant = (
  name: string,
  source: string,
  breakServer: () => Change,
  also?: readonly string[],
): ServerMutant => ({
  name,
  source,
  breakServer,
  ...(also && { also }),
})

const objectElement = /<Contents>.*?<\/Contents>/gs

export const serverMutants: readonly ServerMutant[] = [
  mutant('PutObject: says yes and stores nothing', 'unknown requests that fall through (npm 2.2)', () =>
    only('PutObject', async () => withHeaders(status(200, ''), { etag: '"0"' })),
  ),
  {
    ...mutant('PutObject: an ACL is denied', 'npm 2.4: radosgw with BlockPublicAcls', () =>
      only('PutObject', async (request, pass) =>
        'x-amz-acl' in request.headers ? status(403, 'AccessDenied') : pass(),
      ),
    ),
    denied: true,
  },
  mutant('PutObject: an existing object stays', 'If-None-Match by default (npm 2.2)', () => {
    const known = new Set<string>()
    return only('PutObject', async (request, pass) => {
      if (known.has(request.path)) return withHeaders(status(200, ''), { etag: '"0"' })
      known.add(request.path)
      return pass()
    })
  }),
  mutant('PutObject: an empty object is refused', 'stores without empty objects (registry 4.3)', () =>
    only('PutObject', async (request, pass) =>
      Buffer.byteLength((request.body as Uint8Array) ?? '') === 0 ? status(400, 'InvalidRequest') : pass(),
    ),
  ),
  mutant('GetObject: Range is ignored', 'emulate (npm 2.2)', () =>
    only('GetObject', async (request, pass) => {
      const answer = await pass()
      if (request.headers.range === undefined || answer.response.statusCode !== 206) return answer
      const whole = Number(/\/(\d+)$/.exec(answer.response.headers['content-range'] ?? '')?.[1])
      return withBody(
        { response: { ...withHeaders(answer, { 'content-range': undefined }).response, statusCode: 200 } },
        Buffer.alloc(whole),
      )
    }),
  ),
  mutant('GetObject: a range begins one byte late', 'inclusive ranges (faults 5.3)', () =>
    only('GetObject', async (request, pass) => {
      const answer = await pass()
      if (request.headers.range === undefined || answer.response.statusCode !== 206) return answer
      return withBody(answer, (await bytesOf(answer)).subarray(1))
    }),
  ),
  mutant('GetObject: a range past the end is 404', 'error codes mixed up (npm 2.2)', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 416 ? status(404, 'NoSuchKey') : answer
    }),
  ),
  mutant('GetObject: a range past the end is 400', 'error codes mixed up (npm 2.2)', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 416 ? status(400, 'InvalidArgument') : answer
    }),
  ),
  mutant('GetObject: missing is 403', 'no s3:ListBucket (T-35)', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 404 ? status(400, 'InvalidRequest') : answer
    }),
  ),
  mutant('GetObject: missing is an empty object', 'proxies that answer 200', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 404 ? withBody(status(200, ''), '') : answer
    }),
  ),
  mutant('GetObject: a bit is wrong', 'bit rot (faults 5.4)', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      if (answer.response.statusCode >= 300) return answer
      const bytes = await bytesOf(answer)
      if (bytes.length > 0) bytes[0] = (bytes[0] ?? 0) ^ 1
      return withBody(answer, bytes)
    }),
  ),
  mutant('GetObject: objects above 1 MiB end early', 'truncation with a right length (faults 5.3)', () =>
    only('GetObject', async (_, pass) => {
      const answer = await pass()
      if (answer.response.statusCode >= 300) return answer
      return withBody(answer, (await bytesOf(answer)).subarray(0, 1_048_000))
    }),
  ),
  mutant('GetObject: the answer before this one', 'caches that mix up keys', () => {
    let last: Buffer | undefined
    return only('GetObject', async (_, pass) => {
      const answer = await pass()
      if (answer.response.statusCode >= 300) return answer
      const bytes = await bytesOf(answer)
      const before = last ?? bytes
      last = bytes
      return withBody(withHeaders(answer, { 'x-amz-checksum-crc32': undefined }), before)
    })
  }),
  mutant('HeadObject: the length is zero', 'HEAD as GET without a body (faults 5.3)', () =>
    only('HeadObject', async (_, pass) => withHeaders(await pass(), { 'content-length': '0' })),
  ),
  mutant('HeadObject: everything is missing', 'stores without HEAD (T-45)', () =>
    only('HeadObject', async () => status(404, 'NotFound')),
  ),
  mutant('HeadObject: a missing object is there', 'unknown requests that fall through', () =>
    only('HeadObject', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 404
        ? withHeaders(status(200, ''), { 'content-length': '0' })
        : answer
    }),
  ),
  mutant('HeadObject: no storage class, no encryption', 'headers that are not kept (npm 2.2)', () =>
    only('HeadObject', async (_, pass) =>
      withHeaders(await pass(), {
        'x-amz-storage-class': undefined,
        'x-amz-server-side-encryption': undefined,
        'x-amz-server-side-encryption-aws-kms-key-id': undefined,
      }),
    ),
  ),
  mutant('HeadObject: the modification time is in local time', 'clocks and zones', () =>
    only('HeadObject', async (_, pass) =>
      withHeaders(await pass(), { 'last-modified': new Date(Date.now() + 7_200_000).toUTCString() }),
    ),
  ),
  mutant('ListObjectsV2: start-after is ignored', 'T-45', () =>
    only('ListObjectsV2', async (request, pass) => {
      if (request.query?.['start-after'] === undefined) return pass()
      return withXml(await pass(), (xml) =>
        xml.replace(objectElement, '').replace('<ListBucketResult', '<ListBucketResult'),
      )
    }),
  ),
  mutant('ListObjectsV2: the delimiter is ignored', 'npm 2.2', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) =>
        xml.replace(
          /<CommonPrefixes><Prefix>(.*?)<\/Prefix><\/CommonPrefixes>/gs,
          '<Contents><Key>$1deep/file</Key><Size>1</Size></Contents>',
        ),
      ),
    ),
  ),
  mutant('ListObjectsV2: common prefixes are missing', 'emulate, s3rver (npm 2.2)', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<CommonPrefixes>.*?<\/CommonPrefixes>/gs, '')),
    ),
  ),
  mutant('ListObjectsV2: never says that it goes on', 'fauxqs (npm 2.2)', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) =>
        xml
          .replace('<IsTruncated>true', '<IsTruncated>false')
          .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/s, ''),
      ),
    ),
  ),
  mutant('ListObjectsV2: goes on without saying where', 's3rver (npm 2.2)', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/s, '')),
    ),
  ),
  mutant('ListObjectsV2: a thousandth key is lost between pages', 'paging off by one (T-38)', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => {
        const elements = xml.match(objectElement) ?? []
        return elements.length < 1000 ? xml : xml.replace(elements.at(-1) ?? '', '')
      }),
    ),
  ),
  mutant('ListObjectsV2: the order is backwards', 'stores sorted by hash or time (registry 4.7)', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => {
        const elements = xml.match(objectElement) ?? []
        let index = elements.length
        return xml.replace(objectElement, () => elements[--index] ?? '')
      }),
    ),
  ),
  mutant('ListObjectsV2: sorted without regard to punctuation', 'locale order (registry 4.7)', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => {
        const sorted = [...(xml.match(objectElement) ?? [])].sort((a, b) =>
          keyIn(a).replace(/[^a-z0-9]/g, '') < keyIn(b).replace(/[^a-z0-9]/g, '') ? -1 : 1,
        )
        let index = 0
        return xml.replace(objectElement, () => sorted[index++] ?? '')
      }),
    ),
  ),
  mutant('ListObjectsV2: sizes are zero', 'npm 2.2', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<Size>\d+/g, '<Size>0')),
    ),
  ),
  mutant('ListObjectsV2: shows what it showed first', 'eventual consistency (faults 5.1)', () => {
    const first = new Map<string, Buffer>()
    return only('ListObjectsV2', async (request, pass) => {
      const what = JSON.stringify(request.query)
      const answer = await pass()
      const bytes = first.get(what) ?? (await bytesOf(answer))
      first.set(what, bytes)
      return withBody(answer, bytes)
    })
  }),
  mutant('ListObjectsV2: is not implemented', 'stores with version 1 only (T-45)', () =>
    only('ListObjectsV2', async () => status(501, 'NotImplemented')),
  ),
  mutant('DeleteObjects: says yes and deletes nothing', 'a quiet answer without an effect (npm 2.2)', () =>
    only('DeleteObjects', async () => withBody(status(200, ''), '<DeleteResult></DeleteResult>')),
  ),
  mutant('DeleteObjects: refuses single keys', 'errors of single keys (registry 4.6)', () =>
    only('DeleteObjects', async (request, pass) => {
      const keys = String(request.body).match(/<Key>.*?<\/Key>/gs) ?? []
      if (keys.length < 3) return pass()
      return withBody(
        status(200, ''),
        `<DeleteResult><Error>${keys[0]}<Code>AccessDenied</Code><Message>no</Message></Error><Error>${keys[1]}<Code>InternalError</Code></Error></DeleteResult>`,
      )
    }),
  ),
  mutant('DeleteObjects: is not implemented', 'emulate, swift wants Content-MD5 (npm 2.2)', () =>
    only('DeleteObjects', async () => status(400, 'MissingContentMD5')),
  ),
  mutant('CopyObject: copies nothing', 'fauxqs routes', () =>
    only('CopyObject', async () =>
      withBody(status(200, ''), '<CopyObjectResult><ETag>"0"</ETag></CopyObjectResult>'),
    ),
  ),
  mutant('CopyObject: keeps the storage class of the source', 'metadata directives (npm 2.2)', () =>
    only('CopyObject', async (request, pass) => {
      const answer = await pass()
      return request.headers['x-amz-storage-class'] === 'REDUCED_REDUNDANCY'
        ? status(400, 'InvalidStorageClass')
        : answer
    }),
  ),
  mutant('CopyObject: is not implemented', 's3rver (npm 2.2)', () =>
    only('CopyObject', async () => status(501, 'NotImplemented')),
  ),
  mutant('CreateMultipartUpload: the same id for one key', 'uploads by key instead of by id', () => {
    const ids = new Map<string, Buffer>()
    return only('CreateMultipartUpload', async (request, pass) => {
      const known = ids.get(request.path)
      const answer = await pass()
      const bytes = await bytesOf(answer)
      if (known === undefined) ids.set(request.path, bytes)
      return withBody(answer, known ?? bytes)
    })
  }),
  mutant('CreateMultipartUpload: is not implemented', 'emulate (npm 2.2)', () =>
    only('CreateMultipartUpload', async () => status(501, 'NotImplemented')),
  ),
  mutant('UploadPart: the second part is lost', 'parts forgotten (faults 5.3)', () =>
    only('UploadPart', async (request, pass) =>
      part(request) === 2
        ? withHeaders(status(200, ''), { etag: '"d41d8cd98f00b204e9800998ecf8427e"' })
        : pass(),
    ),
  ),
  mutant('UploadPart: no part above 5 MiB', 'limits of bodies in front of a store', () =>
    only('UploadPart', async (request, pass) =>
      (request.body as Uint8Array).length > 5_242_880 ? status(413, 'EntityTooLarge') : pass(),
    ),
  ),
  mutant(
    'UploadPart: parts of unequal length are refused',
    'equal-part rule (faults 5.3)',
    () => {
      const first = new Map<string, number>()
      return only('UploadPart', async (request, pass) => {
        const id = String(request.query?.uploadId)
        const { length } = request.body as Uint8Array
        const should = first.get(id) ?? length
        first.set(id, should)
        return length > should ? status(400, 'InvalidPart') : pass()
      })
    },
    ['uploads/OtherChunk'],
  ),
  mutant('UploadPart: an empty part is refused', 'empty commits (registry 4.3)', () =>
    only('UploadPart', async (request, pass) =>
      (request.body as Uint8Array | undefined)?.length ? pass() : status(400, 'MalformedXML'),
    ),
  ),
  mutant('UploadPart: no ETag', 'npm 2.2: radosgw on completion', () =>
    only('UploadPart', async (_, pass) => withHeaders(await pass(), { etag: undefined })),
  ),
  mutant('ListParts: sizes are missing', 'npm 2.2', () =>
    only('ListParts', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<Size>\d+<\/Size>/g, '')),
    ),
  ),
  mutant('ListParts: is not implemented', 's3rver, emulate, fauxqs (npm 2.2)', () =>
    only('ListParts', async () => status(501, 'NotImplemented')),
  ),
  mutant('ListParts: only the first part', 'paging that ends at once (T-38)', () =>
    only('ListParts', async (_, pass) =>
      withXml(await pass(), (xml) => {
        const [, ...rest] = xml.match(/<Part>.*?<\/Part>/gs) ?? []
        return rest.reduce((text, element) => text.replace(element, ''), xml)
      }),
    ),
  ),
  mutant('ListMultipartUploads: always empty', 'fauxqs (npm 2.2)', () =>
    only('ListMultipartUploads', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<Upload>.*?<\/Upload>/gs, '')),
    ),
  ),
  mutant('ListMultipartUploads: is not implemented', 's3rver (npm 2.2, 2.5)', () =>
    only('ListMultipartUploads', async () => status(501, 'NotImplemented')),
  ),
  mutant('ListMultipartUploads: aborted and completed ones stay', 'npm 2.2: abort then NoSuchUpload', () => {
    const seen = new Map<string, string>()
    return only('ListMultipartUploads', async (request, pass) =>
      withXml(await pass(), (xml) => {
        for (const element of xml.match(/<Upload>.*?<\/Upload>/gs) ?? [])
          seen.set(/<UploadId>(.*?)</.exec(element)?.[1] ?? '', element)
        const prefix = String(request.query?.prefix ?? '')
        const all = [...seen.values()].filter((element) => keyIn(element).startsWith(prefix))
        return xml
          .replace(/<Upload>.*?<\/Upload>/gs, '')
          .replace('</ListMultipartUploadsResult>', `${all.join('')}</ListMultipartUploadsResult>`)
      }),
    )
  }),
  mutant('ListMultipartUploads: the dates are all the same', 'orphans adopted by a resume (faults 5.2)', () =>
    only('ListMultipartUploads', async (_, pass) =>
      withXml(await pass(), (xml) =>
        xml.replace(/<Initiated>.*?<\/Initiated>/gs, '<Initiated>2020-01-01T00:00:00.000Z</Initiated>'),
      ),
    ),
  ),
  mutant(
    'CompleteMultipartUpload: says yes and makes nothing',
    'an error inside a 200 that is not seen',
    () =>
      only('CompleteMultipartUpload', async () =>
        withBody(
          status(200, ''),
          '<CompleteMultipartUploadResult><ETag>"0-1"</ETag></CompleteMultipartUploadResult>',
        ),
      ),
  ),
  mutant('CompleteMultipartUpload: always fails inside a 200', 'documented by S3', () =>
    only('CompleteMultipartUpload', async () =>
      withBody(status(200, ''), '<Error><Code>InvalidPart</Code><Message>no</Message></Error>'),
    ),
  ),
  mutant('AbortMultipartUpload: says yes and keeps it', 'npm 2.2', () =>
    only('AbortMultipartUpload', async () => status(204, '')),
  ),
  mutant('AbortMultipartUpload: is not implemented', 'npm 2.2', () =>
    only('AbortMultipartUpload', async () => status(501, 'NotImplemented')),
  ),
  mutant('UploadPartCopy: the range is ignored', 'npm 2.2', () =>
    only('UploadPartCopy', async (request, pass) => {
      const answer = await pass()
      return part(request) > 1
        ? withXml(
            answer,
            () => '<CopyPartResult><ETag>"d41d8cd98f00b204e9800998ecf8427e"</ETag></CopyPartResult>',
          )
        : answer
    }),
  ),
  mutant('UploadPartCopy: is not implemented', 's3rver, fauxqs (npm 2.2)', () =>
    only('UploadPartCopy', async () => status(501, 'NotImplemented')),
  ),
]
