import { buildXml, parseXml, type XmlElement, type XmlMembers, XmlSyntaxError } from '../xml.ts'
import { type BodyOptions, readText } from './body.ts'
import { s3Error } from './errors.ts'
import type { S3Answer, S3Request } from './service.ts'

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** A 200 with an XML document in S3's namespace. */
export function xmlAnswer(
  root: string,
  content: XmlMembers,
  headers: Readonly<Record<string, string>> = {},
): S3Answer {
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml', ...headers },
    body: buildXml(root, content, namespace),
  }
}

/** A 204 without a body. */
export const noContent: S3Answer = { status: 204, headers: {} }

/** The request's body as XML whose root is `root`. Throws MalformedXML for anything else, and what readText throws. */
export async function xmlBody(
  request: S3Request,
  root: string,
  options: BodyOptions = { maxSize: 1024 * 1024 },
): Promise<XmlElement> {
  const text = await readText(request, options)
  try {
    const element = parseXml(text)
    if (element.name !== root) throw s3Error('MalformedXML')
    return element
  } catch (error) {
    throw error instanceof XmlSyntaxError ? s3Error('MalformedXML') : error
  }
}

/** Times in XML, as S3 writes them: milliseconds always zero. */
export function isoTime(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toISOString()
}
