import type { Rule } from './rule.ts'
import { authAtRandom } from './rules/auth-at-random.ts'
import { authOptions } from './rules/auth-options.ts'
import { caBundle } from './rules/ca-bundle.ts'
import { cache } from './rules/cache.ts'
import { cloudfrontBaseUrl } from './rules/cloudfront-base-url.ts'
import { cloudfrontDuration } from './rules/cloudfront-duration.ts'
import { cloudfrontHttp } from './rules/cloudfront-http.ts'
import { cloudfrontIpFilter } from './rules/cloudfront-ip-filter.ts'
import { cloudfrontKeyPairId } from './rules/cloudfront-key-pair-id.ts'
import { cloudfrontOptions } from './rules/cloudfront-options.ts'
import { cloudfrontOrder } from './rules/cloudfront-order.ts'
import { cloudfrontOriginPath } from './rules/cloudfront-origin-path.ts'
import { cloudfrontPrivateKey } from './rules/cloudfront-private-key.ts'
import { cloudfrontRedirectDisabled } from './rules/cloudfront-redirect-disabled.ts'
import { configVersion } from './rules/config-version.ts'
import { driverParameters } from './rules/driver-parameters.ts'
import { duplicateKey } from './rules/duplicate-key.ts'
import { durationUnit } from './rules/duration-unit.ts'
import { environmentRefused } from './rules/environment-refused.ts'
import { foreignVariables } from './rules/foreign-variables.ts'
import { healthChecks } from './rules/health-checks.ts'
import { httpAddress } from './rules/http-address.ts'
import { httpHost } from './rules/http-host.ts'
import { letsEncrypt } from './rules/lets-encrypt.ts'
import { logFormatter } from './rules/log-formatter.ts'
import { middlewareDisabled } from './rules/middleware-disabled.ts'
import { oneAuthProvider } from './rules/one-auth-provider.ts'
import { oneDriver } from './rules/one-driver.ts'
import { prometheusPath } from './rules/prometheus-path.ts'
import { proxyUrl } from './rules/proxy-url.ts'
import { readOnly } from './rules/read-only.ts'
import { redirectDisable } from './rules/redirect-disable.ts'
import { redirectOptions } from './rules/redirect-options.ts'
import { redirectPath } from './rules/redirect-path.ts'
import { redirectUnreachable } from './rules/redirect-unreachable.ts'
import { redisPool } from './rules/redis-pool.ts'
import { redisTls } from './rules/redis-tls.ts'
import { rewriteOptions } from './rules/rewrite-options.ts'
import { rewriteTarget } from './rules/rewrite-target.ts'
import { s3Accelerate } from './rules/s3-accelerate.ts'
import { s3AclPublic } from './rules/s3-acl-public.ts'
import { s3AclRefused } from './rules/s3-acl-refused.ts'
import { s3Boolean } from './rules/s3-boolean.ts'
import { s3Bucket } from './rules/s3-bucket.ts'
import { s3BucketName } from './rules/s3-bucket-name.ts'
import { s3CredentialPair } from './rules/s3-credential-pair.ts'
import { s3DeleteSiblings } from './rules/s3-delete-siblings.ts'
import { s3EarlyValues } from './rules/s3-early-values.ts'
import { s3Endpoint } from './rules/s3-endpoint.ts'
import { s3Express } from './rules/s3-express.ts'
import { s3Insecure } from './rules/s3-insecure.ts'
import { s3KmsKey } from './rules/s3-kms-key.ts'
import { s3LargestLayer } from './rules/s3-largest-layer.ts'
import { s3LogLevel } from './rules/s3-log-level.ts'
import { s3LogSecrets } from './rules/s3-log-secrets.ts'
import { s3ObjectAcl } from './rules/s3-object-acl.ts'
import { s3PathStyle } from './rules/s3-path-style.ts'
import { s3RedirectEndpoint } from './rules/s3-redirect-endpoint.ts'
import { s3Region } from './rules/s3-region.ts'
import { s3RegionNil } from './rules/s3-region-nil.ts'
import { s3Role } from './rules/s3-role.ts'
import { s3RootDirectory } from './rules/s3-root-directory.ts'
import { s3Size } from './rules/s3-size.ts'
import { s3SizeTruncated } from './rules/s3-size-truncated.ts'
import { s3StorageClass } from './rules/s3-storage-class.ts'
import { s3Useragent } from './rules/s3-useragent.ts'
import { s3V4auth } from './rules/s3-v4auth.ts'
import { s3V4authRedirect } from './rules/s3-v4auth-redirect.ts'
import { tagConcurrency } from './rules/tag-concurrency.ts'
import { tagsLimit } from './rules/tags-limit.ts'
import { tlsSettings } from './rules/tls-settings.ts'
import { unknownAuthProvider } from './rules/unknown-auth-provider.ts'
import { unknownDriver } from './rules/unknown-driver.ts'
import { unknownKey } from './rules/unknown-key.ts'
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
  cloudfrontBaseUrl,
  cloudfrontDuration,
  cloudfrontHttp,
  cloudfrontIpFilter,
  cloudfrontKeyPairId,
  cloudfrontOptions,
  cloudfrontOrder,
  cloudfrontOriginPath,
  cloudfrontPrivateKey,
  cloudfrontRedirectDisabled,
  configVersion,
  driverParameters,
  duplicateKey,
  durationUnit,
  environmentRefused,
  foreignVariables,
  healthChecks,
  httpAddress,
  httpHost,
  letsEncrypt,
  logFormatter,
  middlewareDisabled,
  oneAuthProvider,
  oneDriver,
  prometheusPath,
  proxyUrl,
  readOnly,
  redirectDisable,
  redirectOptions,
  redirectPath,
  redirectUnreachable,
  redisPool,
  redisTls,
  rewriteOptions,
  rewriteTarget,
  s3Accelerate,
  s3AclPublic,
  s3AclRefused,
  s3Boolean,
  s3BucketName,
  s3Bucket,
  s3CredentialPair,
  s3DeleteSiblings,
  s3EarlyValues,
  s3Endpoint,
  s3Express,
  s3Insecure,
  s3KmsKey,
  s3LargestLayer,
  s3LogLevel,
  s3LogSecrets,
  s3ObjectAcl,
  s3PathStyle,
  s3RedirectEndpoint,
  s3RegionNil,
  s3Region,
  s3Role,
  s3RootDirectory,
  s3SizeTruncated,
  s3Size,
  s3StorageClass,
  s3Useragent,
  s3V4authRedirect,
  s3V4auth,
  tagConcurrency,
  tagsLimit,
  tlsSettings,
  unknownAuthProvider,
  unknownDriver,
  unknownKey,
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
