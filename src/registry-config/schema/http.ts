import { cipherSuitesOf, tlsVersionsOf } from '../tls-values.ts'
import { bool, duration, headers, type Key, string, strings, struct } from './type.ts'

const letsEncrypt: readonly Key[] = [
  {
    name: 'cachefile',
    type: string,
    about: 'Where certificates are kept: a file in 2.x, a directory in 3.x. Turns the section on.',
  },
  { name: 'email', type: string, about: 'The address for the registration.' },
  { name: 'hosts', type: strings, since: '2.7.0', about: 'The host names that may get a certificate.' },
  {
    name: 'directoryurl',
    type: string,
    since: '3.0.0',
    about: 'The ACME directory; Let’s Encrypt unless given.',
  },
]

const tls: readonly Key[] = [
  { name: 'certificate', type: string, about: 'The certificate file (PEM). Without it TLS is off.' },
  { name: 'key', type: string, about: 'The private key file (PEM) of the certificate.' },
  {
    name: 'clientcas',
    type: strings,
    about: 'Files with the certificate authorities that client certificates must come from.',
  },
  {
    name: 'clientauth',
    since: '3.0.0',
    type: {
      kind: 'word',
      called: 'ClientAuth',
      fold: false,
      words: [
        'request-client-cert',
        'require-any-client-cert',
        'verify-client-cert-if-given',
        'require-and-verify-client-cert',
      ],
    },
    fallback: 'require-and-verify-client-cert',
    about: 'What is asked of clients; without clientcas it has no effect.',
  },
  {
    name: 'minimumtls',
    type: string,
    words: tlsVersionsOf,
    since: '2.8.0',
    fallback: 'tls1.2',
    about: 'The lowest TLS version. 2.8 also takes tls1.0 and tls1.1.',
  },
  {
    name: 'ciphersuites',
    type: strings,
    words: cipherSuitesOf,
    since: '2.8.0',
    about: 'Names of cipher suites for TLS 1.2 and below.',
  },
  {
    name: 'letsencrypt',
    type: struct(...letsEncrypt),
    since: '2.5.0',
    about: 'Certificates from Let’s Encrypt.',
  },
]

export const http: readonly Key[] = [
  {
    name: 'addr',
    type: string,
    example: ':5000',
    about: 'Where to listen, as host:port. Without it a random port on all interfaces is taken.',
  },
  {
    name: 'net',
    type: string,
    words: () => ['tcp', 'unix'],
    since: '2.1.0',
    fallback: 'tcp',
    about: 'The kind of socket.',
  },
  {
    name: 'host',
    type: string,
    example: 'https://registry.example.com',
    since: '2.2.0',
    about: 'The URL under which clients reach the registry, with scheme and host.',
  },
  {
    name: 'prefix',
    type: string,
    example: '/registry/',
    about: 'A path before /v2/; must begin and end with a slash.',
  },
  {
    name: 'secret',
    type: string,
    secret: true,
    about: 'Signs the state of uploads; the same on all replicas. Random unless given.',
  },
  {
    name: 'relativeurls',
    type: bool,
    since: '2.4.0',
    fallback: 'false',
    about: 'Whether Location headers are relative.',
  },
  {
    name: 'draintimeout',
    type: duration,
    since: '2.7.0',
    fallback: '0s',
    about: 'How long a stopping registry lets requests finish.',
  },
  { name: 'tls', type: struct(...tls), about: 'TLS of the listener.' },
  {
    name: 'headers',
    type: headers,
    since: '2.2.0',
    about: 'Headers added to every response; each value is a list.',
  },
  {
    name: 'debug',
    type: struct(
      { name: 'addr', type: string, about: 'Where the debug server listens; off unless given.' },
      {
        name: 'prometheus',
        since: '2.7.0',
        type: struct(
          { name: 'enabled', type: bool, fallback: 'false', about: 'Whether metrics are served.' },
          { name: 'path', type: string, fallback: '/metrics', about: 'The path of the metrics.' },
        ),
        about: 'Metrics on the debug server.',
      },
    ),
    about: 'The debug server: health details, profiles, metrics. Not for the public.',
  },
  {
    name: 'http2',
    since: '2.6.0',
    type: struct({ name: 'disabled', type: bool, fallback: 'false', about: 'Whether HTTP/2 is off.' }),
    about: 'HTTP/2.',
  },
  {
    name: 'h2c',
    since: '3.0.0',
    type: struct({ name: 'enabled', type: bool, fallback: 'false', about: 'Whether it is on.' }),
    about: 'HTTP/2 without TLS.',
  },
]
