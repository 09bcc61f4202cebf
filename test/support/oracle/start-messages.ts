import type { Release } from '../../../src/registry-config/releases.ts'
import { knows } from '../../../src/registry-config/schema/type.ts'

/**
 * What the registry says when it refuses a config, all of facts about its S3 parameters, its CloudFront options and the
 * rest, but for what depends on another file's content or a server. Source: each release's own code.
 */
export function reachableMessages(release: Release): readonly RegExp[] {
  return messages.filter(([, when]) => knows(release, when ?? {})).map(([text]) => text)
}

type Message = readonly [text: RegExp, when?: { readonly since?: Release; readonly until?: Release }]

const two = { until: '3.0.0' } as const
const three = { since: '3.0.0' } as const

const sizes = [
  'chunksize',
  'multipartcopychunksize',
  'multipartcopymaxconcurrency',
  'multipartcopythresholdsize',
]

const s3: readonly Message[] = [
  [/no region parameter provided/],
  [/invalid region provided: \S/],
  [/no bucket parameter provided/],
  ...['encrypt', 'secure', 'v4auth', 'skipverify'].map((name): Message => [flag(name)]),
  ...['forcepathstyle', 'usedualstack', 'accelerate'].map((name): Message => [flag(name), three]),
  [flag('usefipsendpoint'), { since: '3.1.0' }],
  [/on Amazon S3 this storage driver can only be used with v4 authentication/],
  ...sizes.flatMap((name): Message[] => [
    [new RegExp(`${name} parameter must be an integer, \\S+ invalid`)],
    [new RegExp(`invalid value for ${name}: `), two],
    [new RegExp(`the ${name} \\S+ parameter should be a number between \\d+ and \\d+ \\(inclusive\\)`)],
  ]),
  [/the storageclass parameter must be one of \[NONE STANDARD REDUCED_REDUNDANCY\], \S+ invalid/, two],
  [/the storageclass parameter must be one of \[STANDARD REDUCED_REDUNDANCY\], \S+ invalid/, two],
  [/the storageclass parameter must be one of \[.*GLACIER_IR.*\], \S+ invalid/, three],
  [/invalid value for objectacl parameter: /],
  [/failed to create new session: /, two],
  [/failed to create new session with aws config: /],
]

function flag(name: string): RegExp {
  return new RegExp(`the ${name} parameter should be a boolean`, 'i')
}

const cloudfront: readonly Message[] = [
  [/no baseurl provided/],
  [/baseurl must be a string/],
  [/invalid baseurl: /],
  [/no privatekey provided/],
  [/privatekey must be a string/],
  [/failed to read privatekey file: /],
  [/failed to decode private key as an rsa private key/],
  [/x509: failed to parse private key \(use ParsePKCS8PrivateKey instead/],
  [/x509: failed to parse private key \(use ParseECPrivateKey instead/],
  [/asn1: (?:structure|syntax) error: /],
  [/no keypairid provided/],
  [/keypairid must be a string/],
  [/invalid duration: time: missing unit in duration/],
  [/invalid duration: time: unknown unit/],
  [/invalid duration: time: invalid duration/],
  [/invalid updatefrenquency: /, two],
  [/invalid updatefrequency: /, three],
  [/iprangesurl must be a string/],
  [/ipfilteredby only allows a string the following value: none\|aws\|awsregion/],
  [/ipfilteredby only allows a string with the following value: none\|aws\|awsregion/],
  [/awsRegion is not defined/],
  [/awsRegion must be a comma separated string of valid aws regions/],
]

const rest: readonly Message[] = [
  [/unsupported version: ""/],
  [/unsupported version: "0\.2"/],
  [/index out of range/, two],
  [/strconv\.ParseUint: parsing .*: invalid syntax/],
  [/cannot unmarshal !!str \S+ into \[\]string/],
  [/cannot unmarshal !!str \S+ into time\.Duration/],
  [/cannot unmarshal !!str \S+ into bool/],
  [/found character that cannot start any token/],
  [/invalid loglevel \S+ Must be one of \[error, warn, info, debug\]/],
  [/unsupported logging formatter: /],
  [/no storage configuration provided/],
  [/must provide exactly one storage type\. Provided: /],
  [/must provide exactly one type\. Provided: /],
  [/multiple storage drivers specified in configuration or environment: /],
  [/StorageDriver not registered: /],
  [/maxthreads config error: /],
  [/invalid type for redirect config: /],
  [/redis configuration required to use for layerinfo cache/],
  [/invalid blobdescriptorsize value /, three],
  [/uploadpurging config key must contain additional keys/],
  [/Unable to parse upload purge configuration: age missing/],
  [/Unable to parse upload purge configuration: age is not a string/],
  [/Unable to parse upload purge configuration: interval missing/],
  [/Unable to parse upload purge configuration: dryrun missing/],
  [/Unable to parse upload purge configuration: cannot parse dryrun/],
  [/Cannot parse duration: /],
  [/Cannot parse interval: /],
  [/readonly config key must contain additional keys/],
  [/readonly's enabled config key must have a boolean value/],
  [/tag lookup concurrency limit config key must have a integer value/, three],
  [/tag lookup concurrency limit should be a non-negative integer value/, three],
  [/maxtags limit must be a non-negative integer value/, { since: '3.1.0' }],
  [/unable to configure registry middleware \(\S+\): no registry middleware registered with name: /],
  [/unable to configure storage middleware \(\S+\): no storage middleware registered with name: /],
  [/unable to configure storage middleware \(redirect\): no baseurl provided/],
  [/unable to configure storage middleware \(redirect\): baseurl must be a string/],
  [/unable to parse redirect baseurl: /],
  [/no scheme specified for redirect baseurl/],
  [/no host specified for redirect baseurl/],
  [/\(rewrite\): \S+ must be a string/, three],
  [/could not parse http \\?"host\\?" parameter: /],
  [/unknown address type /],
  [/unknown minimum TLS level /],
  [/unknown TLS cipher suite /],
  [/invalid ClientAuth \S+ Must be one of: /, three],
  [/cannot specify both certificate and Let's Encrypt/],
  [/no access controller registered with name: /],
  [/"realm" must be set for htpasswd access controller/],
  [/"path" must be set for htpasswd access controller/],
  [/"realm" must be set for silly access controller/],
  [/"service" must be set for silly access controller/],
  [/token auth requires a valid option string: "(?:realm|issuer|service)"/],
  [/token auth requires a valid option bool: autoredirect/],
  [/token auth requires at least one token signing key/, three],
  [/token auth requires a valid option string: autoredirectpath/, three],
  [/unsupported signing algorithm: /, three],
  [/signingalgorithms must be a list of signing algorithms/, { since: '3.1.0' }],
  [/validation\.manifests\.urls\.allow: error parsing regexp: /],
  [/validation\.manifests\.urls\.deny: error parsing regexp: /],
  [/invalid platforms option \S+ Must be one of \[all, none, list\]/, three],
  [/unsupported protocol scheme/],
  [/missing protocol scheme/],
  [/parsing environment variable REGISTRY_\S+: /, three],
  [/failed to set value for field: /, { since: '3.0.0', until: '3.1.0' }],
  [/invalid duration value for field: /, { since: '3.0.0', until: '3.1.0' }],
  [/reflect: reflect\.Value\.Set using unaddressable value/, three],
]

const messages: readonly Message[] = [...s3, ...cloudfront, ...rest]
