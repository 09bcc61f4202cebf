import type { Rule } from './rule.ts'
import { cloudfrontOptions } from './rules/cloudfront-options.ts'
import { configVersion } from './rules/config-version.ts'
import { oneAuthProvider } from './rules/one-auth-provider.ts'
import { oneDriver } from './rules/one-driver.ts'
import { s3Boolean } from './rules/s3-boolean.ts'
import { s3Bucket } from './rules/s3-bucket.ts'
import { s3ObjectAcl } from './rules/s3-object-acl.ts'
import { s3Region } from './rules/s3-region.ts'
import { s3Size } from './rules/s3-size.ts'
import { s3StorageClass } from './rules/s3-storage-class.ts'
import { s3V4auth } from './rules/s3-v4auth.ts'
import { unknownWord } from './rules/unknown-word.ts'
import { valueType } from './rules/value-type.ts'
import { yamlSyntax } from './rules/yaml-syntax.ts'

/** Every rule, by id. */
export const rules: readonly Rule[] = [
  cloudfrontOptions,
  configVersion,
  oneAuthProvider,
  oneDriver,
  s3Boolean,
  s3Bucket,
  s3ObjectAcl,
  s3Region,
  s3Size,
  s3StorageClass,
  s3V4auth,
  unknownWord,
  valueType,
  yamlSyntax,
]
