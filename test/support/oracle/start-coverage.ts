import { parseDocument } from 'yaml'
import { majorOf, type Release } from '../../../src/registry-config/releases.ts'
import { configuration } from '../../../src/registry-config/schema/configuration.ts'
import { storageMiddlewares } from '../../../src/registry-config/schema/middleware.ts'
import { type Key, knows, type Section, type Type } from '../../../src/registry-config/schema/type.ts'

/** Every key that `release` knows, without those of drivers and sections that need a network or a machine's own. */
export function reachableKeys(release: Release): readonly string[] {
  return [
    ...below(configuration, '', release),
    ...storageMiddlewares
      .filter(({ name }) => name === 'cloudfront')
      .flatMap(({ keys }) => below(keys, 'middleware.storage.options.', release)),
  ].filter((path) => !unreachable.test(path))
}

/** Drivers of other clouds, and Let's Encrypt, which would ask for a certificate. */
const unreachable =
  /^storage\.(?:azure|gcs|swift|oss|rados|s3goamz|s3aws)\.|^http\.tls\.letsencrypt\.(?:email|directoryurl)$/

function below(keys: readonly Key[], prefix: string, release: Release): string[] {
  return keys
    .filter((key) => knows(release, key))
    .flatMap((key) => [`${prefix}${key.name}`, ...inner(key.type, `${prefix}${key.name}`, release)])
}

function inner(type: Type, path: string, release: Release): string[] {
  if (type.kind === 'struct') return below(type.keys, `${path}.`, release)
  if (type.kind === 'list') return inner(type.of, path, release)
  if (type.kind === 'any' && type.reads.as === 'map') return below(type.reads.keys, `${path}.`, release)
  if (type.kind !== 'choice') return []
  const sections: readonly Section[] = type.sections
  return sections
    .filter((section) => knows(release, section))
    .flatMap((section) => below(section.keys, `${path}.${section.name}.`, release))
}

/** The keys that a config has, lists left out of the paths. */
export function keysIn(config: string): readonly string[] {
  const keys: string[] = []
  const walk = (value: unknown, prefix: string) => {
    if (Array.isArray(value)) for (const item of value) walk(item, prefix)
    else if (typeof value === 'object' && value !== null)
      for (const [name, entry] of Object.entries(value)) {
        keys.push(`${prefix}${name}`)
        walk(entry, `${prefix}${name}.`)
      }
  }
  walk(parseDocument(config, { uniqueKeys: false, logLevel: 'silent' }).toJS(), '')
  return keys
}

/** What the registry says of its S3 and CloudFront options and of the rest of the config when it refuses them. */
export function reachableMessages(release: Release): readonly RegExp[] {
  return [...both, ...(majorOf(release) === 2 ? onlyTwo : onlyThree)]
}

const both = [
  /no region parameter provided/,
  /invalid region provided: /,
  /no bucket parameter provided/,
  /the encrypt parameter should be a boolean/,
  /the secure parameter should be a boolean/,
  /the v4auth parameter should be a boolean/,
  /the skipverify parameter should be a boolean/i,
  /on Amazon S3 this storage driver can only be used with v4 authentication/,
  /the chunksize \S+ parameter should be a number between 5242880 and 5368709120 \(inclusive\)/,
  /the multipartcopychunksize \S+ parameter should be a number between/,
  /the multipartcopymaxconcurrency \S+ parameter should be a number between/,
  /the multipartcopythresholdsize \S+ parameter should be a number between/,
  /the storageclass parameter must be one of \[.*\], \S* ?invalid/,
  /invalid value for objectacl parameter: /,
  /no baseurl provided/,
  /baseurl must be a string/,
  /invalid baseurl: /,
  /no privatekey provided/,
  /privatekey must be a string/,
  /failed to read privatekey file: /,
  /failed to decode private key as an rsa private key/,
  /x509: failed to parse private key \(use ParsePKCS8PrivateKey instead/,
  /x509: failed to parse private key \(use ParseECPrivateKey instead/,
  /asn1: structure error: /,
  /no keypairid provided/,
  /keypairid must be a string/,
  /invalid duration: time: missing unit in duration/,
  /invalid duration: time: unknown unit/,
  /ipfilteredby only allows a string the following value: none\|aws\|awsregion/,
  /ipfilteredby only allows a string with the following value: none\|aws\|awsregion/,
  /awsRegion is not defined/,
  /awsRegion must be a comma separated string of valid aws regions/,
  /iprangesurl must be a string/,
  /invalid loglevel \S+ Must be one of \[error, warn, info, debug\]/i,
  /unsupported logging formatter: /,
  /unknown address type /,
  /could not parse http \\?"host\\?" parameter: /,
  /unknown minimum TLS level /,
  /unknown TLS cipher suite /,
  /cannot unmarshal !!str \S+ into \[\]string/,
  /no storage configuration provided|storage must be provided/i,
  /must provide exactly one type|multiple storage drivers/i,
  /StorageDriver not registered: /,
  /unsupported version: /i,
  /error parsing regexp: /,
  /unable to configure \S+ middleware|no \S+ middleware registered with name/i,
]

const onlyTwo = [
  /the chunksize parameter must be an integer|invalid value for chunksize: /,
  /the storageclass parameter must be one of \[.*STANDARD.*\]/,
  /invalid updatefrenquency: /,
]

const onlyThree = [
  /chunksize parameter must be an integer, \S+ invalid/,
  /the forcepathstyle parameter should be a boolean/,
  /the usedualstack parameter should be a boolean/,
  /the accelerate parameter should be a boolean/,
  /the usefipsendpoint parameter should be a boolean/,
  /invalid updatefrequency: /,
  /invalid ClientAuth \S+ Must be one of: /,
  /invalid platforms option \S+ Must be one of \[all, none, list\]/,
  /maxtags limit must be a non-negative integer value/,
]
