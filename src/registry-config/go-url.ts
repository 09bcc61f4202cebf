import { isIPv6 } from 'node:net'

/** A URL as Go's net/url takes it apart, which is what the registry sees. The scheme is in lower case. */
export interface GoUrl {
  readonly scheme: string
  /** With the port, without user name and password. */
  readonly host: string
  /** Still escaped. */
  readonly path: string
  readonly query: string
}

/** Go's url.Parse: the parts of `text`, or why Go refuses it. Source: Go's net/url. */
export function parseGoUrl(text: string): GoUrl | { readonly error: string } {
  const [beforeFragment = '', ...fragment] = text.split('#')
  const fail = (why: string) => ({ error: `parse ${JSON.stringify(beforeFragment)}: ${why}` })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Go refuses.
  if (/[\x00-\x1f\x7f]/.test(beforeFragment)) return fail('net/url: invalid control character in URL')
  const badFragment = badEscape(fragment.join('#'))
  if (badFragment !== undefined) return { error: `parse ${JSON.stringify(text)}: ${badFragment}` }
  if (beforeFragment.startsWith(':')) return fail('missing protocol scheme')
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(beforeFragment)?.[1] ?? ''
  const [rest = '', ...query] = beforeFragment.slice(scheme === '' ? 0 : scheme.length + 1).split('?')
  const parts = { scheme: scheme.toLowerCase(), query: query.join('?') }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...parts, host: '', path: '' }
    if ((rest.split('/')[0] ?? '').includes(':'))
      return fail('first path segment in URL cannot contain colon')
  }
  let host = ''
  let path = rest
  if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2)
    const authority = slash === -1 ? rest.slice(2) : rest.slice(2, slash)
    path = slash === -1 ? '' : rest.slice(slash)
    host = authority.slice(authority.lastIndexOf('@') + 1)
    const problem = badHost(host) ?? badUser(authority)
    if (problem !== undefined) return fail(problem)
  }
  const problem = badEscape(path)
  return problem === undefined ? { ...parts, host, path } : fail(problem)
}

function badEscape(text: string): string | undefined {
  const found = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)?.[0]
  return found === undefined ? undefined : `invalid URL escape ${JSON.stringify(found)}`
}

function badUser(authority: string): string | undefined {
  const end = authority.lastIndexOf('@')
  if (end === -1) return undefined
  const user = authority.slice(0, end)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return 'net/url: invalid userinfo'
  return badEscape(user)
}

function badHost(host: string): string | undefined {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) return 'invalid IP-literal'
  if (bracket === 0) {
    const close = host.lastIndexOf(']')
    if (close === -1) return "missing ']' in host"
    const port = host.slice(close + 1)
    if (!isPort(port)) return `invalid port ${JSON.stringify(port)} after host`
    const address = host.slice(1, close).replace(/%25.*$/, '')
    return isIPv6(address)
      ? undefined
      : `invalid host: ParseAddr(${JSON.stringify(address)}): unable to parse IP`
  }
  const colon = host.lastIndexOf(':')
  const port = colon === -1 ? '' : host.slice(colon)
  if (!isPort(port)) return `invalid port ${JSON.stringify(port)} after host`
  const bad = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(host)?.[0]
  if (bad !== undefined) return `invalid character ${JSON.stringify(bad)} in host name`
  // In a host only bytes beyond ASCII may be escaped.
  const ascii = /%(?!25)[0-7][0-9a-fA-F]/.exec(host)?.[0]
  return ascii === undefined ? badEscape(host) : `invalid URL escape ${JSON.stringify(ascii)}`
}

function isPort(text: string): boolean {
  return text === '' || /^:\d*$/.test(text)
}
