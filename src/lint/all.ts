import type { Rule } from './rule.ts'
import { authAtRandom } from './rules/auth-at-random.ts'
import { authOptions } from './rules/auth-options.ts'
import { caBundle } from './rules/ca-bundle.ts'
import { cache } from './rules/cache.ts'
import { cloudfrontOptions } from './rules/cloudfront-options.ts'
import { cloudfrontPrivateKey } from './rules/cloudfront-private-key.ts'
import { configVersion } from './rules/config-version.ts'
import { driverParameters } from './rules/driver-parameters.ts'
import { environmentRefused } from './rules/environment-refused.ts'
import { healthChecks } from './rules/health-checks.ts'
import { httpAddress } from './rules/http-address.ts'
import { httpHost } from './rules/http-host.ts'
import { letsEncrypt } from './rules/lets-encrypt.ts'
import { logFormatter } from './rules/log-formatter.ts'
import { oneAuthProvider } from './rules/one-auth-provider.ts'
import { oneDriver } from './rules/one-driver.ts'
import { prometheusPath } from './rules/prometheus-path.ts'
import { proxyUrl } from './rules/proxy-url.ts'
import { readOnly } from './rules/read-only.ts'
import { redirectDisable } from './rules/redirect-disable.ts'
import { redirectOptions } from './rules/redirect-options.ts'
import { redisTls } from './rules/redis-tls.ts'
import { rewriteOptions } from './rules/rewrite-options.ts'
import { s3Boolean } from './rules/s3-boolean.ts'
import { s3Bucket } from './rules/s3-bucket.ts'
import { s3LogLevel } from './rules/s3-log-level.ts'
import { s3ObjectAcl } from './rules/s3-object-acl.ts'
import { s3RedirectEndpoint } from './rules/s3-redirect-endpoint.ts'
import { s3Region } from './rules/s3-region.ts'
import { s3Size } from './rules/s3-size.ts'
import { s3StorageClass } from './rules/s3-storage-class.ts'
import { s3V4auth } from './rules/s3-v4auth.ts'
import { tagConcurrency } from './rules/tag-concurrency.ts'
import { tagsLimit } from './rules/tags-limit.ts'
import { tlsSettings } from './rules/tls-settings.ts'
import { unknownAuthProvider } from './rules/unknown-auth-provider.ts'
import { unknownDriver } from './rules/unknown-driver.ts'
import { unknownMiddleware } from './rules/unknown-middleware.ts'
import { unknownWord } from './rules/unknown-word.ts'
import { uploadPurging } from './rules/upload-purging.ts'
import { validationRegexp } from './rules/validation-regexp.ts'
import { valueType } from './rules/value-type.ts'
import { yamlAlias } from './rules/yaml-alias.ts'
import { yamlKey } from './rules/yaml-key.ts'
import { yamlMerge } from './rules/yaml-merge.ts'
import { yamlSyntax } from './rules/yaml-syntax.ts'

/** Every rule, by id. */
export const rules: readonly Rule[] = [
  authAtRandom,
  authOptions,
  caBundle,
  cache,
  cloudfrontOptions,
  cloudfrontPrivateKey,
  configVersion,
  driverParameters,
  environmentRefused,
  healthChecks,
  httpAddress,
  httpHost,
  letsEncrypt,
  logFormatter,
  oneAuthProvider,
  oneDriver,
  prometheusPath,
  proxyUrl,
  readOnly,
  redirectDisable,
  redirectOptions,
  redisTls,
  rewriteOptions,
  s3Boolean,
  s3Bucket,
  s3LogLevel,
  s3ObjectAcl,
  s3RedirectEndpoint,
  s3Region,
  s3Size,
  s3StorageClass,
  s3V4auth,
  tagConcurrency,
  tagsLimit,
  tlsSettings,
  unknownAuthProvider,
  unknownDriver,
  unknownMiddleware,
  unknownWord,
  uploadPurging,
  validationRegexp,
  valueType,
  yamlAlias,
  yamlKey,
  yamlMerge,
  yamlSyntax,
]
