import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Fetch } from '../../../src/conformance/case.ts'
import {
  before,
  type Handler,
  type HandlerRequest,
  type HandlerResponse,
} from '../../../src/conformance/faults.ts'

/** A store with one defect, made of a good one by changing requests and answers on their way. */
export interface ServerMutant {
  readonly name: string
  readonly source: string
  /** Cases of the full profile that are needed to see it. */
  readonly also?: readonly string[]
  /** The defect is a refusal, which the suite tells as blocked: that, too, is no pass. */
  readonly denied?: true
  /** A new defect for each run; it may keep state. */
  breakServer(behind: Behind): Change
  /** The defect of what a client sees that follows a URL. */
  breakFetch?(inner: Fetch): Fetch
}

/** The way around the defect. */
export interface Behind {
  readonly client: S3Client
  readonly bucket: string
}

export type Change = (request: HandlerRequest, pass: Pass) => Promise<Answer>
export type Pass = (request?: HandlerRequest) => Promise<Answer>
export interface Answer {
  readonly response: HandlerResponse
}

/** Puts the defect before `inner`. */
export function broken<H extends Handler>(inner: H, change: Change): H {
  return before(inner, (request, options) =>
    change(request, (changed = request) => inner.handle(changed, options)),
  )
}

const query = (request: HandlerRequest) => request.query ?? {}

/** Which S3 operation a request is. */
export function operation(request: HandlerRequest): string {
  const { method, headers } = request
  const has = (name: string) => name in query(request)
  if (method === 'GET')
    return has('list-type')
      ? 'ListObjectsV2'
      : has('uploads')
        ? 'ListMultipartUploads'
        : has('uploadId')
          ? 'ListParts'
          : 'GetObject'
  if (method === 'HEAD') return 'HeadObject'
  if (method === 'PUT') {
    const copy = 'x-amz-copy-source' in headers
    return has('uploadId') ? (copy ? 'UploadPartCopy' : 'UploadPart') : copy ? 'CopyObject' : 'PutObject'
  }
  if (method === 'POST')
    return has('uploads')
      ? 'CreateMultipartUpload'
      : has('delete')
        ? 'DeleteObjects'
        : 'CompleteMultipartUpload'
  return has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject'
}

export async function bytesOf({ response }: Answer): Promise<Buffer> {
  const chunks: Buffer[] = []
  if (response.body instanceof Readable) for await (const chunk of response.body) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The same answer with another body. */
export function withBody({ response }: Answer, body: Uint8Array | string): Answer {
  const bytes = Buffer.from(body as string)
  return {
    response: {
      ...response,
      headers: { ...response.headers, 'content-length': String(bytes.length) },
      body: Readable.from([bytes], { objectMode: false }),
    },
  }
}

/** The same answer with its XML changed. */
export async function withXml(answer: Answer, change: (xml: string) => string): Promise<Answer> {
  if (answer.response.statusCode >= 300) return answer
  return withBody(answer, change((await bytesOf(answer)).toString('utf8')))
}

export function withHeaders(
  { response }: Answer,
  change: Readonly<Record<string, string | undefined>>,
): Answer {
  const headers = Object.entries({ ...response.headers, ...change }).filter(
    ([, value]) => value !== undefined,
  )
  return { response: { ...response, headers: Object.fromEntries(headers) as Record<string, string> } }
}

export function status(statusCode: number, code: string): Answer {
  const body =
    statusCode === 204 || statusCode === 200 ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`
  return withBody({ response: { statusCode, headers: { 'content-type': 'application/xml' } } }, body)
}

/** A defect of one operation; of the others what `rest` does, by default nothing. */
export const only =
  (name: string, change: Change, rest: Change = (_, pass) => pass()): Change =>
  (request, pass) =>
    operation(request) === name ? change(request, pass) : rest(request, pass)

export const keyIn = (element: string) => /<Key>(.*?)<\/Key>/s.exec(element)?.[1] ?? ''
export const uploadsIn = (xml: string) => xml.match(/<Upload>.*?<\/Upload>/gs) ?? []

export function part(request: HandlerRequest): number {
  return Number(query(request).partNumber)
}
