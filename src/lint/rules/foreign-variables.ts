import { isS3 } from '../../registry-config/effective.ts'
import { majorOf } from '../../registry-config/releases.ts'
import { plainConfig, withS3 } from '../example.ts'
import { type Rule, refusal } from '../rule.ts'

const s3: Readonly<Record<string, readonly string[]>> = {
  AWS_S3_US_EAST_1_REGIONAL_ENDPOINT: ['legacy', 'regional'],
  AWS_STS_REGIONAL_ENDPOINTS: ['legacy', 'regional'],
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: ['ipv4', 'ipv6'],
  AWS_S3_USE_ARN_REGION: ['true', 'false'],
  AWS_USE_FIPS_ENDPOINT: ['true', 'false'],
  AWS_USE_DUALSTACK_ENDPOINT: ['true', 'false'],
}
const tracing: Readonly<Record<string, readonly string[]>> = {
  OTEL_TRACES_EXPORTER: ['otlp', 'console', 'none'],
  OTEL_EXPORTER_OTLP_PROTOCOL: ['grpc', 'http/protobuf'],
}

export const foreignVariables: Rule = {
  id: 'foreign-variables',
  summary: 'a variable of the AWS SDK or of OpenTelemetry has an unknown value',
  severity: 'error',
  releases: { since: '3.0.0' },
  why: 'From 3.0 on the registry’s SDK and its tracing read the environment too, and stop it at a value they do not know.',
  examples: [
    {
      bad: plainConfig(''),
      good: plainConfig(''),
      environment: { OTEL_TRACES_EXPORTER: 'jaeger' },
      goodEnvironment: { OTEL_TRACES_EXPORTER: 'none' },
    },
    {
      bad: withS3(''),
      good: withS3(''),
      environment: { AWS_USE_FIPS_ENDPOINT: 'yes' },
      goodEnvironment: { AWS_USE_FIPS_ENDPOINT: 'true' },
    },
  ],
  *check({ effective, environment, release }) {
    if (majorOf(release) === 2) return
    const exports = (environment.OTEL_TRACES_EXPORTER ?? 'otlp') === 'otlp'
    const all = {
      ...(effective.storage !== undefined && isS3(effective.storage.driver) ? s3 : {}),
      ...tracing,
    }
    for (const [name, known] of Object.entries(all)) {
      const given = environment[name]
      if (!given || known.includes(name.startsWith('AWS_') ? given.toLowerCase() : given)) continue
      if (name === 'OTEL_EXPORTER_OTLP_PROTOCOL' && !exports) continue
      yield refusal({ kind: 'variable', name }, `invalid value ${JSON.stringify(given)} of ${name}`, {
        remedy: { text: `Use one of ${known.join(', ')}.` },
      })
    }
  },
}
