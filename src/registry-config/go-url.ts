/** Go's url.Parse, as far as a base URL can fail it: control characters, bad escapes, bad ports, bad hosts. */
export function goUrlError(url: string): string | undefined {
  const quoted = JSON.stringify(url)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Go refuses.
  if (/[\x00-\x1f\x7f]/.test(url)) return `parse ${quoted}: net/url: invalid control character in URL`
  const scheme = /^([^:/?#]*):/.exec(url)?.[1]
  if (url.startsWith(':') || scheme === '') return `parse ${quoted}: missing protocol scheme`
  if (scheme !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*$/.test(scheme)) {
    return /^[A-Za-z0-9+.-]/.test(scheme) && /^[A-Za-z]/.test(scheme)
      ? undefined
      : `parse ${quoted}: first path segment in URL cannot contain colon`
  }
  const authority = /^[^:/?#]*:?\/\/([^/?#]*)/.exec(url)?.[1]
  if (authority !== undefined) {
    const host = authority.slice(authority.lastIndexOf('@') + 1)
    const problem = hostError(host)
    if (problem !== undefined) return `parse ${quoted}: ${problem}`
  }
  const path = url.replace(/^[^:/?#]*:?(\/\/[^/?#]*)?/, '').replace(/\?[^#]*/, '')
  const badEscape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(path)?.[0]
  if (badEscape !== undefined) return `parse ${quoted}: invalid URL escape ${JSON.stringify(badEscape)}`
  return undefined
}

function hostError(host: string): string | undefined {
  if (host.startsWith('[')) {
    if (!host.includes(']')) return "missing ']' in host"
    const rest = host.slice(host.lastIndexOf(']') + 1)
    return rest === '' || /^:\d*$/.test(rest) ? undefined : `invalid port ${JSON.stringify(rest)} after host`
  }
  const colon = host.lastIndexOf(':')
  if (colon !== -1 && !/^:\d*$/.test(host.slice(colon))) {
    return `invalid port ${JSON.stringify(host.slice(colon))} after host`
  }
  const bad = /[ "<>\\^`{|}]/.exec(host)?.[0]
  if (bad !== undefined) return `invalid character ${JSON.stringify(bad)} in host name`
  const badEscape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(host)?.[0]
  return badEscape === undefined ? undefined : `invalid URL escape ${JSON.stringify(badEscape)}`
}

/** The parts of an http(s) URL as the registry's Go code sees them; undefined when it has no scheme and host. */
export function urlParts(url: string): { readonly scheme: string; readonly host: string; readonly path: string } | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(url)
  const [, scheme, authority, path = ''] = match ?? []
  if (scheme === undefined || !authority) return undefined
  return { scheme, host: authority.slice(authority.lastIndexOf('@') + 1), path }
}
