import { majorOf, type Release } from './releases.ts'

/** The TLS versions and cipher suites that `http.tls` can name, from 2.8.0 on. Source: facts registry 6.3; each release's registry.go. */

const suites =
  `TLS_RSA_WITH_3DES_EDE_CBC_SHA TLS_RSA_WITH_AES_128_CBC_SHA TLS_RSA_WITH_AES_256_CBC_SHA TLS_RSA_WITH_AES_128_GCM_SHA256
TLS_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256`.split(
    /\s/,
  )
const only2 =
  `TLS_RSA_WITH_RC4_128_SHA TLS_RSA_WITH_AES_128_CBC_SHA256 TLS_ECDHE_ECDSA_WITH_RC4_128_SHA TLS_ECDHE_RSA_WITH_RC4_128_SHA
TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256`.split(/\s/)

/** The versions that `http.tls.minimumtls` takes. */
export function tlsVersionsOf(release: Release): readonly string[] {
  return majorOf(release) === 3 ? ['tls1.2', 'tls1.3'] : ['tls1.0', 'tls1.1', 'tls1.2', 'tls1.3']
}

/** The names that `http.tls.ciphersuites` takes. */
export function cipherSuitesOf(release: Release): readonly string[] {
  return majorOf(release) === 3 ? suites : [...suites, ...only2]
}
