import type { IncomingHttpHeaders } from 'node:http'
import { signingParameters } from '../../signing/policy.ts'
import type { ViewerUrl } from './patterns.ts'

/** A request as the edge sees it. The target is never parsed and put together again, since what was signed are its bytes. */
export interface ViewerRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** The viewer's address. */
  readonly ip: string
  /** Without the signing parameters. */
  readonly url: ViewerUrl
  /** The signing parameters of the URL or, when it has none, of the cookies; decoded, by their name in the URL. */
  readonly signing: ReadonlyMap<string, string>
}

const cookiePrefix = 'CloudFront-'

/** Takes a request's target (origin form) apart. `secure`: it came over TLS. */
export function viewerRequest(
  target: string,
  request: {
    readonly method: string
    readonly headers: IncomingHttpHeaders
    readonly ip: string
    readonly secure: boolean
  },
): ViewerRequest {
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const parameters = mark === -1 ? [] : target.slice(mark + 1).split('&')
  const own = parameters.filter((parameter) => !isSigning(parameter))
  const signing = parameters.filter(isSigning)
  const url: ViewerUrl = {
    scheme: request.secure ? 'https' : 'http',
    host: (request.headers.host ?? '').toLowerCase(),
    path,
    // `/path?` has a query, an empty one; `/path?Expires=1` has none.
    query: own.length === 0 ? undefined : own.join('&'),
  }
  return {
    method: request.method,
    headers: request.headers,
    ip: request.ip.replace(/^::ffff:/, ''),
    url,
    signing: signing.length > 0 ? pairs(signing) : pairs(signingCookies(request.headers.cookie)),
  }
}

const nameOf = (parameter: string) => parameter.split('=', 1)[0] ?? ''
const isSigning = (parameter: string) => signingParameters.includes(nameOf(parameter))

/** Decoded values by name. Of a name that comes twice the last one. */
function pairs(parameters: readonly string[]): Map<string, string> {
  return new Map(parameters.map((p) => [nameOf(p), decode(p.slice(nameOf(p).length + 1))]))
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** `CloudFront-Expires=1; …` as `Expires=1`, …. */
function signingCookies(header: string | undefined): string[] {
  return (header ?? '')
    .split(';')
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(cookiePrefix))
    .map((cookie) => cookie.slice(cookiePrefix.length))
    .filter(isSigning)
}

/** `path?query`, the URL of the request below the host. */
export const pathAndQuery = ({ path, query }: ViewerUrl): string =>
  query === undefined ? path : `${path}?${query}`
