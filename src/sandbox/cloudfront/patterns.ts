/** The two wildcard languages of CloudFront: path patterns of cache behaviours, and resources of custom policies. */

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** `*` is any run of characters, `?` exactly one, `\?` a question mark; everything else is itself. */
function wildcards(pattern: string): RegExp {
  const source = pattern.replace(/\\\?|[\s\S]/g, (token) => {
    if (token === '*') return '[\\s\\S]*'
    if (token === '?') return '[\\s\\S]'
    return token === '\\?' ? '\\?' : literal(token)
  })
  return new RegExp(`^${source}$`)
}

/**
 * Whether the path of a URL (encoded, without its query) is one that a cache behaviour's PathPattern names
 * (Developer Guide, "Path pattern": case counts, a leading slash is optional).
 */
export function matchesPath(pattern: string, path: string): boolean {
  return wildcards(pattern.startsWith('/') ? pattern : `/${pattern}`).test(path)
}

/** A URL as the viewer asked for it, without the signing parameters. `path` begins with a slash; `query` is what follows the `?`. */
export interface ViewerUrl {
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string | undefined
}

/**
 * Whether the Resource of a custom policy covers `url`. Matching is by section (scheme, domain, path, query): a `*`
 * stops at the end of its section, but as the last character of the path it covers a query too, and as the last of
 * the domain also the path. `*` alone covers everything; a leading `*` without `://` stands for `*://`
 * (Developer Guide, "Create a signed URL using a custom policy"; facts: cloudfront 3.2).
 */
export function matchesResource(resource: string, url: ViewerUrl): boolean {
  if (resource === '*') return true
  const full =
    resource.startsWith('*') && !resource.startsWith('*://') ? `*://${resource.slice(1)}` : resource
  const sections = /^([^:/]*):\/\/([^/\\]*)(\/(?:(?!\\\?)[\s\S])*)?(?:\\\?([\s\S]*))?$/.exec(full)
  if (sections === null) return false
  const [, scheme = '', domain = '', path, query] = sections
  if (!wildcards(scheme.toLowerCase()).test(url.scheme)) return false
  if (!wildcards(domain.toLowerCase()).test(url.host.toLowerCase())) return false
  if (path === undefined) return query === undefined && domain.endsWith('*')
  if (!wildcards(path).test(url.path)) return false
  if (query === undefined) return url.query === undefined || path.endsWith('*')
  return url.query !== undefined && wildcards(query).test(url.query)
}
