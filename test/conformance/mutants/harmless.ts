import type { ServerMutant } from './server.ts'
import { bytesOf, only, status, withBody, withHeaders, withXml } from './server.ts'

/** Stores that are odd and sound: the registry works on them, so the suite must pass. A failure is a false alarm. */
const odd = (name: string, source: string, breakServer: ServerMutant['breakServer']): ServerMutant => ({
  name: `odd: ${name}`,
  source,
  breakServer,
})

export const harmless: readonly ServerMutant[] = [
  odd('a completion has no ETag', 'npm 2.4: radosgw', () =>
    only('CompleteMultipartUpload', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<ETag>.*?<\/ETag>/s, '<ETag></ETag>')),
    ),
  ),
  odd(
    'streamed bodies with trailers are refused',
    'npm 2.4: radosgw 411, swift 501',
    () => async (request, pass) =>
      String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-')
        ? status(501, 'NotImplemented')
        : pass(),
  ),
  odd(
    'conditional writes are refused',
    'npm 2.4: swift',
    () => async (request, pass) =>
      ('if-match' in request.headers && request.method !== 'GET') || 'if-none-match' in request.headers
        ? status(501, 'NotImplemented')
        : pass(),
  ),
  odd('an upload that is gone is NoSuchKey', 'npm 2.2: radosgw', () =>
    only('AbortMultipartUpload', async (_, pass) => {
      const answer = await pass()
      return answer.response.statusCode === 404 ? status(404, 'NoSuchKey') : answer
    }),
  ),
  odd('listings have no count', 'T-44: old radosgw', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<KeyCount>\d+<\/KeyCount>/, '')),
    ),
  ),
  odd('max-keys is not heard', 'npm 2.5: max-keys=1', () =>
    only('ListObjectsV2', async (_, pass) =>
      withXml(await pass(), (xml) => xml.replace(/<MaxKeys>\d+<\/MaxKeys>/, '<MaxKeys>1000</MaxKeys>')),
    ),
  ),
  odd('every folder has an object of no bytes', 'T-43: folders made in consoles', () =>
    only('ListObjectsV2', async (request, pass) => {
      const prefix = String(request.query?.prefix ?? '')
      const answer = await pass()
      const bytes = await bytesOf(answer)
      const text = bytes.toString('utf8')
      if (
        !prefix.endsWith('/') ||
        !/<Contents>|<CommonPrefixes>/.test(text) ||
        // A page has a thousand keys at most.
        text.includes('<IsTruncated>true') ||
        request.query?.['start-after'] ||
        request.query?.['continuation-token']
      )
        return withBody(answer, bytes)
      return withBody(
        answer,
        text.replace(
          /<Contents>|<CommonPrefixes>/,
          (first) => `<Contents><Key>${prefix}</Key><Size>0</Size></Contents>${first}`,
        ),
      )
    }),
  ),
  odd('parts are listed in any order', 'registry 4.3', () =>
    only('ListParts', async (_, pass) =>
      withXml(await pass(), (xml) => {
        const parts = xml.match(/<Part>.*?<\/Part>/gs) ?? []
        let index = parts.length
        return xml.replace(/<Part>.*?<\/Part>/gs, () => parts[--index] ?? '')
      }),
    ),
  ),
  odd('a checksum is never told', 'npm 2.2: checksums', () =>
    only('GetObject', async (_, pass) => withHeaders(await pass(), { 'x-amz-checksum-crc32': undefined })),
  ),
]
