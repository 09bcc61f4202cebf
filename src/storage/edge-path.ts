import { objectKey } from './path.ts'

/**
 * The equation that decides whether an edge finds the registry's objects (facts: registry 5.3). CloudFront
 * asks S3 for origin path + path of the viewer's URL. What the registry puts in that URL depends on the middleware:
 *   cloudfront (2.4 to main): [path of baseurl] + "/" + [rootdirectory] + path of the blob
 *   redirect 2.5 to 2.8:      path of the blob; the path of baseurl is dropped
 *   redirect 3.x:             [path of baseurl] + path of the blob
 * The object's key is [rootdirectory] + path of the blob. This file is the only place for the equation.
 */
export interface EdgePath {
  readonly middleware: 'cloudfront' | 'redirect'
  /** The registry's major release, since `redirect` changed in 3.0. */
  readonly major: 2 | 3
  /** The path of the middleware's `baseurl`, "" or "/" when it has none. */
  readonly basePath: string
  readonly rootDirectory: string
}

const normalize = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '')
    .join('/')

/** The prefix of the viewer's URL path, before `/docker/registry/…`, without outer slashes. */
export function viewerPrefix(edge: EdgePath): string {
  if (edge.middleware === 'cloudfront') return normalize(`${edge.basePath}/${edge.rootDirectory}`)
  return edge.major >= 3 ? normalize(edge.basePath) : ''
}

/**
 * The origin path that makes the equation hold: "" or "/…", as the CloudFront API wants it; undefined when
 * no origin path can (baseurl's path would have to be removed, which an origin path cannot do).
 */
export function requiredOriginPath(edge: EdgePath): string | undefined {
  const root = normalize(edge.rootDirectory)
  const viewer = viewerPrefix(edge)
  if (root === viewer) return ''
  if (viewer === '') return `/${root}`
  if (root.endsWith(`/${viewer}`)) return `/${root.slice(0, -(viewer.length + 1))}`
  return undefined
}

/** The object keys of a storage path: the one the registry wrote, and the one the edge will ask S3 for. */
export function keysFor(
  edge: EdgePath,
  originPath: string,
  path: string,
): { readonly written: string; readonly requested: string } {
  return {
    written: objectKey(edge.rootDirectory, path),
    requested: normalize(`${originPath}/${viewerPrefix(edge)}/${path}`),
  }
}

/**
 * The URL that the registry redirects a pull of a storage path to, without a signature (facts: registry 5.2, 5.6).
 * `baseUrl` as the registry normalises it: http or https, with a slash at the end. Throws TypeError for another.
 */
export function viewerUrl(edge: EdgePath & { readonly baseUrl: string }, path: string): string {
  // The registry joins the texts and escapes nothing, so that the same bytes are signed and sent.
  if (edge.middleware === 'cloudfront') return `${edge.baseUrl}${objectKey(edge.rootDirectory, path)}`
  const prefix = viewerPrefix(edge)
  return `${new URL(edge.baseUrl).origin}/${prefix === '' ? '' : `${prefix}/`}${path.replace(/^\/+/, '')}`
}
