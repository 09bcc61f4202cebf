import { bool, duration, int, type Key, string, strings, struct } from './type.ts'

const until: Pick<Key, 'until'> = { until: '3.0.0' }
const since: Pick<Key, 'since'> = { since: '3.0.0' }

const pool: readonly Key[] = [
  { name: 'maxidle', type: int, about: 'Idle connections kept.' },
  { name: 'maxactive', type: int, about: 'Connections at most.' },
  { name: 'idletimeout', type: duration, about: 'When an idle connection is closed.' },
]

const tls: readonly Key[] = [
  { name: 'certificate', type: string, about: 'The client certificate file (PEM).' },
  { name: 'key', type: string, about: 'The private key file (PEM) of the certificate.' },
  {
    name: 'clientcas',
    type: strings,
    until: '3.1.0',
    about: 'Files with the authorities that the server’s certificate must come from.',
  },
  {
    name: 'rootcas',
    type: strings,
    since: '3.1.0',
    about: 'Files with the authorities that the server’s certificate must come from.',
  },
]

/** The connection keys of 2.x (`addr`, `pool`) and of 3.x (`addrs` and go-redis' own options). Source: facts registry 6.3. */
export const redis: readonly Key[] = [
  { name: 'addr', type: string, ...until, example: 'redis:6379', about: 'host:port of the server.' },
  { name: 'addrs', type: strings, ...since, example: ['redis:6379'], about: 'host:port of each server.' },
  { name: 'clientname', type: string, ...since, about: 'The name this client gives itself.' },
  { name: 'db', type: int, about: 'The database’s number.' },
  { name: 'protocol', type: int, ...since, about: 'The protocol’s version, 2 or 3.' },
  { name: 'username', type: string, ...since, about: 'The user name.' },
  { name: 'password', type: string, secret: true, about: 'The password.' },
  { name: 'sentinelusername', type: string, ...since, about: 'The user name at the sentinels.' },
  {
    name: 'sentinelpassword',
    type: string,
    secret: true,
    ...since,
    about: 'The password at the sentinels.',
  },
  { name: 'maxretries', type: int, ...since, about: 'Tries before giving up.' },
  { name: 'minretrybackoff', type: duration, ...since, about: 'The shortest pause between tries.' },
  { name: 'maxretrybackoff', type: duration, ...since, about: 'The longest pause between tries.' },
  { name: 'dialtimeout', type: duration, about: 'How long connecting may take.' },
  { name: 'readtimeout', type: duration, about: 'How long a read may take.' },
  { name: 'writetimeout', type: duration, about: 'How long a write may take.' },
  {
    name: 'contexttimeoutenabled',
    type: bool,
    ...since,
    about: 'Whether a request’s deadline limits its commands.',
  },
  { name: 'poolfifo', type: bool, ...since, about: 'Whether the pool is first in, first out.' },
  { name: 'poolsize', type: int, ...since, about: 'Connections at most, without waiting ones.' },
  { name: 'pooltimeout', type: duration, ...since, about: 'How long to wait for a connection.' },
  { name: 'minidleconns', type: int, ...since, about: 'Idle connections at least.' },
  { name: 'maxidleconns', type: int, ...since, about: 'Idle connections at most.' },
  { name: 'maxactiveconns', type: int, ...since, about: 'Connections at most.' },
  { name: 'connmaxidletime', type: duration, ...since, about: 'When an idle connection is closed.' },
  { name: 'connmaxlifetime', type: duration, ...since, about: 'When any connection is closed.' },
  { name: 'maxredirects', type: int, ...since, about: 'Redirects followed in a cluster.' },
  { name: 'readonly', type: bool, ...since, about: 'Whether replicas may be read from.' },
  { name: 'routebylatency', type: bool, ...since, about: 'Whether reads go to the nearest node.' },
  { name: 'routerandomly', type: bool, ...since, about: 'Whether reads go to any node.' },
  { name: 'mastername', type: string, ...since, about: 'The master’s name at the sentinels.' },
  {
    name: 'disableidentity',
    type: bool,
    ...since,
    about: 'Whether the client keeps its library’s name to itself.',
  },
  {
    name: 'disableindentity',
    type: bool,
    ...since,
    until: '3.1.0',
    about: 'An old spelling of disableidentity.',
  },
  { name: 'identitysuffix', type: string, ...since, about: 'A suffix of the library’s name.' },
  { name: 'unstableresp3', type: bool, ...since, about: 'Whether RESP3 replies of modules are parsed.' },
  { name: 'tls', type: struct(...tls), ...since, about: 'TLS to the server.' },
  { name: 'pool', type: struct(...pool), ...until, about: 'The pool of connections.' },
]
