import type { Rule } from './rule.ts'
import { authAtRandom } from './rules/auth-at-random.ts'
import { authOptions } from './rules/auth-options.ts'
import { caBundle } from './rules/ca-bundle.ts'
import { cache } from './rules/cache.ts'
import { cloudfrontBaseUrl } from './rules/cloudfront-base-url.ts'
import { cloudfrontClientAddress } from './rules/cloudfront-client-address.ts'
import { cloudfrontDuration } from './rules/cloudfront-duration.ts'
import { cloudfrontFrenquency } from './rules/cloudfront-frenquency.ts'
import { cloudfrontHttp } from './rules/cloudfront-http.ts'
import { cloudfrontIpFilter } from './rules/cloudfront-ip-filter.ts'
import { cloudfrontKeyPairId } from './rules/cloudfront-key-pair-id.ts'
import { cloudfrontOptions } from './rules/cloudfront-options.ts'
import { cloudfrontOrder } from './rules/cloudfront-order.ts'
import { cloudfrontOriginPath } from './rules/cloudfront-origin-path.ts'
import { cloudfrontPrivateKey } from './rules/cloudfront-private-key.ts'
import { cloudfrontRedirectDisabled } from './rules/cloudfront-redirect-disabled.ts'
import { configMountPath } from './rules/config-mount-path.ts'
import { configVersion } from './rules/config-version.ts'
import { debugExposed } from './rules/debug-exposed.ts'
import { deleteEnabled } from './rules/delete-enabled.ts'
import { driverParameters } from './rules/driver-parameters.ts'
import { duplicateKey } from './rules/duplicate-key.ts'
import { durationUnit } from './rules/duration-unit.ts'
import { emptyValue } from './rules/empty-value.ts'
import { environmentIgnored } from './rules/environment-ignored.ts'
import { environmentName } from './rules/environment-name.ts'
import { environmentRefused } from './rules/environment-refused.ts'
import { environmentReplaces } from './rules/environment-replaces.ts'
import { environmentValue } from './rules/environment-value.ts'
import { foreignVariables } from './rules/foreign-variables.ts'
import { healthChecks } from './rules/health-checks.ts'
import { healthEmptyRoot } from './rules/health-empty-root.ts'
import { healthInterval } from './rules/health-interval.ts'
import { httpAddress } from './rules/http-address.ts'
import { httpHost } from './rules/http-host.ts'
import { httpPrefix } from './rules/http-prefix.ts'
import { httpSecret } from './rules/http-secret.ts'
import { inlineCredentials } from './rules/inline-credentials.ts'
import { letsEncrypt } from './rules/lets-encrypt.ts'
import { logFormatter } from './rules/log-formatter.ts'
import { middlewareDisabled } from './rules/middleware-disabled.ts'
import { oneAuthProvider } from './rules/one-auth-provider.ts'
import { oneDriver } from './rules/one-driver.ts'
import { placeholder } from './rules/placeholder.ts'
import { prometheusPath } from './rules/prometheus-path.ts'
import { proxyOnS3 } from './rules/proxy-on-s3.ts'
import { proxyUrl } from './rules/proxy-url.ts'
import { readOnly } from './rules/read-only.ts'
import { redirectDisable } from './rules/redirect-disable.ts'
import { redirectOptions } from './rules/redirect-options.ts'
import { redirectPath } from './rules/redirect-path.ts'
import { redirectSubdomain } from './rules/redirect-subdomain.ts'
import { redirectUnreachable } from './rules/redirect-unreachable.ts'
import { redisAddress } from './rules/redis-address.ts'
import { redisCacheDelete } from './rules/redis-cache-delete.ts'
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
import { s3EqualParts } from './rules/s3-equal-parts.ts'
import { s3Express } from './rules/s3-express.ts'
import { s3Insecure } from './rules/s3-insecure.ts'
import { s3KmsKey } from './rules/s3-kms-key.ts'
import { s3KmsResume } from './rules/s3-kms-resume.ts'
import { s3LargestLayer } from './rules/s3-largest-layer.ts'
import { s3LogLevel } from './rules/s3-log-level.ts'
import { s3LogSecrets } from './rules/s3-log-secrets.ts'
import { s3ObjectAcl } from './rules/s3-object-acl.ts'
import { s3PartLimit } from './rules/s3-part-limit.ts'
import { s3Partition } from './rules/s3-partition.ts'
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
import { suppression } from './rules/suppression.ts'
import { tagConcurrency } from './rules/tag-concurrency.ts'
import { tagsLimit } from './rules/tags-limit.ts'
import { tlsSettings } from './rules/tls-settings.ts'
import { traceExporter } from './rules/trace-exporter.ts'
import { unknownAuthProvider } from './rules/unknown-auth-provider.ts'
import { unknownDriver } from './rules/unknown-driver.ts'
import { unknownKey } from './rules/unknown-key.ts'
import { unknownMiddleware } from './rules/unknown-middleware.ts'
import { unknownWord } from './rules/unknown-word.ts'
import { unquotedText } from './rules/unquoted-text.ts'
import { uploadPurging } from './rules/upload-purging.ts'
import { uploadPurgingOff } from './rules/upload-purging-off.ts'
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
  cloudfrontClientAddress,
  cloudfrontDuration,
  cloudfrontFrenquency,
  cloudfrontHttp,
  cloudfrontIpFilter,
  cloudfrontKeyPairId,
  cloudfrontOptions,
  cloudfrontOrder,
  cloudfrontOriginPath,
  cloudfrontPrivateKey,
  cloudfrontRedirectDisabled,
  configMountPath,
  configVersion,
  debugExposed,
  deleteEnabled,
  driverParameters,
  duplicateKey,
  durationUnit,
  emptyValue,
  environmentIgnored,
  environmentName,
  environmentRefused,
  environmentReplaces,
  environmentValue,
  foreignVariables,
  healthChecks,
  healthEmptyRoot,
  healthInterval,
  httpAddress,
  httpHost,
  httpPrefix,
  httpSecret,
  inlineCredentials,
  letsEncrypt,
  logFormatter,
  middlewareDisabled,
  oneAuthProvider,
  oneDriver,
  placeholder,
  prometheusPath,
  proxyOnS3,
  proxyUrl,
  readOnly,
  redirectDisable,
  redirectOptions,
  redirectPath,
  redirectSubdomain,
  redirectUnreachable,
  redisAddress,
  redisCacheDelete,
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
  s3EqualParts,
  s3Express,
  s3Insecure,
  s3KmsKey,
  s3KmsResume,
  s3LargestLayer,
  s3LogLevel,
  s3LogSecrets,
  s3ObjectAcl,
  s3PartLimit,
  s3Partition,
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
  suppression,
  tagConcurrency,
  tagsLimit,
  tlsSettings,
  traceExporter,
  unknownAuthProvider,
  unknownDriver,
  unknownKey,
  unknownMiddleware,
  unknownWord,
  unquotedText,
  uploadPurgingOff,
  uploadPurging,
  validationRegexp,
  valueType,
  yamlAlias,
  yamlKey,
  yamlMerge,
  yamlSyntax,
]
