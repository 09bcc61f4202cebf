import { isIP } from 'node:net'

/** Why Go cannot listen on `address` (host:port), whatever the machine; undefined when it may. Source: Go's net. */
export function addressError(address: string): string | undefined {
  if (address === '') return undefined
  const invalid = (why: string) => `listen tcp: address ${address}: ${why}`
  const colon = address.lastIndexOf(':')
  if (colon === -1) return invalid('missing port in address')
  let host = address.slice(0, colon)
  if (address.startsWith('[')) {
    const end = address.indexOf(']')
    if (end === -1) return invalid("missing ']' in address")
    if (end + 1 === address.length) return invalid('missing port in address')
    if (end + 1 !== colon)
      return invalid(address[end + 1] === ':' ? 'too many colons in address' : 'missing port in address')
    host = address.slice(1, end)
    if (host.includes('[')) return invalid("unexpected '[' in address")
  } else if (host.includes(':')) {
    return invalid('too many colons in address')
  } else if (host.includes('[')) {
    return invalid("unexpected '[' in address")
  }
  if (address.slice(colon).includes(']') || (host.includes(']') && !address.startsWith('['))) {
    return invalid("unexpected ']' in address")
  }
  const port = address.slice(colon + 1)
  if (/^[-+]?\d+$/.test(port)) {
    return Number(port) >= 0 && Number(port) <= 65_535
      ? undefined
      : `listen tcp: address ${port}: invalid port`
  }
  if (port !== '' && !services.has(port.toLowerCase())) return `listen tcp: lookup tcp/${port}: unknown port`
  if (host !== '' && isIP(host) === 0 && /[^A-Za-z0-9._%-]/.test(host))
    return `listen tcp: lookup ${host}: no such host`
  return undefined
}

/** Service names that Go knows without the machine's list. */
const services = new Set([
  'domain',
  'ftp',
  'ftps',
  'gopher',
  'http',
  'https',
  'imap2',
  'imap3',
  'imaps',
  'pop3',
  'pop3s',
  'smtp',
  'submissions',
  'ssh',
  'telnet',
])
