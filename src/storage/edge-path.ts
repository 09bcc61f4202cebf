import { objectKey } from './path.ts'

/**
 * The equation that decides whether an edge finds the registry's objects (facts: registry 5.3). CloudFront
 * asks S3 for origin path + path of the viewer's URL. What the registry puts in that URL depends on the middleware:
 *   cloudfront (2.4 to main): path of baseurl + key of the object, which begins with rootdirectory
 *   redirect 2.5 to 2.8:      path of the blob; the path of baseurl is dropped
 *   redirect 3.x:             path of baseurl joined with the path of the blob
 * CloudFront joins the texts as they are, and the cloudfront middleware too: a slash too many is another key.
 * This file is the only place for the equation.
 */
export interface EdgePath {
  readonly middleware: 'cloudfront' | 'redirect'
  /** The registry's major release, since `redirect` changed in 3.0. */
  readonly major: 2 | 3
  /** The path of the middleware's `baseurl`, "" or "/" when it has none. */
  readonly basePath: string
  readonly rootDirectory: string
}

/** The path of the URL that the registry sends a client to, for a storage path. */
function viewerPath(edge: EdgePath, path: string): string {
  if (edge.middleware === 'cloudfront')
    return `${edge.basePath.replace(/\/?$/, '/')}${objectKey(edge.rootDirectory, path)}`
  return edge.major >= 3 ? `/${edge.basePath}${path}`.replace(/\/+/g, '/') : path
}

/** What stands before the storage path in the viewer's URL path, without outer slashes. */
export function viewerPrefix(edge: EdgePath): string {
  return viewerPath(edge, '').replace(/^\/+|\/+$/g, '')
}

/**
 * The origin path that makes the equation hold: "" or "/…", as the CloudFront API wants it; undefined when
 * no origin path can (baseurl's path would have to be removed, which an origin path cannot do).
 */
export function requiredOriginPath(edge: EdgePath): string | undefined {
  const key = `/${objectKey(edge.rootDirectory, '/docker')}`
  const viewer = viewerPath(edge, '/docker')
  const origin = key.slice(0, key.length - viewer.length)
  return key.endsWith(viewer) && !origin.endsWith('/') ? origin : undefined
}

/** The object keys of a storage path: the one the registry wrote, and the one the edge will ask S3 for. */
export function keysFor(
  edge: EdgePath,
  originPath: string,
  path: string,
): { readonly written: string; readonly requested: string } {
  return {
    written: objectKey(edge.rootDirectory, path),
    requested: `${originPath}${viewerPath(edge, path)}`.slice(1),
  }
}

/**
 * The URL that the registry redirects a pull of a storage path to, without a signature (facts: registry 5.2, 5.6).
 * `baseUrl` as the registry normalises it: http or https, with a slash at the end. Throws TypeError for another.
 */
export function viewerUrl(edge: EdgePath & { readonly baseUrl: string }, path: string): string {
  // The registry joins the texts and escapes nothing, so that the same bytes are signed and sent.
  if (edge.middleware === 'cloudfront') return `${edge.baseUrl}${objectKey(edge.rootDirectory, path)}`
  return `${new URL(edge.baseUrl).origin}${viewerPath(edge, path)}`
}
